"""Bounds of a feed: how many bytes of a file are in memory at a time, whatever the file unpacks to."""

from typing import BinaryIO, Final

from streams.errors import FeedError
from streams.settings.schema import MEBIBYTE, LimitsSettings

MAX_RECORD_BYTES: Final = LimitsSettings().max_record_bytes
"""Longest line, where the settings state no other."""

MAX_FILE_BYTES: Final = 64 * MEBIBYTE
"""Largest file of a kind that is parsed as a whole, unpacked: the largest raw record that settings allow."""

_CHUNK_BYTES: Final = 64 * 1024
_MAX_LINE_END_BYTES: Final = 2
"""Those of CR LF."""


def read_whole(stream: BinaryIO, name: str) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    FeedError
        If the file has more than `MAX_FILE_BYTES`; the rest is not read.
    """
    chunks, size = [], 0
    while chunk := stream.read(_CHUNK_BYTES):
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise FeedError(
                f"{name!r} has more than {MAX_FILE_BYTES:,} bytes (unpacked), the bound of files that are not JSON "
                "lines or WARC: split it"
            )
        chunks.append(chunk)
    return b"".join(chunks)


def read_line(stream: BinaryIO, max_bytes: int) -> bytes | None:
    """Return the next line with its end, empty at the end of the file; None for a longer one, which is skipped."""
    # One byte more than the longest line and its end: only a longer line fills it.
    size = max_bytes + _MAX_LINE_END_BYTES + 1
    line = stream.readline(size)
    if len(line) == size and not line.endswith(b"\n"):
        _skip_line(stream)
        return None
    return line if len(line.rstrip(b"\r\n")) <= max_bytes else None


def _skip_line(stream: BinaryIO) -> None:
    while (chunk := stream.readline(_CHUNK_BYTES)) and not chunk.endswith(b"\n"):
        pass
