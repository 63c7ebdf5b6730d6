"""Circuit breaker: stops the worker when most records fail unexpectedly.

A record that fails unexpectedly becomes a dead letter, and the stream continues. A broken model or machine would turn
the whole stream into committed dead letters that way. Therefore the breaker looks at the outcomes of the last records,
and opens when too many of them are unexpected failures: the worker stops before it publishes any more.

A worker that fails from its start opens it sooner. Otherwise a supervisor that restarts the worker would turn the
stream into dead letters all the same, nearly a window of them with each start.
"""

from collections import deque
from collections.abc import Iterable

from streams.records.outcome import Outcome, Rejected, Tagged
from streams.records.rejection import CHILD_ENDS, RejectReason
from streams.settings.schema import WorkerSettings

UNEXPECTED = frozenset({RejectReason.UNEXPECTED, *CHILD_ENDS})
"""Reasons whose cause may be the models or the machine, and not the record."""


class BreakerOpenError(Exception):
    """Too many records fail unexpectedly: the worker is at fault."""


class Breaker:
    """Observes outcomes, and opens when too many are unexpected failures.

    Parameters
    ----------
    settings
        The thresholds.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self._failed: deque[bool] = deque(maxlen=settings.breaker_window_records)
        self._max_failures = settings.breaker_max_share * settings.breaker_window_records
        self._first_failures = settings.breaker_first_failures
        self._has_tagged = False

    def observe(self, outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes of a batch that is not published yet.

        Raises
        ------
        BreakerOpenError
            If more than the allowed share of a window failed unexpectedly, or `breaker_first_failures` records did
            before the first article was tagged.
        """
        batch = list(outcomes)
        self._has_tagged = self._has_tagged or any(isinstance(outcome, Tagged) for outcome in batch)
        self._failed.extend(map(_is_unexpected, batch))
        failed = sum(self._failed)
        is_open = failed > self._max_failures if self._has_tagged else failed >= self._first_failures
        if is_open:
            raise BreakerOpenError(f"{failed} of the last {len(self._failed)} records failed unexpectedly")


def _is_unexpected(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason in UNEXPECTED
