"""Batch order: refuses batches whose own offsets cannot be true.

The checksum of a batch begins behind its first offset and its length, and aiokafka believes both. With a damaged first
offset a worker would read, and commit, an offset beyond the end of the partition, or take unread records for read ones.
"""

from typing import Any

from aiokafka.errors import CorruptRecordException


class OrderedBatches:
    """The batches of one fetch, with the interface of aiokafka's `MemoryRecords`.

    Batches of the format before Kafka 0.11 have their last offset in place of the first, and are passed on as they are.

    Parameters
    ----------
    batches
        What came.
    offset
        The offset that was asked for: a broker begins with the batch that has it, or with the next one.
    end
        The end of the partition as the broker reported it.
    """

    def __init__(self, batches: Any, offset: int, end: int) -> None:  # noqa: ANN401  # compiled, and has no type
        self._batches = batches
        self._first = 0
        self._next = offset
        self._end = end

    def has_next(self) -> bool:
        """Return whether there is another batch."""
        return bool(self._batches.has_next())

    def next_batch(self) -> Any:  # noqa: ANN401  # as above
        """Return the next batch.

        Raises
        ------
        CorruptRecordException
            If its offsets overlap with those before it, or lie beyond the end of the partition.
        """
        batch = self._batches.next_batch()
        first = getattr(batch, "base_offset", None)
        if first is not None:
            following = batch.next_offset
            if first < self._first or not self._next < following <= self._end:
                raise CorruptRecordException(
                    f"a batch from {first} to {following - 1} cannot follow offset {self._next - 1}, with the end at "
                    f"{self._end}"
                )
            self._first = self._next = following
        return batch
