"""Tests of the checks of topics."""

import pytest

from streams.brokers.checks import topics
from streams.brokers.checks.catalogue import Check
from streams.brokers.checks.finding import Finding, Severity
from streams.brokers.layout import TopicFound
from streams.errors import TopicsError
from tests.streams.brokers.checks.facts import CONFIGS, facts, settings, specs, topic


def found(check: Check, tagged: TopicFound | None, **configs: str) -> list[Finding]:
    """Return the findings of a check where the raw topic is sound and the tagged one is this, or is missing."""
    reported = {"raw": topic(configs=CONFIGS | configs)} | ({"tagged": tagged} if tagged else {})
    return list(check(settings(), specs(**configs), facts(topics=reported)))


def test_a_missing_topic_stops_a_worker() -> None:
    """A missing topic is named with the command that creates it, and raises what only the operator can fix."""
    (finding,) = found(topics.existence, None)

    assert finding.severity is Severity.BLOCKING
    assert str(finding) == "tagged: missing; create missing topics with: copytaster topics create"
    assert isinstance(finding.error, TopicsError)


@pytest.mark.parametrize(
    ("check", "tagged", "fact"),
    [
        (topics.partitions, topic(partitions=3), "3 partitions where topics.partitions is 4; add partitions"),
        (topics.partitions, topic(leaderless=(1, 3)), "no broker leads partition 1, 3; start the brokers"),
        (topics.configs, topic(configs={"cleanup.policy": "compact"}), "cleanup.policy=compact where delete"),
        (topics.configs, topic(configs={"retention.ms": "99"}), "retention.ms=99 where 100"),
        (topics.configs, topic(configs={"max.message.bytes": "9"}), "max.message.bytes=9 where 10"),
        (
            topics.timestamps,
            topic(configs={"message.timestamp.type": "CreateTime"}),
            "message.timestamp.type=CreateTime where LogAppendTime",
        ),
        (
            topics.replicas,
            topic(configs={"min.insync.replicas": "2"}, replicas=1),
            "1 replicas where min.insync.replicas is 2",
        ),
        (topics.replicas, topic(replicas=1), "1 replicas where topics.replication_factor is 2; add replicas"),
    ],
    ids=["partitions", "leaders", "cleanup", "retention", "size", "timestamps", "in sync", "replicas"],
)
def test_a_topic_that_differs_is_a_problem(check: Check, tagged: TopicFound, fact: str) -> None:
    """Each problem is one sentence that names the topic, and the setting, config or command to change it."""
    (finding,) = found(check, tagged)

    assert finding.severity is Severity.PROBLEM
    assert str(finding).startswith(f"tagged: {fact}")
    assert finding.remedy


@pytest.mark.parametrize(
    "tagged",
    [topic(configs={}), topic(partitions=8, configs={"retention.ms": "-1", "max.message.bytes": "11"})],
    ids=["configs not reported", "more than required"],
)
@pytest.mark.parametrize("check", [topics.partitions, topics.configs, topics.timestamps, topics.replicas])
def test_larger_limits_are_no_problem(check: Check, tagged: TopicFound) -> None:
    """The operator may choose more partitions, larger records and a longer retention."""
    (finding,) = found(check, tagged)

    assert finding.severity is Severity.OK


def test_one_problem_of_several_topics_is_reported_once() -> None:
    """Topics with the same problem share a sentence."""
    small = topic(partitions=1)

    (finding,) = topics.partitions(settings(), specs(), facts(topics={"raw": small, "tagged": small}))

    assert finding.message.startswith("raw, tagged: 1 partitions")


def test_unreported_configs_are_named() -> None:
    """Configs that the broker reports of no topic are named as not checked."""
    reported = topic(configs={"retention.ms": "100", "message.timestamp.type": "LogAppendTime"})

    sound, unknown = topics.configs(settings(), specs(), facts(topics={"raw": reported, "tagged": reported}))

    assert sound.severity is Severity.OK
    assert unknown.severity is Severity.UNKNOWN
    assert "cleanup.policy, max.message.bytes, min.insync.replicas: not checked" in unknown.message


def test_topics_without_ids_are_a_warning() -> None:
    """A broker that gives no topic ids is reported, because a recreated topic then looks like the old one."""
    (finding,) = found(topics.ids, topic(id=None))

    assert finding.severity is Severity.WARNING
    assert "topic ids" in finding.message
