"""Tests of the checks of the consumer group."""

import pytest

from streams.brokers.checks import group
from streams.brokers.checks.finding import Severity
from streams.errors import BrokerRefusedError, BrokerUnreachableError, SettingsError
from tests.streams.brokers.checks.facts import facts, settings, specs, topic


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [(5, "group.min.session.timeout.ms"), (6, None), (1800, None), (1801, "group.max.session.timeout.ms")],
    ids=str,
)
def test_a_session_timeout_outside_of_the_limits(seconds: int, limit: str | None) -> None:
    """A session timeout that the broker would refuse is one sentence with the setting, the limit and the range."""
    (finding,) = group.session_timeout(settings(worker__session_timeout_seconds=seconds), specs(), facts())

    assert finding.severity.is_problem == (limit is not None)
    if limit:
        assert f"worker.session_timeout_seconds is {seconds} where {limit}" in finding.message
        assert "set it from 6 to 1800 seconds" in finding.remedy
        assert isinstance(finding.error, SettingsError)


@pytest.mark.parametrize(
    ("raw", "tagged", "sentence"),
    [
        (("DESCRIBE",), ("DESCRIBE", "WRITE"), "the user may not read raw"),
        (("DESCRIBE", "READ"), ("DESCRIBE", "READ"), "the user may not write tagged"),
        (("DESCRIBE",), ("DESCRIBE",), "the user may not read raw and may not write tagged"),
    ],
    ids=["read", "write", "both"],
)
def test_missing_rights_are_named(raw: tuple[str, ...], tagged: tuple[str, ...], sentence: str) -> None:
    """Rights that the user lacks are named in one sentence, with where to find all of them."""
    topics = {"raw": topic(operations=raw), "tagged": topic(operations=tagged)}

    (finding,) = group.rights(settings(), specs(), facts(topics=topics))

    assert str(finding) == f"{sentence}: give it the rights that deploy/kafka/acls.sh lists"
    assert isinstance(finding.error, BrokerRefusedError)


def test_a_group_without_a_coordinator_is_waited_for() -> None:
    """A group that no broker coordinates keeps its error, which a worker retries."""
    away = BrokerUnreachableError("no broker coordinates consumer groups")

    (finding,) = group.coordinator(settings(), specs(), facts(group_error=away))

    assert finding.severity is Severity.BLOCKING
    assert finding.error is away


def test_without_the_raw_topic_the_group_is_not_checked() -> None:
    """A group's rights show by its raw topic: without it the check says that it is left out."""
    (finding,) = group.coordinator(settings(), specs(), facts(topics={}))

    assert finding.severity is Severity.UNKNOWN


@pytest.mark.parametrize(
    ("found", "brokers", "sentence"),
    [
        (None, 1, "offsets.topic.replication.factor is 3 where the cluster has 1 brokers"),
        (topic(leaderless=(7,)), 3, "no broker leads partition 7 of the topic of committed offsets"),
        (
            topic(replicas=1, configs={"min.insync.replicas": "2"}),
            3,
            "the topic of committed offsets has 1 replicas where min.insync.replicas is 2",
        ),
    ],
    ids=["cannot be created", "no leader", "too few replicas"],
)
def test_commits_that_would_fail(found: object, brokers: int, sentence: str) -> None:
    """What keeps the brokers from storing commits is a problem with its remedy."""
    (finding,) = group.offsets_topic(settings(), specs(), facts(offsets_topic=found, brokers=brokers))

    assert finding.severity is Severity.PROBLEM
    assert finding.message.startswith(sentence)
    assert finding.remedy
