"""CPU limit: interrupts a step of the pipeline that takes more CPU time than its record may, in the main thread.

A timer of CPU time ticks while a batch is processed, and its handler raises `OverBudgetError` once the step in
progress is over its limit. The exception comes between any two instructions, so that it may leave something half done.
Therefore it is raised only where that can do no harm: every function in progress, from the step to the interrupted one,
is in `INTERRUPTIBLE`, whose code keeps nothing between two articles. Logging with its locks, imports, and libraries
with their caches are not: there the handler waits for a later tick, by which they have returned.

Compiled code that never returns reaches no tick. A second timer is set again with each tick, and its signal has the
action that the kernel gives it: it ends the process. See docs/decisions/0009-article-budget.md.
"""

import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from streams.settings.schema import WorkerSettings
from streams.stages.cost import OverBudgetError

INTERRUPTIBLE = ("classifiers.", "streams.formats.", "streams.stages.")
"""Packages whose functions may end between any two instructions."""

TICK_SECONDS = 0.05
"""CPU time between two ticks: a step exceeds its limit by as much. A tick takes a microsecond."""

GRACE_SECONDS = 1.0
"""CPU time beyond its limit after which a step that cannot be interrupted ends the process. What libraries are given is
bounded so that a call takes at most half of that (`tests/cost`)."""

END_SIGNAL = signal.SIGVTALRM
"""What the process ends on then."""

Answer = TypeVar("Answer")


class CpuLimiter:
    """Limits the CPU time of records by the budget of the settings; for the main thread of a process.

    Parameters
    ----------
    settings
        The budget of an article.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self._seconds = settings.article_cpu_seconds
        self._seconds_per_byte = settings.article_cpu_seconds_per_100_kilobytes / 100_000
        self._ends_at = math.inf

    def seconds_for(self, value_bytes: int) -> float:
        """Return the budget of a record with a value of this length."""
        return self._seconds + self._seconds_per_byte * value_bytes

    def run(self, step: Callable[[], Answer], seconds: float) -> Answer:
        """Return the step's answer, within `ticking`.

        Raises
        ------
        OverBudgetError
            If the step takes longer than `seconds` of CPU time, and can be interrupted.
        """
        self._ends_at = time.thread_time() + seconds
        try:
            return step()
        finally:
            self._ends_at = math.inf

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Enforce the limits while a batch is processed."""
        before = signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds + GRACE_SECONDS)
        signal.setitimer(signal.ITIMER_PROF, TICK_SECONDS, TICK_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGPROF, before)

    def _tick(self, _: int, frame: FrameType | None) -> None:
        left = self._ends_at - time.thread_time()
        if left > 0:
            signal.setitimer(signal.ITIMER_VIRTUAL, min(left, self._seconds) + GRACE_SECONDS)
        elif _is_interruptible(frame):
            raise OverBudgetError


def _is_interruptible(frame: FrameType | None) -> bool:
    """Return whether every function in progress, down to `CpuLimiter.run`, may end here."""
    depth = 0
    while frame is not None and frame.f_code is not CpuLimiter.run.__code__:
        if not f"{frame.f_globals.get('__name__')}".startswith(INTERRUPTIBLE):
            return False
        frame = frame.f_back
        depth += 1
    return frame is not None and depth > 0
