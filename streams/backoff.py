"""Exponential back-off with jitter: how long to pause before something that failed is retried.

Many workers lose the same broker at the same moment. Jitter keeps them from coming back at the same moment too.
"""

import random
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

Jitter: TypeAlias = Callable[[], float]
"""Returns the factor by which a pause is multiplied, more than 0 and at most 1."""

MAX_DOUBLINGS = 60
"""Two to this power is beyond any pause in seconds, and far below the largest number that a float holds."""


def half_or_more() -> float:
    """Return a factor from 0.5 to 1: pauses still grow, as the shortest is no shorter than the longest before it."""
    return random.uniform(0.5, 1.0)  # noqa: S311  # no secret depends on it


class Backoff(NamedTuple):
    """Pauses that double from the first to the longest.

    Examples
    --------
    >>> backoff = Backoff(first_seconds=0.1, max_seconds=0.5, jitter=lambda: 1.0)
    >>> [backoff.pause_seconds(retry) for retry in (1, 2, 3, 4, 9)]
    [0.1, 0.2, 0.4, 0.5, 0.5]
    """

    first_seconds: float
    max_seconds: float
    jitter: Jitter = half_or_more

    def pause_seconds(self, retry: int) -> float:
        """Return the pause before a retry, the first of which is number 1."""
        doubled = self.first_seconds * 2.0 ** min(retry - 1, MAX_DOUBLINGS)
        return min(doubled, self.max_seconds) * self.jitter()
