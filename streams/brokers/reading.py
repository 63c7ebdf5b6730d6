"""Topic reader: start positions, polls, the end of a topic, and the timeout for a broker that sends nothing.

Nothing here imports a Kafka client: `Consumer` is the part of kafka-python's consumer that is used.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from streams.brokers.reachability import require_broker
from streams.errors import BrokerUnreachableError, CorruptBatchError
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import KafkaSettings

POLL_SECONDS = 0.25
"""Longest wait for records before control returns to the caller; Ctrl-C is handled within it."""

PROBE_SECONDS = 2.0
"""Interval of reachability checks of a broker that sends nothing."""

END_POLLS = 4
"""Polls until every partition has reported its end. A broker answers a fetch at the end after 0.5 s, two polls."""

Start: TypeAlias = Literal["beginning", "end"] | datetime
"""Where to begin to read: at one of the ends, or with the first record that is not older than a time (aware)."""

Partition: TypeAlias = Any
"""kafka-python's `TopicPartition`, which has no types."""


class Consumer(Protocol):
    """A consumer with its partitions assigned."""

    def poll(self, timeout_ms: int) -> Mapping[Partition, Sequence[Any]]:
        """Return the records that have arrived, by partition."""

    def position(self, partition: Partition) -> int:
        """Return the offset that is read next."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read this offset next."""

    def beginning_offsets(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Return the first offset of each."""

    def end_offsets(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Return the offset behind the last of each."""

    def highwater(self, partition: Partition) -> int | None:
        """Return the last stable offset as the latest fetch reported it, or None before the first fetch."""

    def pause(self, *partitions: Partition) -> None:
        """Read no more of these."""

    def offsets_for_times(self, timestamps: Mapping[Partition, int]) -> Mapping[Partition, Any]:
        """Return the first offset that is not older, in milliseconds of Unix time, or None."""


def seek(consumer: Consumer, partitions: Sequence[Partition], start: Start) -> None:
    """Set the position of every partition to the current offset of `start`."""
    for partition, offset in offsets(consumer, partitions, start).items():
        consumer.seek(partition, offset)


def offsets(consumer: Consumer, partitions: Sequence[Partition], start: Start) -> Mapping[Partition, int]:
    """Return the current offset of `start` in each partition."""
    if start == "beginning":
        return consumer.beginning_offsets(partitions)
    newest = ends(consumer, partitions)
    if start == "end":
        return newest
    found = consumer.offsets_for_times(dict.fromkeys(partitions, int(start.timestamp() * 1000)))
    return {each: found[each].offset if _is_offset(found.get(each)) else newest[each] for each in partitions}


def ends(consumer: Consumer, partitions: Sequence[Partition]) -> dict[Partition, int]:
    """Return the offsets behind the last record of each, confirmed by a fetch there; the positions are then there."""
    reported = consumer.end_offsets(partitions)
    for each in partitions:
        consumer.seek(each, reported[each])
    written = [each for each in partitions if reported[each] > 0]
    for _ in range(END_POLLS):
        if all(consumer.highwater(each) is not None for each in written):
            break
        _poll(consumer)
    return {each: _true_end(consumer, each, reported[each]) for each in partitions}


def record_at(consumer: Consumer, partition: Partition, offset: int) -> RawRecord | None:
    """Return the record at an offset, or None where there is none."""
    consumer.seek(partition, offset)
    for _ in range(END_POLLS):
        # Beyond either end the client resets its position, so that only the offset of the first record shows a match.
        if batch := _poll(consumer):
            return batch[0] if batch[0].origin.offset == offset else None
    return None


def until_end(consumer: Consumer, partitions: Sequence[Partition]) -> Iterator[Sequence[RawRecord]]:
    """Yield the records between the positions and the current ends; the last poll may bring newer records, too.

    Raises
    ------
    CorruptBatchError
        At the end, if a batch cannot be read: its partition ends before it.
    """
    reported = dict(consumer.end_offsets(partitions))
    unconfirmed = set(partitions)
    readable = _Readable(consumer, partitions)
    while readable.is_before(reported):
        yield readable.poll()
        for each in [each for each in unconfirmed if consumer.highwater(each) is not None]:
            reported[each] = _true_end(consumer, each, reported[each])
            unconfirmed.remove(each)
    readable.require_all()


def until(consumer: Consumer, ends: Mapping[Partition, int], watch: "Watch") -> Iterator[Sequence[RawRecord]]:
    """Yield exactly the records between the positions and these ends; an empty batch after a poll without records.

    Raises
    ------
    CorruptBatchError
        At the end, if a batch cannot be read: its partition ends before it.
    """
    limits = {each.partition: end for each, end in ends.items()}
    readable = _Readable(consumer, list(ends))
    while readable.is_before(ends):
        batch = readable.poll()
        watch.observe(batch)
        yield [record for record in batch if record.origin.offset < limits[record.origin.partition]]
    readable.require_all()


def follow(consumer: Consumer, watch: "Watch") -> Iterator[Sequence[RawRecord]]:
    """Yield records as they arrive, without end; an empty batch after each `POLL_SECONDS` without a record."""
    while True:
        batch = _poll(consumer)
        watch.observe(batch)
        yield batch


class _Readable:
    """The partitions of a consumer that can be read: one with a corrupt batch is paused, and stops no other."""

    def __init__(self, consumer: Consumer, partitions: Sequence[Partition]) -> None:
        self._consumer = consumer
        self._partitions = set(partitions)
        self._faults: list[CorruptBatchError] = []

    def is_before(self, ends: Mapping[Partition, int]) -> bool:
        """Return whether one of them has not reached its end."""
        return any(self._consumer.position(each) < ends[each] for each in self._partitions)

    def poll(self) -> list[RawRecord]:
        """Return the records that have arrived."""
        try:
            return _poll(self._consumer)
        except CorruptBatchError as error:
            self._faults.append(error)
            self._partitions.discard(error.partition)
            self._consumer.pause(error.partition)
            return []

    def require_all(self) -> None:
        """Raise the first fault, if there is any; its message names all of them."""
        if self._faults:
            raise CorruptBatchError("; ".join(map(str, self._faults)), self._faults[0].partition)


class Watch:
    """Timeout for an absent broker, for which a client would wait without end.

    Parameters
    ----------
    kafka
        Address, and how long the broker may stay away.
    clock
        Monotonic seconds.
    """

    def __init__(self, kafka: KafkaSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._kafka = kafka
        self._clock = clock
        self._seen = self._checked = clock()

    def observe(self, batch: Sequence[RawRecord]) -> None:
        """Note the batch that a reader got; after empty batches, check now and then whether the broker is reachable.

        Raises
        ------
        BrokerUnreachableError
            If it has been away for longer than `kafka.wait_seconds`.
        """
        now = self._clock()
        if batch:
            self._seen = self._checked = now
        elif now - self._checked >= PROBE_SECONDS:
            self._check(now)

    def _check(self, now: float) -> None:
        self._checked = now
        try:
            require_broker(self._kafka)
        except BrokerUnreachableError:
            if now - self._seen >= self._kafka.wait_seconds:
                raise
        else:
            self._seen = now


def _true_end(consumer: Consumer, partition: Partition, end: int) -> int:
    # As last offset the embedded broker reports the first one of the last batch; a fetch reports the end.
    return max(end, consumer.highwater(partition) or 0)


def _is_offset(found: Any) -> bool:  # noqa: ANN401  # kafka-python's answer has no type
    # Where no record is so recent, Kafka answers nothing, and the embedded broker the first offset with no timestamp.
    return found is not None and found.timestamp >= 0


def _poll(consumer: Consumer) -> list[RawRecord]:
    batch = consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
    return [_raw_record(record) for records in batch.values() for record in records]


def _raw_record(record: Any) -> RawRecord:  # noqa: ANN401  # kafka-python's records have no types
    timestamp_ms = record.timestamp if record.timestamp is not None and record.timestamp >= 0 else None
    place = Origin(record.topic, record.partition, record.offset)
    return RawRecord(place, record.key, record.value, tuple(record.headers), timestamp_ms)
