"""When most articles fail, it is not the articles.

A record that fails for no known reason becomes a dead letter, and the stream goes on. When a model or a machine is
broken, that would turn the whole stream into dead letters, committed one by one. So the outcomes of the last records
are remembered, and once too many of them are unforeseen failures the worker stops before it publishes more of them.
"""

from collections import deque
from collections.abc import Iterable

from streams.errors import RejectReason
from streams.records.outcome import Outcome, Rejected

WINDOW_RECORDS = 200
"""Enough that a handful of strange articles from one scraper are no majority, few enough to stop within seconds."""

LARGEST_SHARE = 0.5


class BreakerOpenError(Exception):
    """Too many records fail for no known reason; the fault lies with the worker."""


class Breaker:
    """Watches outcomes.

    Parameters
    ----------
    window_records
        How many of the last records are looked at; before there are so many, nothing is said.
    """

    def __init__(self, window_records: int = WINDOW_RECORDS) -> None:
        self._failed: deque[bool] = deque(maxlen=window_records)
        self._window_records = window_records

    def watch(self, outcomes: Iterable[Outcome]) -> None:
        """Remember the outcomes of a batch that is not published yet.

        Raises
        ------
        BreakerOpenError
            If more than half of the last records failed for no known reason.
        """
        self._failed.extend(map(_is_unforeseen, outcomes))
        failed = sum(self._failed)
        if len(self._failed) == self._window_records and failed > LARGEST_SHARE * self._window_records:
            raise BreakerOpenError(f"{failed} of the last {self._window_records} records failed unexpectedly")


def _is_unforeseen(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason is RejectReason.UNEXPECTED
