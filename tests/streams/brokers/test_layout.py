"""Tests of the Kafka topic layout."""

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.layout import DAY_MS, TopicSpec, topic_specs
from streams.settings import load

TAXONOMY = Taxonomy.load(resources.seed("taxonomy.json"))


def specs(**flags: object) -> dict[str, TopicSpec]:
    """Return the topics by name."""
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return {spec.name: spec for spec in topic_specs(load(flags=named, environment={}), TAXONOMY)}


def test_each_topic_has_its_retention_and_size() -> None:
    """Raw articles are kept for seven days, tagged and routed ones are compacted, and dead letters may be larger."""
    found = specs()
    raw, tagged, rejected = (found[f"news.articles.{name}.v1"].configs for name in ("raw", "tagged", "rejected"))

    assert raw == {
        "cleanup.policy": "delete",
        "retention.ms": str(7 * DAY_MS),
        "max.message.bytes": str(4 * 2**20),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": "1",
    }
    assert tagged["cleanup.policy"] == "compact,delete"
    assert found["news.topic.sport.v1"].configs == tagged
    assert int(rejected["max.message.bytes"]) - int(raw["max.message.bytes"]) == 64 * 1024


def test_topics_have_the_timestamps_of_the_broker() -> None:
    """Every topic has the broker's timestamps, so that retention counts from the arrival of a record."""
    assert {spec.configs["message.timestamp.type"] for spec in specs().values()} == {"LogAppendTime"}


def test_every_topic_of_the_taxonomy_is_routed() -> None:
    """There is a Kafka topic for each topic of the taxonomy, beside the four fixed ones."""
    assert len(specs()) == 5 + len(TAXONOMY.ids)


def test_routes_change_the_topics() -> None:
    """A route that is turned off has no topic, and one that leads to a fixed topic adds none."""
    found = specs(topics__routes={"sport": "", "weather": "news.articles.review.v1"})

    assert "news.topic.sport.v1" not in found
    assert "news.topic.weather.v1" not in found
    assert found["news.articles.review.v1"].configs["cleanup.policy"] == "delete"


def test_three_replicas_require_two_in_sync() -> None:
    """With a replication factor of three a write requires two replicas."""
    assert specs(topics__replication_factor=3)["news.articles.raw.v1"].configs["min.insync.replicas"] == "2"
    assert specs()["news.articles.raw.v1"].configs["min.insync.replicas"] == "1"
