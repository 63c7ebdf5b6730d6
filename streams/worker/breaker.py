"""When most articles fail, it is not the articles.

A record that fails for no known reason becomes a dead letter, and the stream goes on. When a model or a machine is
broken, that would turn the whole stream into dead letters, committed one by one. So the outcomes of the last records
are remembered, and once too many of them are unforeseen failures the worker stops before it publishes more of them.

A worker that is broken from its start is found sooner. Otherwise a supervisor that starts it again and again would turn
the stream into dead letters all the same, nearly a window of them with each start.
"""

from collections import deque
from collections.abc import Iterable

from streams.records.outcome import Outcome, Rejected, Tagged
from streams.records.rejection import RejectReason

WINDOW_RECORDS = 200
"""Enough that a handful of strange articles from one scraper are no majority, few enough to stop within seconds."""

MAX_SHARE = 0.5

FIRST_FAILURES = 20
"""A judgement: fewer may be the articles of one strange scraper, when a worker has tagged none yet."""


UNEXPECTED = frozenset(
    {RejectReason.UNEXPECTED, RejectReason.DEADLINE, RejectReason.OUT_OF_MEMORY, RejectReason.PROCESS_DIED}
)
"""Reasons that may lie with the models or the machine, and not with the record."""


class BreakerOpenError(Exception):
    """Too many records fail for no known reason; the fault lies with the worker."""


class Breaker:
    """Watches outcomes.

    Parameters
    ----------
    window_records
        How many of the last records are looked at.
    """

    def __init__(self, window_records: int = WINDOW_RECORDS) -> None:
        self._failed: deque[bool] = deque(maxlen=window_records)
        self._window_records = window_records
        self._has_tagged = False

    def watch(self, outcomes: Iterable[Outcome]) -> None:
        """Remember the outcomes of a batch that is not published yet.

        Raises
        ------
        BreakerOpenError
            If more than half a window of the last records failed for no known reason, or `FIRST_FAILURES` did before
            any article was tagged.
        """
        batch = list(outcomes)
        self._has_tagged = self._has_tagged or any(isinstance(outcome, Tagged) for outcome in batch)
        self._failed.extend(map(_is_unforeseen, batch))
        failed = sum(self._failed)
        most = MAX_SHARE * self._window_records if self._has_tagged else FIRST_FAILURES - 1
        if failed > most:
            raise BreakerOpenError(f"{failed} of the last {len(self._failed)} records failed unexpectedly")


def _is_unforeseen(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason in UNEXPECTED
