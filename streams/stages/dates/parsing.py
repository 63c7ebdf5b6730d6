"""Date parser: the formats of feeds and scrapers, to aware UTC, without guessing.

| form | example | zone |
| --- | --- | --- |
| ISO 8601, extended or basic | `2021-03-23T10:15:00+02:00`, `2021-03-23 10:15`, `20210323` | UTC where none is given |
| RFC 2822, what RSS uses | `Tue, 23 Mar 2021 10:15:00 EST` | as below |
| as people write it, in fifteen languages | `23 March 2021 3:15 pm CET`, `2021/03/23`, `2021年3月23日` | `time_zones` |
| a stamp of 14 or 12 digits, text or number | `20210323101500` (GDELT, CDX), `202103231015` | UTC |
| Unix time since March 1973, a number or its digits | `1616494500`, also in milli-, micro- and nanoseconds | UTC |
| a time tuple, feedparser's `published_parsed` | `[2021, 3, 23, 10, 15, 0, 1, 82, 0]` | UTC |

An ambiguous date (`9/10/2016`) is invalid, and so is one with a zone that is not known, or with a word that is not.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from streams.stages.dates.written import read_written
from streams.stages.strict_json import JsonValue

_SECONDS_FROM = 100_000_000
"""1e8 is March 1973; smaller numbers mark a missing date (0, -1) or are a day without hyphens (20210323)."""

_SECOND = 1_000_000
_MICROSECONDS = ((100_000_000_000_000_000, 1 / 1000), (100_000_000_000_000, 1), (100_000_000_000, 1000))
"""From which number a Unix time counts finer units, and their microseconds: 1e11 is the year 5138 in seconds and 1973
in milliseconds, and so on, so that no date of a news feed is misread."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,19}(\.\d{1,9})?", re.ASCII)
_STAMP = re.compile(r"(?:19|20)\d{10}(?:\d\d)?", re.ASCII)
_STAMP_FORMATS = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d([T ][\d:.,]+(Z|[+-][\d:]+)?)?", re.ASCII)
_RFC_2822 = re.compile(
    r"([A-Za-z]{3,9},? +)?\d{1,2} [A-Za-z]{3,9} (\d\d|\d{4})"
    r" \d\d?:\d\d(:\d\d)?( +(GMT|UTC?|Z|[ECMP][SD]T|[+-]\d{4}))?( +\(.*\))?",
    re.ASCII,
)
_TUPLE_FIELDS = 6
_MAX_DATE = 96
"""The longest of the forms above has some 70 characters; longer text is not parsed."""


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
        return None if moment is None else _in_utc(moment)
    except (ValueError, OverflowError):
        return None


def _read(value: JsonValue) -> datetime | None:
    match value:
        case bool() | None:
            return None
        case str():
            return _read_text(value.strip())
        case int() | float():
            return _read_number(value)
        case [*fields]:
            return _read_tuple(fields)
        case _:
            return None


def _read_text(text: str) -> datetime | None:
    if len(text) > _MAX_DATE:
        return None
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text)
    if _DIGITS.fullmatch(text):
        return _read_number(float(text) if "." in text else int(text))
    if _RFC_2822.fullmatch(text):
        return parsedate_to_datetime(text)
    return read_written(text)


def _read_number(number: float) -> datetime | None:
    if number < _SECONDS_FROM:
        return None
    if isinstance(number, int) and _STAMP.fullmatch(digits := str(number)):
        return datetime.strptime(digits, _STAMP_FORMATS[len(digits)]).replace(tzinfo=UTC)
    unit = next((unit for start, unit in _MICROSECONDS if number >= start), _SECOND)
    return _EPOCH + timedelta(microseconds=number * unit)


def _read_tuple(fields: list[JsonValue]) -> datetime | None:
    numbers = [field for field in fields[:_TUPLE_FIELDS] if isinstance(field, int)]
    return datetime(*numbers, tzinfo=UTC) if len(numbers) == _TUPLE_FIELDS else None  # type: ignore[arg-type,misc]


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
