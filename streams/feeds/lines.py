"""JSON lines: one raw record in each line, byte for byte, valid or not."""

from collections.abc import Iterator
from typing import BinaryIO

from streams.errors import FeedError
from streams.feeds.bounds import MAX_RECORD_BYTES, read_line


def read(
    stream: BinaryIO, name: str, max_record_bytes: int = MAX_RECORD_BYTES
) -> Iterator[tuple[bytes | FeedError, str]]:
    """Yield each line that is not blank, without its line end, and its place; a fault for each line that is too long.

    Memory does not depend on the length of a line.
    """
    number = 0
    while (line := read_line(stream, max_record_bytes)) != b"":
        number += 1
        place = f"{name}:{number}"
        if line is None:
            yield _too_long(place, max_record_bytes), place
        elif line.strip():
            yield line.rstrip(b"\r\n"), place


def _too_long(place: str, max_record_bytes: int) -> FeedError:
    return FeedError(
        f"{place!r} is a line of more than {max_record_bytes:,} bytes, the maximum of limits.max_record_bytes"
    )
