"""Transaction watch: reports partitions whose last stable offset stands still, because a transaction stays open.

A worker reads committed records. Behind an open transaction nothing is committed, not even records that belong to no
transaction: the partition stands still, while the worker is ready and the broker well.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from streams.worker.probes.health import Notice

INTERVAL_SECONDS = 2.0
"""Pause between two looks, which ask no broker: every fetch brings both offsets."""

SHOWN_SECONDS = 10.0
"""Age from which a transaction is logged and reported: publishers commit theirs within seconds. Kafka aborts one after
60 s by default (`transaction.timeout.ms` of its producer), and accepts no limit above 15 minutes
(`transaction.max.timeout.ms` of the broker)."""

logger = logging.getLogger(__name__)


class Ends(NamedTuple):
    """Where the committed records of a partition end, and where all its records end."""

    stable: int
    end: int


class _Standing(NamedTuple):
    offset: int
    since_seconds: float


class TransactionWatch:
    """Follows the last stable offsets of the assigned partitions.

    Parameters
    ----------
    raw_topic
        Name of the topic, for messages.
    ends
        Returns the ends of the assigned partitions that are known.
    clock
        Monotonic seconds.
    """

    def __init__(
        self, raw_topic: str, ends: Callable[[], Mapping[int, Ends]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._raw_topic = raw_topic
        self._ends = ends
        self._clock = clock
        self._standing: dict[int, _Standing] = {}
        self._logged: set[tuple[int, int]] = set()

    def look(self) -> None:
        """Note which partitions have an open transaction, and log each that has stayed open for long."""
        now = self._clock()
        still = {partition: ends.stable for partition, ends in self._ends().items() if ends.stable < ends.end}
        self._standing = {
            partition: self._continued(partition, offset) or _Standing(offset, now)
            for partition, offset in still.items()
        }
        places = {(partition, each.offset) for partition, each in self._standing.items()}
        for partition, seconds in self.open_seconds().items():
            place = (partition, self._standing[partition].offset)
            if seconds >= SHOWN_SECONDS and place not in self._logged:
                self._logged.add(place)
                logger.warning("%s", self._describe(partition))
        self._logged &= places

    def open_seconds(self) -> dict[int, float]:
        """Return since how many seconds a transaction holds each partition, of those with an open one."""
        now = self._clock()
        return {partition: now - each.since_seconds for partition, each in self._standing.items()}

    def notices(self) -> list[Notice]:
        """Return a notice for each transaction that has been open for long."""
        return [
            Notice(
                self._describe(partition),
                {
                    "topic": self._raw_topic,
                    "partition": partition,
                    "offset": self._standing[partition].offset,
                    "seconds": round(seconds, 1),
                },
            )
            for partition, seconds in self.open_seconds().items()
            if seconds >= SHOWN_SECONDS
        ]

    def _continued(self, partition: int, offset: int) -> _Standing | None:
        known = self._standing.get(partition)
        return known if known and known.offset == offset else None

    def _describe(self, partition: int) -> str:
        standing = self._standing[partition]
        return (
            f"partition {partition} of {self._raw_topic} stands still at offset {standing.offset}, its last stable "
            f"offset, for {self._clock() - standing.since_seconds:.0f} s: a publisher's transaction is open; commit or "
            "abort it"
        )
