"""Tests of pauses before another try."""

import pytest

from streams.worker.backoff import half_or_more, pause_seconds


@pytest.mark.parametrize("retry", [1, 7, 10_000])
def test_pauses_are_bounded(retry: int) -> None:
    """Chance makes a pause shorter by half at most and never longer, however often it was tried."""
    longest = pause_seconds(retry, 0.1, 5.0, jitter=lambda: 1.0)

    assert all(longest / 2 <= pause_seconds(retry, 0.1, 5.0) <= longest <= 5.0 for _ in range(100))


def test_chance_differs() -> None:
    """Two workers that fail together do not try again together."""
    assert len({half_or_more() for _ in range(10)}) > 1
