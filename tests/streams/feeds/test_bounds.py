"""How much of a file is in memory, whatever it unpacks to."""

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.errors import FeedError
from streams.feeds import Feed, lines
from streams.feeds.bounds import MAX_FILE_BYTES, MAX_RECORD_BYTES
from streams.settings.schema import MEBIBYTE

GOOD = b'{"body": "Rain fell."}'


@contextmanager
def memory_of_at_most(max_bytes: int) -> Iterator[None]:
    """Assert that no more memory of Python is in use at a time than before, and `max_bytes`."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] <= max_bytes
    finally:
        tracemalloc.stop()


def values(feed: Feed) -> list[bytes]:
    """Return the articles of a feed."""
    return [item.value for item in feed]


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl"])
def test_a_line_that_is_too_long_costs_no_memory(tmp_path: Path, ending: str) -> None:
    """A line of 50 MB is left out by its place in flat memory, and the lines before and behind it are read."""
    path = tmp_path / f"feed{ending}"
    content = GOOD + b"\n" + b"0" * 50_000_000 + b"\n" + GOOD
    path.write_bytes(gzip.compress(content, 1) if ending.endswith(".gz") else content)
    del content
    faults: list[FeedError] = []
    feed = Feed([path], on_fault=faults.append)
    with memory_of_at_most(3 * MAX_RECORD_BYTES):
        found = values(feed)
    assert found == [GOOD, GOOD]
    assert [str(fault) for fault in faults] == [
        f"'{path}:2' is a line of more than 4,194,304 bytes, the maximum of limits.max_record_bytes"
    ]


def test_a_line_that_is_too_long_is_raised() -> None:
    """Without anything to call, a line that is too long ends the feed."""
    with pytest.raises(FeedError, match=r"'standard input:1' is a line of more than 4 bytes"):
        list(Feed(["-"], stdin=io.BytesIO(GOOD), max_record_bytes=4))


@given(
    st.lists(st.binary(max_size=12).filter(lambda line: not {*line} & {*b"\r\n"}), min_size=1),
    st.sampled_from([b"\n", b"\r\n"]),
    st.integers(1, 10),
)
@example([b"1234", b"12345", b"123456789", b"1"], b"\r\n", 4)
def test_exactly_the_lines_over_the_limit_are_left_out(content: list[bytes], end: bytes, limit: int) -> None:
    """Each line is given or left out by its own length, with the number that it has in the file."""
    found = [
        (None if isinstance(value, FeedError) else value, place)
        for value, place in lines.read(io.BytesIO(end.join(content)), "f", limit)
    ]
    assert found == [
        (None if len(line) > limit else line, f"f:{number}")
        for number, line in enumerate(content, start=1)
        if len(line) > limit or line.strip()
    ]


@pytest.fixture(scope="module")
def huge() -> bytes:
    """Return some 300 KB that unpack to more than the bound of a file."""
    return gzip.compress(b"0" * (MAX_FILE_BYTES + 1), 1)


@pytest.mark.parametrize("ending", [".json", ".txt", ".html", ".xml"])
def test_a_file_that_is_too_large_is_named(tmp_path: Path, huge: bytes, ending: str) -> None:
    """A packed file that unpacks to more than the bound is left out in bounded memory, and the next one is read."""
    bomb, good = tmp_path / f"a{ending}.gz", tmp_path / "b.jsonl"
    bomb.write_bytes(huge)
    good.write_bytes(GOOD)
    faults: list[FeedError] = []
    with memory_of_at_most(MAX_FILE_BYTES + MEBIBYTE):
        assert values(Feed([tmp_path], on_fault=faults.append)) == [GOOD]
    assert [str(fault).partition(" (")[0] for fault in faults] == [f"'{bomb}' has more than 67,108,864 bytes"]


def test_lines_in_a_json_file_are_bounded_as_well(tmp_path: Path) -> None:
    """A line that is too long is left out of a file of lines that is named .json."""
    path = tmp_path / "feed.json"
    path.write_bytes(GOOD + b"\n" + GOOD[:-1] + b" " * 100 + b"}\n" + GOOD)
    faults: list[FeedError] = []
    assert values(Feed([path], on_fault=faults.append, max_record_bytes=100)) == [GOOD, GOOD]
    assert len(faults) == 1
