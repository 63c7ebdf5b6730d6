"""Progress in one partition of the rejected topic: which letters a replay has settled, and which it has to send later.

Pending letters are those that the broker refused, and those whose embargo is not over. They lie between settled ones.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import Self

import msgspec

MAX_METADATA_BYTES = 4_096
"""What Kafka takes for each partition (`offset.metadata.max.bytes`). A run of pending letters takes some five bytes,
42 at most; letters behind the last run that fits are replayed again."""


class Progress(msgspec.Struct, frozen=True):
    """Every letter before `settled` is replayed or skipped, except the `pending` ones, whose offsets ascend.

    Examples
    --------
    >>> progress = Progress(10).advance(30, [17])
    >>> progress.offset, progress.is_settled(17), progress.is_settled(18), progress.remaining(40)
    (17, False, True, 11)
    """

    settled: int
    pending: tuple[int, ...] = ()

    @property
    def offset(self) -> int:
        """The first letter that is not settled, from which the next run reads: this is the committed offset."""
        return min((*self.pending, self.settled))

    @property
    def metadata(self) -> str:
        """What a commit keeps beside the offset: the pending letters, as runs.

        Each run is how many settled letters lie before it, and its length. It is never empty, so that a commit without
        metadata shows a broker that keeps none.

        >>> Progress(30, (17, 18, 19, 25)).metadata
        '{"settled":30,"pending":[17,3,5,1]}'
        """
        return msgspec.json.encode(_Commit(self.settled, _runs(self.pending))).decode()

    @classmethod
    def from_commit(cls, offset: int, metadata: str) -> Self:
        """Return the progress of a commit; without readable metadata, everything behind the offset is not settled."""
        try:
            commit = msgspec.json.decode(metadata, type=_Commit)
            progress = cls(commit.settled, _offsets(commit.pending))
        except (msgspec.MsgspecError, ValueError):
            return cls(offset)
        return progress if progress.offset == offset else cls(offset)

    def is_settled(self, offset: int) -> bool:
        """Return whether the letter at an offset is replayed or skipped."""
        place = bisect_left(self.pending, offset)
        return offset < self.settled and self.pending[place : place + 1] != (offset,)

    def advance(self, position: int, pending: Collection[int]) -> Self:
        """Return the progress when every unsettled letter before a position was read, of which these are pending."""
        progress = type(self)(
            max(self.settled, position), tuple(sorted({*pending, *(each for each in self.pending if each >= position)}))
        )
        while len(progress.metadata) > MAX_METADATA_BYTES:
            kept = progress.pending[: len(progress.pending) * MAX_METADATA_BYTES // len(progress.metadata)]
            progress = type(self)(progress.pending[len(kept)], kept)
        return progress

    def clip(self, begin: int, end: int) -> Self:
        """Return the progress in a partition with these ends; one beyond the end belongs to a topic since recreated."""
        if self.settled > end:
            return type(self)(begin)
        return type(self)(max(begin, self.settled), tuple(each for each in self.pending if each >= begin))

    def remaining(self, end: int) -> int:
        """Return how many records before the end are not settled."""
        return len(self.pending) + max(0, end - self.settled)


class _Commit(msgspec.Struct, frozen=True):
    """The metadata of a commit."""

    settled: int
    pending: list[int]


def _runs(ascending: Sequence[int]) -> list[int]:
    """Return the gap before each run of successive offsets, and its length, in turn."""
    runs: list[int] = []
    expected = 0
    for each in ascending:
        if runs and each == expected:
            runs[-1] += 1
        else:
            runs += [each - expected, 1]
        expected = each + 1
    return runs


def _offsets(runs: Iterable[int]) -> tuple[int, ...]:
    """Return the offsets of runs.

    Raises
    ------
    ValueError
        If a run has no length, or one that no commit of ours has.
    """
    ends = list(accumulate(runs))
    if any(each < 0 for each in runs) or len(ends) % 2 or sum(list(runs)[1::2]) > MAX_PENDING:
        raise ValueError
    return tuple(offset for begin, end in zip(ends[::2], ends[1::2], strict=True) for offset in range(begin, end))


MAX_PENDING = 1_000_000
"""Letters that one commit may name: far more than a partition has, and few enough to hold."""
