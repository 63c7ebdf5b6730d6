"""JSON lines: one raw record in each line, byte for byte, valid or not."""

from collections.abc import Iterator
from typing import BinaryIO


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield each line that is not blank, without its line end, and its place."""
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield line.rstrip(b"\r\n"), f"{name}:{number}"
