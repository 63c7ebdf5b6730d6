"""Tests of the outcomes that a demo shows and counts."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from streams.cli.demo.viewer import PROGRESS_SECONDS, Outcomes
from streams.errors import TransientError
from streams.records.origin import Origin, RawRecord
from streams.settings import load
from streams.stages.encode import encode
from tests.streams.terminal.articles import TITLE, tagged

SETTINGS = load(environment={})
RECEIVED = datetime(2026, 1, 31, tzinfo=UTC)
RECEIVED_MS = int(RECEIVED.timestamp() * 1000)
VALUE = encode(tagged(received_at=RECEIVED))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def article(
    raw_offset: int, *, at_ms: int = 0, value: bytes | None = encode(tagged(received_at=RECEIVED))
) -> RawRecord:
    """Return a record of the tagged topic."""
    headers = (("ce_id", b"raw/0/%d" % raw_offset),)
    return RawRecord(Origin(SETTINGS.topics.tagged, 0, 0), b"key", value, headers, RECEIVED_MS + at_ms)


def rejection(raw_offset: int, *, at_ms: int = 0) -> RawRecord:
    """Return a record of the rejected topic."""
    facts = {"stage": "decode", "reason": "not_json", "topic": "raw", "partition": "0", "offset": str(raw_offset)}
    headers = tuple((f"copytaster.error.{name}", fact.encode()) for name, fact in facts.items())
    return RawRecord(Origin(SETTINGS.topics.rejected, 0, 0), None, b"x", headers, RECEIVED_MS + at_ms)


def shown(*records: RawRecord) -> tuple[Outcomes, str]:
    """Return the outcomes of records, and what was written."""
    target = io.StringIO()
    outcomes = Outcomes(SETTINGS, Console(file=target, width=100))
    outcomes.show(records)
    return outcomes, target.getvalue()


def test_each_raw_record_counts_once() -> None:
    """A redelivered record is shown and counted once."""
    outcomes, text = shown(article(1), article(1), rejection(2), rejection(2), article(3, value=None))

    assert outcomes.count == outcomes.tally.outcomes == 3
    assert (outcomes.tally.tagged, outcomes.tally.rejected, outcomes.tally.withdrawn) == (1, 1, 1)
    assert text.count(TITLE) == 1


def test_outcomes_are_shown_in_order_of_time() -> None:
    """A rejection that is older than an article is shown before it, though their topics differ."""
    _, text = shown(article(1, at_ms=20), rejection(2, at_ms=10))

    assert text.index("not_json") < text.index(TITLE)


def test_latency_is_from_the_raw_record_to_the_outcome() -> None:
    """The time between the two timestamps is noted in seconds."""
    outcomes, _ = shown(article(1, at_ms=250))

    assert outcomes.tally.latencies_seconds == [0.25]


def test_a_demo_without_progress_times_out() -> None:
    """Without an outcome for too long the demo fails; each outcome restarts the timeout."""
    clock = Clock()
    outcomes = Outcomes(SETTINGS, Console(file=io.StringIO()), clock)
    clock.now = PROGRESS_SECONDS
    outcomes.show([article(1)])
    clock.now += PROGRESS_SECONDS
    outcomes.require_progress(3)
    clock.now += 1

    with pytest.raises(TransientError):
        outcomes.require_progress(3)
    assert outcomes.count == 1
