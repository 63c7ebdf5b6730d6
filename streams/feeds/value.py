"""Raw article as feeds write it, in the field names of Copytaster."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

import msgspec

from streams.errors import FeedError

Reader: TypeAlias = Callable[[BinaryIO, str], Iterator[tuple[bytes | FeedError, str]]]
"""Reads one file, given its bytes and its name; yields the values of raw records and the place of each.

A fault that is yielded concerns one record alone: the rest of the file is read. One that is raised ends the file."""


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
