"""Tests of the rate of `produce`."""

import pytest

from streams.cli.produce import limit_rate


class Clock:
    """A clock that moves when its user sleeps, or when it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def test_items_come_evenly() -> None:
    """At four per second an item comes every quarter of a second, the first at once."""
    clock = Clock()

    times = [clock.now for _ in limit_rate(range(5), 4, clock, clock.sleep)]

    assert times == pytest.approx([100, 100.25, 100.5, 100.75, 101])


def test_a_delay_is_not_caught_up() -> None:
    """After a long pause of the reader the rate stays, without a burst."""
    clock = Clock()
    times = []
    for number in limit_rate(range(4), 4, clock, clock.sleep):
        times.append(clock.now)
        clock.now += 10 if number == 1 else 0

    assert times == pytest.approx([100, 100.25, 110.25, 110.4])
