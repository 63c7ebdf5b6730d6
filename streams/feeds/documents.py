"""JSON files and text files."""

import io
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from streams.errors import FeedError
from streams.feeds import lines
from streams.feeds.bounds import MAX_RECORD_BYTES, read_whole
from streams.feeds.encodings import to_text
from streams.feeds.value import RawArticle
from streams.formats.wire_text import is_wire_text

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MAX_TITLE_CHARS = 200
"""A longer first line is a paragraph: search engines and agencies cut headlines at 110 characters and fewer."""

_elements = msgspec.json.Decoder(list[msgspec.Raw])
_document = msgspec.json.Decoder(msgspec.Raw)


def read_json(
    stream: BinaryIO, name: str, max_record_bytes: int = MAX_RECORD_BYTES
) -> Iterator[tuple[bytes | FeedError, str]]:
    """Yield each element of an array, each line where the first is a document by itself, or the whole file.

    Raises
    ------
    FeedError
        If the file is too large.
    """
    content = _in_utf_8(read_whole(stream, name)).removeprefix(_BYTE_ORDER_MARK).strip()
    if content.startswith(b"["):
        yield from _read_array(content, name)
    elif _is_lines(content):
        yield from lines.read(io.BytesIO(content), name, max_record_bytes)
    elif content:
        yield content, name


def read_text(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield wire text as it is, other text as an article without an id: a file name does not identify an article.

    Raises
    ------
    FeedError
        If the file is too large.
    """
    text = to_text(read_whole(stream, name)).strip()
    if is_wire_text(text):
        yield text.encode(), name
    elif text:
        title, body = _split_title(text)
        yield RawArticle(title=title, body=body).to_bytes(), name


def _in_utf_8(content: bytes) -> bytes:
    """Return a document that begins with the byte order mark of UTF-16 in UTF-8, any other as it is."""
    return to_text(content).encode() if content.startswith(_UTF_16_MARKS) else content


def _read_array(content: bytes, name: str) -> Iterator[tuple[bytes, str]]:
    try:
        elements = _elements.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield content, name
        return
    for number, element in enumerate(elements, start=1):
        yield bytes(element), f"{name}#{number}"


def _is_lines(content: bytes) -> bool:
    first, _, rest = content.partition(b"\n")
    return bool(rest) and _is_document(first)


def _is_document(content: bytes) -> bool:
    try:
        _document.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _split_title(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition("\n")
    title, body = first.strip().lstrip("#").strip(), rest.strip()
    return (title, body) if title and body and len(title) <= _MAX_TITLE_CHARS else (None, text)
