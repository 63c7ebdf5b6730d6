"""Progress in one partition of the rejected topic: which letters a replay has settled, and which the broker refused."""

from collections.abc import Collection
from typing import Self

import msgspec

MAX_REFUSED = 100
"""Refused letters that a commit keeps. Kafka takes 4,096 bytes of metadata for each partition
(`offset.metadata.max.bytes`), and an offset has 20 digits at most; letters behind the last one are replayed again."""


class Progress(msgspec.Struct, frozen=True):
    """Every letter before `settled` is replayed or skipped, except the `refused` ones, whose offsets ascend.

    Examples
    --------
    >>> progress = Progress(10).advance(30, [17])
    >>> progress.offset, progress.is_settled(17), progress.is_settled(18), progress.remaining(40)
    (17, False, True, 11)
    """

    settled: int
    refused: tuple[int, ...] = ()

    @property
    def offset(self) -> int:
        """The first letter that is not settled, from which the next run reads: this is the committed offset."""
        return min((*self.refused, self.settled))

    @property
    def metadata(self) -> str:
        """What a commit keeps beside the offset; empty where the offset says it all.

        >>> Progress(30, (17,)).metadata
        '{"settled":30,"refused":[17]}'
        """
        return msgspec.json.encode(self).decode() if self.refused else ""

    @classmethod
    def from_commit(cls, offset: int, metadata: str) -> Self:
        """Return the progress of a commit; without readable metadata, everything behind the offset is not settled."""
        try:
            progress = msgspec.json.decode(metadata, type=cls)
        except msgspec.MsgspecError:
            return cls(offset)
        return progress if progress.offset == offset else cls(offset)

    def is_settled(self, offset: int) -> bool:
        """Return whether the letter at an offset is replayed or skipped."""
        return offset < self.settled and offset not in self.refused

    def advance(self, position: int, refused: Collection[int]) -> Self:
        """Return the progress when every unsettled letter before a position was read, of which these were refused."""
        pending = sorted({*refused, *(each for each in self.refused if each >= position)})
        settled = max(self.settled, position)
        if len(pending) > MAX_REFUSED:
            settled = pending[MAX_REFUSED]
        return type(self)(settled, tuple(pending[:MAX_REFUSED]))

    def clip(self, begin: int, end: int) -> Self:
        """Return the progress in a partition with these ends; one beyond the end belongs to a topic since recreated."""
        if self.settled > end:
            return type(self)(begin)
        return type(self)(max(begin, self.settled), tuple(each for each in self.refused if each >= begin))

    def remaining(self, end: int) -> int:
        """Return how many records before the end are not settled."""
        return len(self.refused) + max(0, end - self.settled)
