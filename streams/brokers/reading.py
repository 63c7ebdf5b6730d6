"""How topics are read: where to begin, what one poll gives, when the end is reached, when a broker is given up.

Nothing here imports a Kafka client: `Consumer` is the part of kafka-python's consumer that is needed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from streams.brokers.reachability import require_broker
from streams.errors import BrokerUnreachableError
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import KafkaSettings

POLL_SECONDS = 0.25
"""How long a reader waits before it gives the caller a word; Ctrl-C is noticed within it."""

PROBE_SECONDS = 2.0
"""Pause between two looks at a broker that sends nothing."""

END_POLLS = 4
"""Polls until every partition has told its end. A broker answers a fetch at the end after 0.5 s, two polls."""

Start: TypeAlias = Literal["beginning", "end"] | datetime
"""Where to begin to read: at one of the ends, or with the first record that is not older than a time (aware)."""

Partition: TypeAlias = Any
"""kafka-python's `TopicPartition`, which has no types."""


class Consumer(Protocol):
    """A consumer with its partitions assigned."""

    def poll(self, timeout_ms: int) -> Mapping[Partition, Sequence[Any]]:
        """Return what came, by partition."""

    def position(self, partition: Partition) -> int:
        """Return the offset that is read next."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read this offset next."""

    def beginning_offsets(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Return the first offset of each."""

    def end_offsets(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        """Return the offset behind the last of each."""

    def highwater(self, partition: Partition) -> int | None:
        """Return the offset behind the last as a fetch told it, or None before the first fetch."""

    def offsets_for_times(self, timestamps: Mapping[Partition, int]) -> Mapping[Partition, Any]:
        """Return the first offset that is not older, in milliseconds of Unix time, or None."""


def seek(consumer: Consumer, partitions: Sequence[Partition], start: Start) -> None:
    """Let every partition be read from `start`, as it is now."""
    for partition, offset in offsets(consumer, partitions, start).items():
        consumer.seek(partition, offset)


def offsets(consumer: Consumer, partitions: Sequence[Partition], start: Start) -> Mapping[Partition, int]:
    """Return the offset of each at which `start` is now."""
    if start == "beginning":
        return consumer.beginning_offsets(partitions)
    newest = ends(consumer, partitions)
    if start == "end":
        return newest
    found = consumer.offsets_for_times(dict.fromkeys(partitions, int(start.timestamp() * 1000)))
    return {each: found[each].offset if _is_place(found.get(each)) else newest[each] for each in partitions}


def ends(consumer: Consumer, partitions: Sequence[Partition]) -> dict[Partition, int]:
    """Return the offsets behind the last record of each, which a fetch there tells; the positions are there then."""
    told = consumer.end_offsets(partitions)
    for each in partitions:
        consumer.seek(each, told[each])
    written = [each for each in partitions if told[each] > 0]
    for _ in range(END_POLLS):
        if all(consumer.highwater(each) is not None for each in written):
            break
        _poll(consumer)
    return {each: _true_end(consumer, each, told[each]) for each in partitions}


def record_at(consumer: Consumer, partition: Partition, offset: int) -> RawRecord | None:
    """Return the record at an offset, or None where there is none."""
    consumer.seek(partition, offset)
    for _ in range(END_POLLS):
        # Beyond either end the client goes on at the other place that it knows, so the first record tells.
        if batch := _poll(consumer):
            return batch[0] if batch[0].origin.offset == offset else None
    return None


def until_end(consumer: Consumer, partitions: Sequence[Partition]) -> Iterator[Sequence[RawRecord]]:
    """Yield what lies between the positions and the ends as they are now, and perhaps a little more."""
    told = dict(consumer.end_offsets(partitions))
    unsure = set(partitions)
    while any(consumer.position(each) < told[each] for each in partitions):
        yield _poll(consumer)
        for each in [each for each in unsure if consumer.highwater(each) is not None]:
            told[each] = _true_end(consumer, each, told[each])
            unsure.remove(each)


def until(consumer: Consumer, ends: Mapping[Partition, int], watch: "Watch") -> Iterator[Sequence[RawRecord]]:
    """Yield what lies between the positions and these ends, without more; an empty batch whenever nothing came."""
    limits = {each.partition: end for each, end in ends.items()}
    while any(consumer.position(each) < end for each, end in ends.items()):
        batch = _poll(consumer)
        watch.observe(batch)
        yield [record for record in batch if record.origin.offset < limits[record.origin.partition]]


def follow(consumer: Consumer, watch: "Watch") -> Iterator[Sequence[RawRecord]]:
    """Yield what comes, without end; an empty batch whenever nothing came for `POLL_SECONDS`."""
    while True:
        batch = _poll(consumer)
        watch.observe(batch)
        yield batch


class Watch:
    """Raises when a broker that sends nothing has been away for too long; clients would wait for ever.

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
        self._seen = self._looked = clock()

    def observe(self, batch: Sequence[RawRecord]) -> None:
        """Note what a reader got; an empty batch may be the time for a look at the broker.

        Raises
        ------
        BrokerUnreachableError
            If it has been away for longer than `kafka.wait_seconds`.
        """
        now = self._clock()
        if batch:
            self._seen = self._looked = now
        elif now - self._looked >= PROBE_SECONDS:
            self._look(now)

    def _look(self, now: float) -> None:
        self._looked = now
        try:
            require_broker(self._kafka)
        except BrokerUnreachableError:
            if now - self._seen >= self._kafka.wait_seconds:
                raise
        else:
            self._seen = now


def _true_end(consumer: Consumer, partition: Partition, end: int) -> int:
    # Asked for its last offset, the embedded broker tells the first one of the last batch; a fetch tells the end.
    return max(end, consumer.highwater(partition) or 0)


def _is_place(found: Any) -> bool:  # noqa: ANN401  # kafka-python's answer has no type
    # Where no record is so young, Kafka answers nothing, and the embedded broker the first offset with no timestamp.
    return found is not None and found.timestamp >= 0


def _poll(consumer: Consumer) -> list[RawRecord]:
    batch = consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
    return [_raw_record(record) for records in batch.values() for record in records]


def _raw_record(record: Any) -> RawRecord:  # noqa: ANN401  # kafka-python's records have no types
    timestamp_ms = record.timestamp if record.timestamp is not None and record.timestamp >= 0 else None
    place = Origin(record.topic, record.partition, record.offset)
    return RawRecord(place, record.key, record.value, tuple(record.headers), timestamp_ms)
