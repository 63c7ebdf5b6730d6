"""Records whose header names are no UTF-8, read in spite of it.

Kafka's protocol calls a header's name a string, but brokers do not look, and some producers send other bytes. aiokafka
then raises in the middle of a fetch, again after each restart: one such record stops its partition for ever. Here the
batch is read once more by aiokafka's own Python reader, with what is no UTF-8 in a name shown as escapes. Values,
keys and the values of headers are untouched.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, SupportsIndex, cast

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy


def read_any_header_name() -> None:
    """Make every consumer of this process read records whatever the names of their headers are."""
    fetcher.MemoryRecords = TolerantRecords


class TolerantRecords:
    """The batches of one fetch; what aiokafka's `MemoryRecords` is, and how it is called."""

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
    """A batch that answers as aiokafka's does, and begins again where a name cannot be read."""

    def __init__(self, batch: Any, data: bytes, index: int) -> None:  # noqa: ANN401  # compiled, and has no type
        self._batch = batch
        self._data = data
        self._index = index

    def __getattr__(self, name: str) -> object:
        return getattr(self._batch, name)

    def __next__(self) -> object:
        # aiokafka takes the marker out of a transaction's control batch in this way; a marker has no headers.
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
    batch = _DefaultRecordBatchPy(batches._next_slice)  # noqa: SLF001  # the reader that `next_batch` takes is compiled
    batch._maybe_uncompress()  # noqa: SLF001
    batch._buffer = _Buffer(batch._buffer)  # noqa: SLF001
    return cast("Iterator[object]", batch)


class _Buffer(bytearray):
    """Bytes whose slices decode."""

    def __getitem__(self, key: SupportsIndex | slice) -> Any:  # noqa: ANN401  # an int or bytes, as of any bytearray
        item = super().__getitem__(key)
        return _Name(item) if isinstance(item, bytearray) else item


class _Name(bytearray):
    """Bytes that decode whatever they are."""

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        """Return the text, with escapes for what is none."""
        return super().decode(encoding, errors)
