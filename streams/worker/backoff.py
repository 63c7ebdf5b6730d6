"""How long to pause before something that failed is tried again: twice as long each time, and never in step.

Many workers lose the same broker at the same moment. Chance in the pauses keeps them from coming back at the same
moment too.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

Jitter: TypeAlias = Callable[[], float]
"""Returns what a pause is multiplied by, more than 0 and at most 1."""


def half_or_more() -> float:
    """Return a number from 0.5 to 1: pauses still grow, as even the shortest is no shorter than the longest before."""
    return random.uniform(0.5, 1.0)  # noqa: S311  # no secret hangs on it


def pause_seconds(retry: int, first_seconds: float, longest_seconds: float, jitter: Jitter = half_or_more) -> float:
    """Return the pause before a retry, the first of which is number 1.

    >>> [pause_seconds(retry, 0.1, 0.5, jitter=lambda: 1.0) for retry in (1, 2, 3, 4, 9)]
    [0.1, 0.2, 0.4, 0.5, 0.5]
    """
    # Beyond this the power is larger than any number that is a pause, and soon than any that Python has.
    doublings = min(retry - 1, 60)
    return min(first_seconds * 2.0**doublings, longest_seconds) * jitter()


class Waiting(NamedTuple):
    """Time and chance: monotonic seconds, how to let them pass, and what a pause is multiplied by."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Jitter = half_or_more
