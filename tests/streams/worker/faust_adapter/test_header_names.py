"""Records whose header names are no UTF-8, in batches as a broker hands them over."""

import struct
from typing import Any

import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBase, DefaultRecordBatch, _DefaultRecordBatchBuilderPy
from aiokafka.record.util import calc_crc32c
from aiokafka.structs import TopicPartition

from streams.worker.faust_adapter.header_names import TolerantRecords

CODECS = {
    "plain": 0,
    "gzip": DefaultRecordBatch.CODEC_GZIP,
    "snappy": DefaultRecordBatch.CODEC_SNAPPY,
    "lz4": DefaultRecordBatch.CODEC_LZ4,
    "zstd": DefaultRecordBatch.CODEC_ZSTD,
}


class OddName(str):
    """A header's name that goes over the wire as bytes that are no UTF-8."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Return the bytes."""
        del encoding, errors
        return b"h\xff"


PRODUCER = 7
ABORT, COMMIT = 0, 1
"""What the key of a transaction's marker says behind its version, in Kafka's protocol."""


def batch(*names: str, codec: int = 0) -> bytes:
    """Return a batch with one record for each name of a header."""
    builder = batch_builder(codec=codec)
    for offset, name in enumerate(names):
        builder.append(offset, 1_000, b"key", b"value \xff", [(name, b"\xff"), (name, None)])
    return bytes(builder.build())


def batch_builder(*, codec: int = 0, producer: int = -1) -> _DefaultRecordBatchBuilderPy:
    """Return a builder of batches; those of a producer with an id are in a transaction."""
    return _DefaultRecordBatchBuilderPy(
        magic=2,
        compression_type=codec,
        is_transactional=int(producer >= 0),
        producer_id=producer,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000_000,
    )


def transaction(offset: int, end: int) -> bytes:
    """Return the batches of a transaction: a record at the offset, and behind it the marker of how it ended."""
    record, marker = batch_builder(producer=PRODUCER), batch_builder(producer=PRODUCER)
    record.append(0, 1_000, b"key", b"value", [])
    marker.append(0, 1_000, struct.pack(">hh", 0, end), struct.pack(">hi", 0, 0), [])
    return at(offset, bytes(record.build())) + at(offset + 1, bytes(as_control(marker.build())))


def as_control(data: bytearray) -> bytearray:
    """Return the batch as one that holds a marker, which no builder makes."""
    header = DefaultRecordBase
    data[header.ATTRIBUTES_OFFSET + 1] |= header.CONTROL_MASK
    struct.pack_into(">I", data, header.CRC_OFFSET, calc_crc32c(data[header.ATTRIBUTES_OFFSET :]))
    return data


def at(offset: int, data: bytes) -> bytes:
    """Return the batch as the broker numbers it."""
    return struct.pack(">q", offset) + data[8:]


def read(data: bytes) -> list[tuple[int, bytes, bytes, list[tuple[str, bytes | None]]]]:
    """Return offset, key, value and headers of every record."""
    records, found = TolerantRecords(data), []
    while records.has_next():
        following: Any = records.next_batch()
        assert following is not None
        assert following.validate_crc()
        found += [(each.offset, each.key, each.value, list(each.headers)) for each in following]
    return found


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_an_odd_name_is_shown_as_an_escape(codec: int) -> None:
    """Every record of a batch is read once and in order, with escapes in the odd name alone."""
    names = ["a", "b", "h\\xff", "c"]

    found = read(batch("a", "b", OddName("h"), "c", codec=codec))

    expected = [(offset, b"key", b"value \xff", [(name, b"\xff"), (name, None)]) for offset, name in enumerate(names)]
    assert found == expected


def test_batches_around_an_odd_one_are_read() -> None:
    """In a fetch of several batches the odd one is found again among them."""
    found = read(batch("a") + batch("b", OddName("h")) + batch("c"))

    assert [headers[0][0] for *_, headers in found] == ["a", "b", "h\\xff", "c"]


def test_the_size_is_that_of_the_data() -> None:
    """The size of a fetch is that of its data, as aiokafka asks for it."""
    assert TolerantRecords(batch("a")).size_in_bytes() == len(batch("a"))
    assert TolerantRecords(b"").next_batch() is None


@pytest.mark.parametrize(
    ("isolation_level", "offsets"), [(READ_COMMITTED, [0, 4, 5]), (READ_UNCOMMITTED, [0, 2, 4, 5])]
)
def test_transactions_are_read_as_aiokafka_reads_them(isolation_level: int, offsets: list[int]) -> None:
    """Markers of transactions are understood: what was committed is read, and by default not what was aborted."""
    data = transaction(0, COMMIT) + transaction(2, ABORT) + at(4, batch("a", OddName("h")))

    found = PartitionRecords(
        TopicPartition("raw", 0),
        TolerantRecords(data),
        aborted_transactions=[(PRODUCER, 2)],
        fetch_offset=0,
        key_deserializer=None,
        value_deserializer=None,
        check_crcs=True,
        isolation_level=isolation_level,
    )

    assert [record.offset for record in found] == offsets
    assert found.next_fetch_offset == 6
