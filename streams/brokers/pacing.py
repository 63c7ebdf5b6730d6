"""Rate limiter: spreads records evenly over time."""

import time
from collections.abc import Callable

CATCH_UP_SECONDS = 0.1
"""Delay that is caught up at once. Sleeps end slightly late, which at high rates would add up to a lower rate."""


class Pace:
    """Rate limiter: computes how long to wait before each record.

    Parameters
    ----------
    rate
        Limit in records per second; None for no limit.
    clock
        Monotonic seconds.
    """

    def __init__(self, rate: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._due = clock()

    def wait_seconds(self) -> float:
        """Return how long the next record has to wait, 0 where it may be sent now."""
        return max(0.0, self._due - self._clock()) if self._rate else 0.0

    def record_sent(self) -> None:
        """Note that a record is sent now; a delay beyond `CATCH_UP_SECONDS` is not caught up."""
        if self._rate:
            self._due = max(self._due, self._clock() - CATCH_UP_SECONDS) + 1 / self._rate
