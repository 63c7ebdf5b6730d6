"""Raw article as feeds write it, in the field names of Copytaster."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

import msgspec

from streams.errors import FeedError

Reader: TypeAlias = Callable[[BinaryIO, str], Iterator[tuple[bytes | FeedError, str]]]
"""Reads one file, given its bytes and its name; yields the values of raw records and the place of each.

A fault that is yielded concerns one record alone: the rest of the file is read. One that is raised ends the file."""

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LAST_RESORT = "windows-1252"
"""Encoding that browsers assume for a page that is not UTF-8 and declares nothing (WHATWG HTML, 13.2.3.2)."""


class RawArticle(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The fields of a raw article; unknown ones are omitted."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    body: str
    publisher: str | None = None
    published_at: str | None = None
    versioned_at: str | None = None
    language: str | None = None
    authors: list[str] = []
    keywords: list[str] = []
    image_url: str | None = None
    rights: str | None = None
    source_format: str | None = None

    def to_bytes(self, unread: Mapping[str, str] = MappingProxyType({})) -> bytes:
        """Return the value of the raw record, with texts under the names of fields that nothing reads."""
        return msgspec.json.encode({**unread, **msgspec.to_builtins(self)})


def to_text(content: bytes, declared: str | None = None) -> str:
    r"""Return the text of a file, decoded as browsers do.

    The encoding is that of the byte order mark, else UTF-8 if the bytes are valid, else the declared one, else
    Windows-1252; invalid bytes become U+FFFD.

    >>> to_text(b"caf\xe9")
    'café'
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _decode_declared(content, declared or _LAST_RESORT)


def _decode_declared(content: bytes, declared: str) -> str:
    try:
        return str(content, declared, errors="replace")
    except LookupError:
        return content.decode(_LAST_RESORT, errors="replace")
