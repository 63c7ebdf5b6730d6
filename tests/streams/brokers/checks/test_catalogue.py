"""Tests of the list of checks as a whole."""

import pytest

from streams.brokers.checks.catalogue import CHECKS, Check, examine
from streams.brokers.checks.finding import Severity
from streams.brokers.layout import TopicFound
from streams.errors import BrokerRefusedError
from tests.streams.brokers.checks.facts import NOW_MS, facts, settings, specs, topic


class ReportedCluster:
    """A cluster whose group refuses the user."""

    def describe(self, names: object) -> dict[str, TopicFound]:
        """Return both topics."""
        del names
        return {"raw": topic(), "tagged": topic()}

    def describe_offsets_topic(self) -> TopicFound:
        """Return a sound topic."""
        return topic()

    def count_brokers(self) -> int:
        """Return the number of brokers."""
        return 3

    def broker_configs(self) -> dict[str, str]:
        """Return no configs, as to a user who may not read them."""
        return {}

    def newest_timestamp_ms(self, topic: str, partitions: int) -> int:
        """Return a time in the past."""
        assert (topic, partitions) == ("raw", 4)
        return NOW_MS

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return nothing."""
        del group, topic
        return {}

    def require_group(self, group: str, topic: str) -> None:
        """Refuse."""
        raise BrokerRefusedError(f"the user may not read {topic} in {group}")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_cluster(check: Check) -> None:
    """Every check of a sound cluster reports that it is sound, in one finding."""
    (finding,) = check(settings(), specs(), facts())

    assert finding.severity is Severity.OK, finding


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_cluster_that_reports_nothing(check: Check) -> None:
    """Where a broker reports no configs, rights, ids and times, no check takes that for a problem, or for sound."""
    bare = topic(configs={}, replicas=None, operations=(), id=None)
    reported = facts(topics={"raw": bare, "tagged": bare}, broker_configs={}, offsets_topic=None, newest_ms=None)

    findings = list(check(settings(), specs(), reported))

    assert findings
    assert not any(finding.severity.is_problem for finding in findings)


def test_a_refused_group_is_an_error_of_its_check() -> None:
    """What the group refuses is a finding with its error, and all other checks run."""
    findings = list(examine(ReportedCluster(), settings(), specs()))

    (refused,) = [finding for finding in findings if finding.severity.is_problem]
    assert refused.check == "group"
    assert isinstance(refused.error, BrokerRefusedError)
    assert len({finding.check for finding in findings}) == len(CHECKS) + 1
