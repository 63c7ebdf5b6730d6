"""Tests of the Kafka topics as they should be."""

import pytest

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.layout import DAY_MS, TopicFound, TopicSpec, faults, topic_specs, unreported_configs
from streams.settings import load

TAXONOMY = Taxonomy.load(resources.seed("taxonomy.json"))
CONFIGS = {
    "cleanup.policy": "compact,delete",
    "retention.ms": "100",
    "max.message.bytes": "10",
    "message.timestamp.type": "LogAppendTime",
}
SPEC = TopicSpec("tagged", 4, 1, CONFIGS)


def specs(**flags: object) -> dict[str, TopicSpec]:
    """Return the topics by name."""
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return {spec.name: spec for spec in topic_specs(load(flags=named, environment={}), TAXONOMY)}


def test_each_topic_is_kept_as_long_as_it_should() -> None:
    """Raw articles live seven days, tagged and routed ones are compacted, and dead letters take the largest record."""
    found = specs()
    raw, tagged, rejected = (found[f"news.articles.{name}.v1"].configs for name in ("raw", "tagged", "rejected"))

    assert raw == {"cleanup.policy": "delete", "retention.ms": str(7 * DAY_MS), "max.message.bytes": str(4 * 2**20)}
    assert tagged["cleanup.policy"] == "compact,delete"
    assert found["news.topic.sport.v1"].configs == tagged
    assert int(rejected["max.message.bytes"]) - int(raw["max.message.bytes"]) == 64 * 1024


def test_what_is_written_has_the_time_of_the_broker() -> None:
    """Every topic that a worker writes to takes the broker's time; the raw topic keeps that of the scraper."""
    found = specs()
    raw = found.pop("news.articles.raw.v1")

    assert "message.timestamp.type" not in raw.configs
    assert {spec.configs["message.timestamp.type"] for spec in found.values()} == {"LogAppendTime"}


def test_every_topic_of_the_taxonomy_is_routed() -> None:
    """There is a Kafka topic for each topic of the taxonomy, beside the four fixed ones."""
    assert len(specs()) == 4 + len(TAXONOMY.ids)


def test_routes_change_the_topics() -> None:
    """A route that is turned off has no topic, and one that leads to a fixed topic adds none."""
    found = specs(topics__routes={"sport": "", "weather": "news.articles.review.v1"})

    assert "news.topic.sport.v1" not in found
    assert "news.topic.weather.v1" not in found
    assert found["news.articles.review.v1"].configs["cleanup.policy"] == "delete"


def test_three_copies_wait_for_two() -> None:
    """With three copies a write waits for two of them."""
    assert specs(topics__replication_factor=3)["news.articles.raw.v1"].configs["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in specs()["news.articles.raw.v1"].configs


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (None, "missing"),
        (TopicFound(3, {}), "3 partitions"),
        (TopicFound(4, {"cleanup.policy": "delete"}), "cleanup.policy=delete"),
        (TopicFound(4, {"retention.ms": "99"}), "retention.ms=99"),
        (TopicFound(4, {"max.message.bytes": "9"}), "max.message.bytes=9"),
        (TopicFound(4, {"message.timestamp.type": "CreateTime"}), "message.timestamp.type=CreateTime"),
    ],
    ids=["missing", "partitions", "cleanup", "retention", "size", "clock"],
)
def test_what_does_not_serve_is_told(found: TopicFound | None, sentence: str) -> None:
    """Each fault is one sentence that names topic and config."""
    (told,) = faults([SPEC], {"tagged": found} if found else {})

    assert told.startswith(f"tagged: {sentence}")


@pytest.mark.parametrize(
    "found",
    [
        TopicFound(4, {}),
        TopicFound(8, {"cleanup.policy": "delete, compact", "retention.ms": "-1", "max.message.bytes": "11"}),
    ],
    ids=["configs not told", "more than asked"],
)
def test_more_than_asked_for_serves(found: TopicFound) -> None:
    """More partitions, room and time are the operator's choice."""
    assert faults([SPEC], {"tagged": found}) == []


def test_one_fault_of_many_topics_is_told_once() -> None:
    """Topics with the same fault share a sentence."""
    other = TopicSpec("review", 4, 1, {})

    assert faults([SPEC, other], {}) == [
        "tagged, review: missing; create what is missing with: copytaster topics create"
    ]


def test_what_the_broker_does_not_tell_is_named() -> None:
    """Configs that no topic shows cannot be judged."""
    told = TopicFound(4, {name: CONFIGS[name] for name in ("retention.ms", "message.timestamp.type")})

    assert unreported_configs([SPEC], {"tagged": told}) == ["cleanup.policy", "max.message.bytes"]
