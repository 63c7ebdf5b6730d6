"""Date parser: the formats of feeds and scrapers, to aware UTC, without guessing.

| form | example | zone |
| --- | --- | --- |
| ISO 8601, extended or basic | `2021-03-23T10:15:00+02:00`, `2021-03-23 10:15`, `20210323` | UTC where none is given |
| the same, with a zone's name | `2021-03-23 10:15:00 UTC` (also `GMT`, `Z`) | UTC |
| RFC 2822, what RSS uses | `Tue, 23 Mar 2021 10:15:00 EST` | UTC for names that the RFC does not list, as it requires |
| Unix time since March 1973, a number or its digits | `1616494500` (seconds), `1616494500000` (milliseconds) | UTC |
| a time tuple, feedparser's `published_parsed` | `[2021, 3, 23, 10, 15, 0, 1, 82, 0]` | UTC |

An ambiguous date (`9/10/16`) is invalid, and so is one before the first newspaper.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from streams.stages.strict_json import JsonValue

EARLIEST_YEAR = 1605
"""The *Relation* of Strasbourg, the first newspaper; 0001-01-01 and 1601-01-01 are what .NET and Windows call zero."""

_MILLISECONDS_FROM = 100_000_000_000
"""1e11 is the year 5138 in seconds and 1973 in milliseconds: no date of a news feed is misread."""

_SECONDS_FROM = 100_000_000
"""1e8 is March 1973; smaller numbers mark a missing date (0, -1) or are a day without hyphens (20210323)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,14}(\.\d{1,9})?", re.ASCII)
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d([T ]\d\d.*)?", re.ASCII)
_RFC_2822 = re.compile(
    r"([A-Za-z]{3,9},? +)?\d{1,2} [A-Za-z]{3,9} (\d\d|\d{4})"
    r" \d\d?:\d\d(:\d\d)?( +([A-Za-z]{1,5}|[+-]\d{4}))?( +\(.*\))?",
    re.ASCII,
)
_TUPLE_FIELDS = 6
_MAX_DATE = 64
"""The longest of the forms above has 47 characters; longer text is not parsed."""


def parse_date(value: JsonValue) -> datetime | None:
    """Return the moment of a value, aware and in UTC, or None where it is not a valid date.

    Examples
    --------
    >>> parse_date("Tue, 23 Mar 2021 10:15:00 +0200").isoformat()
    '2021-03-23T08:15:00+00:00'
    >>> parse_date("9/10/16") is None
    True
    """
    try:
        moment = _read(value)
        utc = None if moment is None else _in_utc(moment)
    except (ValueError, OverflowError):
        return None
    return utc if utc is None or utc.year >= EARLIEST_YEAR else None


def _read(value: JsonValue) -> datetime | None:
    match value:
        case bool() | None:
            return None
        case str():
            return _read_text(value.strip())
        case int() | float():
            return _read_unix(value)
        case [*fields]:
            return _read_tuple(fields)
        case _:
            return None


def _read_text(text: str) -> datetime | None:
    if len(text) > _MAX_DATE:
        return None
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(_without_zone_name(text))
    if _DIGITS.fullmatch(text):
        return _read_unix(float(text) if "." in text else int(text))
    return parsedate_to_datetime(text) if _RFC_2822.fullmatch(text) else None


def _without_zone_name(text: str) -> str:
    return text.removesuffix("UTC").removesuffix("GMT").rstrip()


def _read_unix(number: float) -> datetime | None:
    if number < _SECONDS_FROM:
        return None
    unit = timedelta(milliseconds=1) if number >= _MILLISECONDS_FROM else timedelta(seconds=1)
    return _EPOCH + number * unit


def _read_tuple(fields: list[JsonValue]) -> datetime | None:
    numbers = [field for field in fields[:_TUPLE_FIELDS] if isinstance(field, int)]
    return datetime(*numbers, tzinfo=UTC) if len(numbers) == _TUPLE_FIELDS else None  # type: ignore[arg-type,misc]


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
