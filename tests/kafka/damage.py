"""Partitions with batches that cannot be read: batches whose places are known, and bytes of theirs that are changed."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import confluent_kafka
import crc32c

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom
from tests.kafka.node import Node

LENGTH_AT: Final = 8
CRC_AT: Final = 17
ATTRIBUTES_AT: Final = 21
RECORDS_AT: Final = 61
"""Where a batch of Kafka's format 2 has its length, its checksum, its attributes, and its records."""

UNKNOWN_CODEC: Final = 7
"""A codec that no release of Kafka has."""


class Batch(NamedTuple):
    """A batch in the file of a partition."""

    path: Path
    position: int
    first: int
    end: int
    size: int

    def overwrite(self, at: int, data: bytes) -> bytes:
        """Replace some bytes of the batch, and return what was there."""
        with self.path.open("r+b") as file:
            file.seek(self.position + at)
            before = file.read(len(data))
            file.seek(self.position + at)
            file.write(data)
        return before

    def flip(self, at: int) -> int:
        """Invert a byte of the batch, counted from its end where negative, and return where it is."""
        place = at % self.size
        self.overwrite(place, bytes([self.read()[place] ^ 0xFF]))
        return place

    def read(self) -> bytes:
        """Return the bytes of the batch."""
        with self.path.open("rb") as file:
            file.seek(self.position)
            return file.read(self.size)

    def seal(self) -> None:
        """Give the batch the checksum of its bytes, as a producer that writes it in this way would."""
        self.overwrite(CRC_AT, struct.pack(">I", crc32c.crc32c(self.read()[ATTRIBUTES_AT:])))


def send_batch(newsroom: Newsroom, ledger: Ledger, partition: int, numbers: Sequence[int], codec: str = "none") -> None:
    """Send articles as one batch to a partition, and note where they are."""
    producer = confluent_kafka.Producer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "linger.ms": 60_000,  # until `flush`
            "compression.type": codec,
            "log_level": 0,
        }
    )
    for key, value in map(article, numbers):
        producer.produce(newsroom.raw_topic, value, key, partition, on_delivery=ledger.note_sent)
    assert producer.flush(60) == 0


def batches(node: Node, topic: str, partition: int) -> list[Batch]:
    """Return the batches of a partition whose file is intact."""
    (path,) = node.partition_folder(topic, partition).glob("*.log")
    data, found = path.read_bytes(), list[Batch]()
    position = 0
    while position + RECORDS_AT < len(data):
        first, length = struct.unpack_from(">qi", data, position)
        if length <= 0:  # the broker has reserved room
            break
        (last_delta,) = struct.unpack_from(">i", data, position + ATTRIBUTES_AT + 2)
        found.append(Batch(path, position, first, first + last_delta + 1, length + 12))
        position += length + 12
    return found
