"""Back-off: pauses grow, stay bounded, and differ between processes."""

import pytest

from streams.backoff import Backoff, half_or_more


@pytest.mark.parametrize("retry", [1, 7, 10_000])
def test_pauses_are_bounded(retry: int) -> None:
    """Jitter shortens a pause by half at most and never lengthens it, however many retries came before."""
    longest = Backoff(0.1, 5.0, jitter=lambda: 1.0).pause_seconds(retry)

    assert all(longest / 2 <= Backoff(0.1, 5.0).pause_seconds(retry) <= longest <= 5.0 for _ in range(100))


def test_jitter_differs() -> None:
    """Two workers that fail together do not retry together."""
    assert len({half_or_more() for _ in range(10)}) > 1
