"""Records whose header names are no UTF-8, in batches as a broker hands them over."""

import pytest
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchBuilderPy

from streams.worker.header_names import TolerantRecords

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


def batch(*names: str, codec: int = 0) -> bytes:
    """Return a batch with one record for each name of a header."""
    builder = _DefaultRecordBatchBuilderPy(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000_000,
    )
    for offset, name in enumerate(names):
        builder.append(offset, 1_000, b"key", b"value \xff", [(name, b"\xff"), (name, None)])
    return bytes(builder.build())


def read(data: bytes) -> list[tuple[int, bytes, bytes, list[tuple[str, bytes | None]]]]:
    """Return offset, key, value and headers of every record."""
    records, found = TolerantRecords(data), []
    while records.has_next():
        following = records.next_batch()
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
