"""Raw batches: the bytes of a partition as its broker stores them, whether or not they can be read.

A batch begins with its first offset and its length (https://kafka.apache.org/documentation/#recordbatch). Nothing here
imports a Kafka client: what fetches and what judges a batch are arguments.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

_PREFIX: Final = struct.Struct(">qiib")
"""First offset, length of what follows it, the leader's epoch (or a checksum), and the version of the format."""

_UP_TO_LENGTH: Final = struct.calcsize(">qi")
_LAST_DELTA: Final = struct.Struct(">i")
_LAST_DELTA_AT: Final = struct.calcsize(">qiibIh")
_MAGIC: Final = 2
"""The version of the format since Kafka 0.11; before it, a batch that is not compressed has one record."""


class RawBatch(NamedTuple):
    """The bytes of one batch, its first offset, the offset behind its last, and why it cannot be read, if it cannot."""

    first: int
    end: int
    data: bytes
    problem: str | None = None


class RawFetch(NamedTuple):
    """What a broker answers to a fetch: bytes that begin with the batch that has the offset, or an error's name.

    `end` is the end of the partition.
    """

    data: bytes
    end: int
    error: str | None = None


class Survey(NamedTuple):
    """What cannot be read from an offset on.

    `batches` are those whose bytes the broker sends; `gaps` are the places where it sends none, with its error; `to` is
    the next offset that can be read, or the end of the partition.
    """

    first: int
    to: int
    batches: Sequence[RawBatch]
    gaps: Sequence[tuple[int, str]]


FetchRaw = Callable[[int], RawFetch]
FindProblem = Callable[[bytes], str | None]

SILENT: Final = "it sends nothing"


def split(data: bytes) -> Iterator[RawBatch]:
    """Yield the whole batches of what a broker has sent; the last one may be cut off."""
    position = 0
    while position + _PREFIX.size <= len(data):
        first, length, _, magic = _PREFIX.unpack_from(data, position)
        size = _UP_TO_LENGTH + length
        if size < _PREFIX.size or position + size > len(data):
            return
        batch = data[position : position + size]
        yield RawBatch(first, first + 1 + _last_delta(batch, magic), batch)
        position += size


def survey(fetch: FetchRaw, find_problem: FindProblem, start: int, end: int) -> Survey | None:
    """Return what cannot be read from the first such offset at or behind `start` on, None where all can be read.

    Parameters
    ----------
    fetch
        Returns what a broker sends from an offset on.
    find_problem
        Returns why the bytes of a batch cannot be read, None where they can.
    start, end
        The offsets between which to look, `end` exclusive.
    """
    bad: list[RawBatch] = []
    gaps: list[tuple[int, str]] = []
    offset, first = start, end
    while offset < end:
        fetched = fetch(offset)
        batches = list(split(fetched.data))
        if fetched.error or not batches:
            first = min(first, offset)
            gaps.append((offset, fetched.error or SILENT))
            offset = _next_sent(fetch, offset, end)
        for position, batch in enumerate(batches):
            problem = find_problem(batch.data)
            if not _can_follow(batch, offset, fetched.end, is_begun=position == 0):
                problem = problem or "its offsets cannot be true"
                batch = RawBatch(offset, offset + batch.end - batch.first, batch.data)  # noqa: PLW2901
            if problem is None and first < end:
                return Survey(first, offset, bad, gaps)
            offset = batch.end
            if problem is not None:
                first = min(first, max(start, batch.first))
                bad.append(batch._replace(problem=problem))
                break  # what follows counts when the broker sends it first: that is what a worker asks for
    return Survey(first, end, bad, gaps) if first < end else None


def _can_follow(batch: RawBatch, offset: int, end: int, *, is_begun: bool) -> bool:
    """Return whether a batch can have the offset that is read next, where only the first of a fetch may be begun."""
    return offset < batch.end <= end and (is_begun or batch.first >= offset)


def collect(fetch: FetchRaw, first: int, to: int) -> list[RawBatch]:
    """Return the batches that have offsets from `first` on and before `to`, as far as a broker sends them."""
    found: list[RawBatch] = []
    offset = first
    while offset < to:
        fetched = fetch(offset)
        batches = [batch for batch in split(fetched.data) if batch.end > offset and batch.first < to]
        if fetched.error or not batches:
            offset = _next_sent(fetch, offset, to)
        else:
            found += batches
            offset = batches[-1].end
    return found


def _next_sent(fetch: FetchRaw, offset: int, end: int) -> int:
    """Return the next offset from which a broker sends records, or the end.

    A broker finds an offset by an index with an entry for every 4 KiB or so, and reads on from there: behind a damaged
    header, an offset is found again from the next entry on. Steps that double, and halves, find it with few requests.
    """

    def is_sent(candidate: int) -> bool:
        fetched = fetch(candidate)
        return fetched.error is None and any(batch.end > candidate for batch in split(fetched.data))

    failed, step = offset, 1
    while not is_sent(sent := min(failed + step, end - 1)):
        if sent == end - 1:
            return end
        failed, step = sent, step * 2
    while sent - failed > 1:
        middle = (failed + sent) // 2
        failed, sent = (failed, middle) if is_sent(middle) else (middle, sent)
    return sent


def _last_delta(batch: bytes, magic: int) -> int:
    if magic < _MAGIC or len(batch) < _LAST_DELTA_AT + _LAST_DELTA.size:
        return 0
    return max(0, int(_LAST_DELTA.unpack_from(batch, _LAST_DELTA_AT)[0]))
