"""Tests of the checks of this machine."""

import pytest

from streams.brokers.checks import clients
from streams.brokers.checks.finding import Severity
from tests.streams.brokers.checks.facts import CONFIGS, NOW_MS, facts, settings, specs, topic


@pytest.mark.parametrize(
    ("ahead_seconds", "severity"), [(-3600, Severity.OK), (60, Severity.OK), (61, Severity.WARNING)], ids=str
)
def test_a_broker_whose_clock_is_ahead(ahead_seconds: int, severity: Severity) -> None:
    """A record that the broker stamped more than a minute in the future shows a clock that is wrong."""
    (finding,) = clients.clock(settings(), specs(), facts(newest_ms=NOW_MS + ahead_seconds * 1000))

    assert finding.severity is severity


def test_timestamps_of_publishers_show_no_clock() -> None:
    """Timestamps that publishers set are no measure of the broker's clock."""
    raw = topic(configs=CONFIGS | {"message.timestamp.type": "CreateTime"})

    (finding,) = clients.clock(settings(), specs(), facts(topics={"raw": raw}, newest_ms=2 * NOW_MS))

    assert finding.severity is Severity.UNKNOWN


def test_a_codec_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A codec whose package is missing is a problem that names the codec."""
    monkeypatch.setitem(clients.CODECS, "lz4", "no_such_package")

    (finding,) = clients.codecs()

    assert finding.severity is Severity.PROBLEM
    assert "lz4" in finding.message
