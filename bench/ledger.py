"""What was sent in a long run and what became of it, counted by a client that shares no code with the worker.

The reader follows the tagged and the rejected topic while the run lasts, so that topics may forget what it has seen. Of
a record it keeps one byte: days of articles fit into memory.
"""

import threading
from collections import defaultdict
from typing import Self

import confluent_kafka

from streams.settings import Settings

READ_RECORDS = 2_000
READ_SECONDS = 0.2
FLUSH_SECONDS = 120.0
QUIET = {"log_level": 0, "socket.timeout.ms": 20_000}


class Ledger:
    """Counts of one run, for the time of a `with` block.

    Parameters
    ----------
    settings
        Names of the Kafka topics, how many partitions they have, and the group.
    """

    def __init__(self, settings: Settings) -> None:
        self._raw_topic = settings.topics.raw
        self._servers = {"bootstrap.servers": settings.kafka.bootstrap_servers, **QUIET}
        self._producer = confluent_kafka.Producer(
            {**self._servers, "linger.ms": 20, "compression.type": "lz4", "queue.buffering.max.messages": 1_000_000}
        )
        self._group = confluent_kafka.Consumer({**self._servers, "group.id": settings.worker.group})
        self._reader = confluent_kafka.Consumer(
            {**self._servers, "group.id": "reads alone", "enable.auto.commit": False, "auto.offset.reset": "earliest"}
        )
        partitions = range(settings.topics.partitions)
        self._partitions = [confluent_kafka.TopicPartition(self._raw_topic, each) for each in partitions]
        self._reader.assign(
            [
                confluent_kafka.TopicPartition(topic, each, 0)
                for topic in (settings.topics.tagged, settings.topics.rejected)
                for each in partitions
            ]
        )
        self._ends: dict[int, int] = defaultdict(int)
        self._seen: dict[int, bytearray] = defaultdict(bytearray)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="ledger", daemon=True)
        self.handed_over = 0
        self.seen = 0
        self.duplicates = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        self._reader.close()
        self._group.close()

    @property
    def missing(self) -> int:
        """How many of the records that the broker has were not seen again."""
        return sum(end - sum(self._seen[partition][:end]) for partition, end in list(self._ends.items()))

    def send(self, key: bytes, value: bytes) -> None:
        """Hand over a raw record, and wait while the client has too many."""
        while True:
            try:
                self._producer.produce(self._raw_topic, value, key, on_delivery=self._note)
                break
            except BufferError:
                self._producer.poll(READ_SECONDS)
        self.handed_over += 1
        self._producer.poll(0)

    def flush(self) -> None:
        """Wait until the broker has everything that was handed over."""
        if left := self._producer.flush(FLUSH_SECONDS):
            raise TimeoutError(f"the broker has not acknowledged {left} raw records after {FLUSH_SECONDS:g} s")

    def committed(self) -> int:
        """Return how many raw records the group has committed."""
        return sum(max(0, each.offset) for each in self._group.committed(self._partitions, 20))

    def _note(self, error: confluent_kafka.KafkaError | None, message: confluent_kafka.Message) -> None:
        if error:
            raise confluent_kafka.KafkaException(error)
        partition, offset = message.partition() or 0, message.offset() or 0
        self._ends[partition] = max(self._ends[partition], offset + 1)

    def _follow(self) -> None:
        while not self._closing.is_set():
            for message in self._reader.consume(READ_RECORDS, READ_SECONDS):
                if message.error() is None:
                    self._see(*_origin(message))

    def _see(self, partition: int, offset: int) -> None:
        seen = self._seen[partition]
        if offset >= len(seen):
            seen.extend(bytes(offset + 1 - len(seen)))
        if seen[offset]:
            self.duplicates += 1
        else:
            seen[offset] = 1
            self.seen += 1


def _origin(message: confluent_kafka.Message) -> tuple[int, int]:
    """Return partition and offset of the raw record of which an output was made."""
    facts = {name: value for name, value in dict(message.headers() or ()).items() if isinstance(value, bytes)}
    if event := facts.get("ce_id"):
        _, partition, offset = event.rsplit(b"/", 2)
    else:
        partition, offset = facts["copytaster.error.partition"], facts["copytaster.error.offset"]
    return int(partition), int(offset)
