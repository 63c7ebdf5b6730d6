"""How records are spread over time: evenly, so many per second."""

import time
from collections.abc import Callable

CATCH_UP_SECONDS = 0.1
"""A sleep ends a little late, which at high rates adds up if it is never made up for; a rush of 0.1 s is none."""


class Pace:
    """Says how long to wait before each of many records.

    Parameters
    ----------
    rate
        Records per second at most; None for as many as go.
    clock
        Monotonic seconds.
    """

    def __init__(self, rate: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._due = clock()

    def wait_seconds(self) -> float:
        """Return how long the next record has to wait, 0 where it may go."""
        return max(0.0, self._due - self._clock()) if self._rate else 0.0

    def record_sent(self) -> None:
        """Note that a record goes now; what is late by more than `CATCH_UP_SECONDS` is not made up for."""
        if self._rate:
            self._due = max(self._due, self._clock() - CATCH_UP_SECONDS) + 1 / self._rate
