"""Partition faults: which assigned partitions cannot be read, since when, why, and when each is tried again.

A batch with damaged bytes, a codec that cannot be read or a partition without a leader concerns one partition. That
partition is paused with exponential back-off, and all others are read. Nothing here imports Kafka or Faust: the adapter
reports what fails, and health, metrics and the log show it.

The consumer's thread writes, the threads of health and metrics read: every change replaces the mapping, and a reader
sees the one from before or the one from after it.
"""

import logging
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from streams.backoff import Backoff
from streams.brokers.skips import Skip

BACKOFF: Final = Backoff(first_seconds=1.0, max_seconds=30.0)
"""A retry fetches up to a record of the maximal size, and looks for a skip. An operator waits for it after a repair."""

MAX_LEADER_SECONDS: Final = 5.0
"""The longest pause while a partition has no leader: a retry is one request for metadata."""

SILENCE_SECONDS: Final = 10.0
"""A broker answers a fetch at once where there are records; during an election or a throttling it may answer none."""

logger = logging.getLogger(__name__)


class Cause(StrEnum):
    """Why a partition cannot be read; metric labels, health and documentation share these names."""

    CORRUPT = "corrupt"
    CODEC = "codec"
    NO_LEADER = "no_leader"
    BROKER = "broker"


_SKIP = "skip the batch with: copytaster partitions skip {topic} {partition}"

ADVICE: Final[Mapping[Cause, str]] = {
    Cause.CORRUPT: "repair the partition from an intact replica, or " + _SKIP,
    Cause.CODEC: "install a release that reads its codec, or " + _SKIP,
    Cause.NO_LEADER: "start the brokers that hold its replicas",
    Cause.BROKER: "read the log of the broker that leads the partition; if its file is damaged, " + _SKIP,
}


class Place(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


class PartitionFault(msgspec.Struct, frozen=True):
    """Why one partition cannot be read; `offset` is the first that cannot, or None where no position is known."""

    place: Place
    offset: int | None
    cause: Cause
    error: str
    since_seconds: float
    failures: int
    retry_seconds: float

    @property
    def advice(self) -> str:
        """What an operator has to do."""
        return ADVICE[self.cause].format(topic=self.place.topic, partition=self.place.partition)

    @property
    def sentence(self) -> str:
        """The fault in one sentence."""
        what = f"partition {self.place.partition} of {self.place.topic}"
        where = "" if self.offset is None else f" from offset {self.offset}"
        return f"{what} cannot be read{where} ({self.cause}: {self.error}): {self.advice}"


class Silences:
    """Partitions of which a broker sends no record although they have some: what is damaged is the length of a batch.

    Parameters
    ----------
    clock
        Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[Place, tuple[int, float]] = {}

    def lasts(self, place: Place, offset: int) -> bool:
        """Note that no record came from an offset before the end, and return whether that has lasted too long."""
        begun_at, begun_seconds = self._since.get(place, (offset, self._clock()))
        if begun_at != offset:
            begun_seconds = self._clock()
        self._since[place] = (offset, begun_seconds)
        return self._clock() - begun_seconds >= SILENCE_SECONDS

    def end(self, place: Place) -> None:
        """Note that records came, or that there are none to come."""
        self._since.pop(place, None)


class PartitionFaults:
    """The faults of the assigned partitions.

    Parameters
    ----------
    on_skipped
        Called with the number of offsets that an operator had skipped.
    backoff
        Pauses between retries of one partition.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        on_skipped: Callable[[int], None] = lambda _: None,
        backoff: Backoff = BACKOFF,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_skipped = on_skipped
        self._backoff = backoff
        self._clock = clock
        self._faults: Mapping[Place, PartitionFault] = {}

    def current(self) -> Sequence[PartitionFault]:
        """Return the faults, in order of their partitions."""
        return [fault for _, fault in sorted(self._faults.items())]

    def ages(self) -> dict[tuple[str, int, str], float]:
        """Return for how many seconds each partition cannot be read, by topic, partition and cause."""
        now = self._clock()
        return {(*fault.place, fault.cause.value): max(0.0, now - fault.since_seconds) for fault in self.current()}

    def cause(self, place: Place) -> Cause | None:
        """Return why a partition cannot be read, None where it can."""
        fault = self._faults.get(place)
        return fault.cause if fault else None

    def is_waiting(self, place: Place) -> bool:
        """Return whether a partition is paused until its next retry."""
        fault = self._faults.get(place)
        return fault is not None and self._clock() < fault.retry_seconds

    def record_failure(self, place: Place, offset: int | None, cause: Cause, error: str) -> None:
        """Pause a partition that cannot be read, for longer each time; log it when the fault is a new one."""
        before = self._faults.get(place)
        is_known = before is not None and (before.offset, before.cause) == (offset, cause)
        failures = before.failures + 1 if before and is_known else 1
        now = self._clock()
        since = before.since_seconds if before else now
        pause = min(self._backoff.pause_seconds(failures), MAX_LEADER_SECONDS if cause is Cause.NO_LEADER else math.inf)
        fault = PartitionFault(place, offset, cause, error, since, failures, now + pause)
        self._faults = {**self._faults, place: fault}
        if not is_known:
            logger.error("%s; it is paused and retried, and the other partitions are read", fault.sentence)

    def record_success(self, place: Place) -> None:
        """Resume a partition that can be read."""
        if fault := self._faults.get(place):
            self._forget(place)
            seconds = self._clock() - fault.since_seconds
            logger.info("partition %d of %s can be read again after %.0f s", place.partition, place.topic, seconds)

    def record_skip(self, place: Place, offset: int, skip: Skip) -> None:
        """Resume a partition behind what an operator had skipped, and log which offsets were left out."""
        self._forget(place)
        self._on_skipped(skip.to - offset)
        logger.warning(
            "skipped offsets %d to %d of partition %d of %s, as copytaster partitions skip had it: they are not tagged",
            offset,
            skip.to - 1,
            place.partition,
            place.topic,
        )

    def retain(self, assigned: Collection[Place]) -> None:
        """Forget partitions that are no longer assigned: another worker reads them, or reports them."""
        if not self._faults.keys() <= set(assigned):
            self._faults = {place: fault for place, fault in self._faults.items() if place in assigned}

    def _forget(self, place: Place) -> None:
        self._faults = {other: fault for other, fault in self._faults.items() if other != place}
