"""Header names: reads records whose header names are not UTF-8.

Kafka's protocol defines a header's name as a string, but brokers do not check it, and some producers send other bytes.
aiokafka then raises in the middle of a fetch, again after each restart: one such record stops its partition
permanently. Here the batch is read once more by aiokafka's own Python reader, which shows bytes that are not UTF-8 as
escapes. Keys, values and the values of headers are untouched.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, SupportsIndex, cast

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy


def read_any_header_name() -> None:
    """Let every consumer of this process read records with any header names."""
    fetcher.MemoryRecords = TolerantRecords


class TolerantRecords:
    """The batches of one fetch, with the interface of aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._batches = MemoryRecords(data)
        self._index = 0

    def size_in_bytes(self) -> int:
        """Return the size of the data."""
        return int(self._batches.size_in_bytes())

    def has_next(self) -> bool:
        """Return whether there is another batch."""
        return bool(self._batches.has_next())

    def next_batch(self) -> "_TolerantBatch | None":
        """Return the next batch."""
        batch = self._batches.next_batch()
        self._index += 1
        return None if batch is None else _TolerantBatch(batch, self._data, self._index - 1)


class _TolerantBatch:
    """A batch with the interface of aiokafka's, read again where a header name cannot be decoded."""

    def __init__(self, batch: Any, data: bytes, index: int) -> None:  # noqa: ANN401  # compiled, and has no type
        self._batch = batch
        self._data = data
        self._index = index

    def __getattr__(self, name: str) -> object:
        return getattr(self._batch, name)

    def __next__(self) -> object:
        # aiokafka reads the marker of a transaction's control batch like this; a marker has no headers.
        return next(self._batch)

    def __iter__(self) -> Iterator[object]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from islice(_read_again(self._data, self._index), read, None)


def _read_again(data: bytes, index: int) -> Iterator[object]:
    batches = _MemoryRecordsPy(data)
    for _ in range(index):
        batches.next_batch()
    batch = _DefaultRecordBatchPy(batches._next_slice)  # noqa: SLF001  # `next_batch` itself uses the compiled reader
    batch._maybe_uncompress()  # noqa: SLF001
    batch._buffer = _Buffer(batch._buffer)  # noqa: SLF001
    return cast("Iterator[object]", batch)


class _Buffer(bytearray):
    """Bytes whose slices decode."""

    def __getitem__(self, key: SupportsIndex | slice) -> Any:  # noqa: ANN401  # an int or bytes, as of any bytearray
        item = super().__getitem__(key)
        return _Name(item) if isinstance(item, bytearray) else item


class _Name(bytearray):
    """Bytes that decode even where they are not UTF-8."""

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        """Return the text, with escapes for bytes that are not UTF-8."""
        return super().decode(encoding, errors)
