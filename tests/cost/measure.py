"""CPU time of a call."""

import time
from collections.abc import Callable


def cpu_seconds(call: Callable[[], object], *, enough: float, tries: int = 3) -> float:
    """Return the least CPU time of several calls; fewer where one takes no longer than `enough`.

    Other processes on the machine lengthen CPU time through shared caches, and never shorten it.
    """
    seconds = float("inf")
    for _ in range(tries):
        start = time.process_time()
        call()
        seconds = min(seconds, time.process_time() - start)
        if seconds <= enough:
            break
    return seconds
