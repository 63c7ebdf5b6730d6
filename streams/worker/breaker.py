"""Circuit breaker: stops the worker when most records of most publishers fail unexpectedly.

A record that fails unexpectedly becomes a dead letter, and the stream continues. A broken model or machine would turn
the whole stream into committed dead letters that way. Therefore the breaker looks at the outcomes of the last records,
and opens when too many of them are unexpected failures: the worker stops before it publishes any more.

A broken model fails on the articles of everyone. Failures of a single publisher are that publisher's, however many they
are: they open the breaker only where no other publisher is seen. Records whose publisher cannot be read count as those
of one publisher. A publisher counts as seen once the models have processed a record of it: what is rejected for a fault
of its own shows nothing of them.

A worker that fails from its start opens it sooner. Otherwise a supervisor that restarts the worker would turn the
stream into dead letters all the same, nearly a window of them with each start.
"""

from collections import Counter, deque
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
        self._window: deque[tuple[str | None, Outcome]] = deque(maxlen=settings.breaker_window_records)
        self._max_share = settings.breaker_max_share
        self._max_failures = settings.breaker_max_share * settings.breaker_window_records
        self._first_failures = settings.breaker_first_failures
        self._has_tagged = False

    def observe(self, outcomes: Iterable[tuple[str | None, Outcome]]) -> None:
        """Count the outcomes of a batch that is not published yet, each with its publisher, None where it is not known.

        Raises
        ------
        BreakerOpenError
            If more than the allowed share of a window failed unexpectedly, or `breaker_first_failures` records did
            before the first article was tagged; and most of the publishers in the window fail like that.
        """
        batch = list(outcomes)
        self._has_tagged = self._has_tagged or any(isinstance(outcome, Tagged) for _, outcome in batch)
        self._window.extend(batch)
        failures = Counter(publisher for publisher, outcome in self._window if _is_unexpected(outcome))
        failed = failures.total()
        are_too_many = failed > self._max_failures if self._has_tagged else failed >= self._first_failures
        if are_too_many and self._most_publishers_fail(failures):
            raise BreakerOpenError(f"{failed} of the last {len(self._window)} records failed unexpectedly")

    def _most_publishers_fail(self, failures: Counter[str | None]) -> bool:
        tagged = Counter(publisher for publisher, outcome in self._window if isinstance(outcome, Tagged))
        processed = failures + tagged
        failing = sum(failures[publisher] > self._max_share * count for publisher, count in processed.items())
        return failing > len(processed) / 2


def _is_unexpected(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason in UNEXPECTED
