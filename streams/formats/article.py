"""An article as a format states it, before limits, cleaning and dates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

SourceValue: TypeAlias = str | list[str]

SOURCE_FIELDS: Final = (
    "format",
    "urgency",
    "genre",
    "slugline",
    "section",
    "authors",
    "keywords",
    "subjects",
    "image_url",
    "country",
    "place",
    "rights",
    "usage_terms",
    "embargoed_until",
)
"""What a feed says beyond the text, in the order in which a tagged record shows it."""


class Status(StrEnum):
    """What the publisher allows to be done with an article; the three values of IPTC's `pubstatus`."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class FeedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a feed.

    Attributes
    ----------
    format
        The format and its version, such as `ninjs 2.0`.
    body
        Text or HTML; "" where the item holds none.
    published_at, versioned_at, embargoed_until
        Dates as they are written.
    version
        The source's number of this version, None where it numbers none; `versioned_at` is when this version was made.
    source
        What the feed says beyond the text, by the names of `SOURCE_FIELDS`.
    origins
        For each field the name that its value has in the format.
    """

    format: str
    body: str = ""
    title: str | None = None
    id: str | None = None
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    published_at: str | None = None
    version: int | None = None
    versioned_at: str | None = None
    embargoed_until: str | None = None
    status: Status = Status.USABLE
    source: dict[str, SourceValue] = {}
    origins: dict[str, str] = {}


class LeftOut(msgspec.Struct, frozen=True):
    """An item of a feed that is no article, such as a picture or a package."""

    kind: str
    id: str | None = None


Item: TypeAlias = FeedArticle | LeftOut


def read_status(text: object) -> Status:
    """Return the status that a code names, `usable` for what no standard names.

    >>> read_status("stat:canceled"), read_status(None)
    (<Status.CANCELED: 'canceled'>, <Status.USABLE: 'usable'>)
    """
    name = text.rpartition(":")[2].strip().lower() if isinstance(text, str) else ""
    match name:
        case "canceled" | "cancelled" | "killed" | "deleted":
            return Status.CANCELED
        case "withheld" | "withhold":
            return Status.WITHHELD
        case _:
            return Status.USABLE


_NO_EMBARGO: Final = frozenset({"", "0", "false", "no", "none", "null"})


def read_embargo(value: object) -> str | None:
    """Return the end of an embargo as it is written, None where a value states none.

    An embargo whose end is not stated is one all the same.

    >>> read_embargo("2023-03-07T06:00:00Z"), read_embargo(1678168800), read_embargo(True), read_embargo(False)
    ('2023-03-07T06:00:00Z', '1678168800', 'true', None)
    """
    if not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    return None if text.lower() in _NO_EMBARGO else text.lower() if isinstance(value, bool) else text


def host_of(address: str) -> str | None:
    """Return the host of an address, None for what is no address.

    >>> host_of("https://www.example.org/feed"), host_of("https://[x/")
    ('www.example.org', None)
    """
    try:
        return urlsplit(address).hostname or None
    except ValueError:
        return None


def read_version(value: object) -> int | None:
    """Return a version number that is written as an integer or as its digits, None for anything else.

    >>> read_version("3"), read_version(2.0), read_version("1.0"), read_version("draft")
    (3, 2, 1, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 <= value <= _MAX_VERSION and value == int(value) else None
    found = _VERSION.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) if found else None


_MAX_VERSION: Final = 10**15 - 1
_VERSION: Final = re.compile(r"(\d{1,15})(?:\.0+)?", re.ASCII)
"""Integers of up to 15 digits are exact in every JSON reader (2**53 has 16); `1.0` is how a float writes 1."""


def from_fields(fields: Iterable[tuple[str, object]]) -> dict[str, SourceValue]:
    """Return the fields that hold a text or texts, without white space around them and without repetitions."""
    kept: dict[str, SourceValue] = {}
    for name, value in fields:
        if isinstance(value, str) and value.strip():
            kept[name] = value.strip()
        elif isinstance(value, list | tuple) and (texts := _texts(value)):
            kept[name] = texts
        elif isinstance(value, int) and not isinstance(value, bool):
            kept[name] = str(value)
    return kept


def head_of(envelope: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the fields of an envelope by these names, without those for which there is no room in each article.

    >>> head_of({"title": "The Gazette", "items": [1, 2], "authors": ["x"] * 9_000}, ("title", "authors"))
    {'title': 'The Gazette'}
    """
    head, room = {}, MAX_HEAD_BYTES
    for name in names:
        size = len(msgspec.json.encode(envelope[name])) if name in envelope else room + 1
        if size <= room:
            head[name] = envelope[name]
            room -= size
    return head


MAX_HEAD_BYTES: Final = 4_096
"""JSON of what an envelope says of all of its articles, which each of them repeats; as much as a `source` may have."""


def _texts(values: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in values if isinstance(value, str) and value.strip()))
