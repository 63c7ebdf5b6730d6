"""Topic ids for readers that wait for records: whether the topics are still those that they began to read.

A topic that was deleted gives a reader no record and no error, and one that was created again is read from a position
of the old one. Kafka gives every topic an id when it is created; brokers before 2.8 give none, and there only a
missing topic is noticed.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from streams.errors import TopicsError
from streams.records.origin import RawRecord

CHECK_SECONDS = 2.0
"""Interval of checks; one costs the broker a small answer."""

Describe = Callable[[], Iterable[Mapping[str, Any]]]
"""Returns kafka-python's descriptions of some topics; nothing while no broker answers."""


class TopicIdCheck:
    """Check of topics against the ids that they had at first.

    Parameters
    ----------
    describe
        Describes the topics.
    clock
        Monotonic seconds.
    """

    def __init__(self, describe: Describe, clock: Callable[[], float] = time.monotonic) -> None:
        self._describe = describe
        self._clock = clock
        self._ids = _ids(describe())
        self._checked = clock()

    def guard(self, batches: Iterable[Sequence[RawRecord]]) -> Iterator[Sequence[RawRecord]]:
        """Yield batches for as long as the topics are the same.

        Raises
        ------
        TopicsError
            If one was deleted, or deleted and created again.
        """
        for batch in batches:
            if self._clock() - self._checked >= CHECK_SECONDS:
                self._check()
                self._checked = self._clock()
            yield batch

    def _check(self) -> None:
        rows = list(self._describe())
        found = _ids(rows)
        for name in (row["name"] for row in rows):
            if name not in found and name in self._ids:
                raise TopicsError(f"the topic {name} was deleted: create the topics with: copytaster topics create")
            if found.get(name) != self._ids.get(name):
                raise TopicsError(f"the topic {name} was deleted and created again: start the command again to read it")


def _ids(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {row["name"]: row["topic_id"] for row in rows if row["error_code"] == 0}
