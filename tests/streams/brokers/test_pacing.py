"""Tests of the rate limiter."""

import pytest

from streams.brokers.pacing import CATCH_UP_SECONDS, Pace


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_records_are_spread_evenly() -> None:
    """After each record the next waits for its share of a second."""
    clock = Clock()
    pace = Pace(4, clock)

    waits = []
    for _ in range(3):
        waits.append(pace.wait_seconds())
        clock.now += waits[-1]
        pace.record_sent()

    assert waits == [0, 0.25, 0.25]


def test_a_delay_is_not_caught_up() -> None:
    """After a pause records do not burst; only the lateness of a sleep is caught up."""
    clock = Clock()
    pace = Pace(4, clock)
    pace.record_sent()
    clock.now += 60
    pace.record_sent()

    assert pace.wait_seconds() == pytest.approx(0.25 - CATCH_UP_SECONDS)


def test_without_a_rate_nothing_waits() -> None:
    """Without a rate no record waits."""
    pace = Pace(None, Clock())
    pace.record_sent()

    assert pace.wait_seconds() == 0
