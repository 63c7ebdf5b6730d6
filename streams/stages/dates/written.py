"""Written dates: what people and templates write, in fifteen languages; every word has to be understood.

The day comes out of the text first, then the time, then the zone. What is left may be names of weekdays and the words
that languages put around a date; one word more, and the text is not read.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from streams.stages.dates.names import fold, halves, months, weekdays
from streams.stages.dates.time_zones import in_zone, is_zone

_MAX_MONTH = 12
_NOON = 12
_BUDDHIST_FROM = 2400
_BUDDHIST_YEARS = 543
"""Thailand counts from 543 BC: 2569 is 2026."""

_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<day>\d{1,2})(?!\d)"
)
_CHARACTERS = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]")
_YEAR_LAST = re.compile(r"(?<!\d)(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)")
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|o|\.)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_BETWEEN = r"(?:\s|[-/.,]|\b(?:de|del|of)\b)*"

_TIME = re.compile(
    r"(?<![\d+\-\u2212:])(?P<hour>\d{1,2})\s*(?:[:.h]|時|时|시)\s*(?P<minute>\d{2})(?!\d)"
    r"(?:\s*(?:[:.]|分|분)\s*(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*(?:秒|초|分|분)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?"
)
_HOUR = re.compile(r"(?<![\d+\-\u2212:.])(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?\s?m\b\.?")
_OFFSET = re.compile(r"(?:\b(?:utc|gmt))?\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_WORD = re.compile(r"[^\s,;|()·•،、]+")
_CONNECTORS = frozenset(
    word
    for words in (
        ("-", "–", "—", "/", ":", "t"),
        ("at", "on", "the", "of", "h", "hrs", "hour", "hours"),
        ("am", "um", "den", "der", "uhr"),
        ("de", "del", "la", "las", "el", "a", "hs", "y"),
        ("le", "à", "il", "lo", "alle", "ore", "às", "em", "das"),
        ("om", "op", "uur", "o", "godz", "r", "saat", "ve"),
        ("г", "года", "в"),  # noqa: RUF001  # Russian
        ("الساعة", "في", "ที่", "เวลา", "น", "ค.ศ", "พ.ศ"),
    )
    for word in words
)


class _Day(NamedTuple):
    year: int
    month: int
    day: int


def read_written(text: str) -> datetime | None:
    """Return the moment that a text names, aware, UTC where it names no zone; None where it names none, or several.

    Parameters
    ----------
    text
        At most some hundred characters.

    Raises
    ------
    ValueError
        If day or time do not exist.
    """
    folded = fold(text)
    found = _find_day(folded)
    if found is None:
        return None
    day, rest = found
    time = _TIME.search(rest) or _HOUR.search(rest)
    if time is None:
        return None if list(_unknown(rest)) else datetime(*day, tzinfo=UTC)
    return _at(datetime(*day, tzinfo=UTC), time.groupdict(), _without(rest, time))


def _find_day(text: str) -> tuple[_Day, str] | None:
    """Return the day and what is left of the text."""
    for pattern in (_YEAR_FIRST, _CHARACTERS, _YEAR_LAST, *_named()):
        if match := pattern.search(text):
            day = _day_of(match.groupdict())
            return None if day is None else (day, _without(text, match, match.groupdict().get("middle") or ""))
    return None


@cache
def _named() -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(name) for name in sorted(months(), key=len, reverse=True))
    month = rf"(?<![^\W\d_])(?P<name>{names})(?![^\W\d_])\.?"
    return (
        re.compile(f"{_DAY}{_BETWEEN}{month}{_BETWEEN}(?:พ\\.ศ\\.|ค\\.ศ\\.)?\\s*{_YEAR}"),
        re.compile(rf"{month}\s*{_DAY}[\s,]+{_YEAR}"),
        re.compile(rf"{month}\s*{_DAY}\s+(?P<middle>\d\d?:\d\d\S*(?:\s+\S{{1,5}})?)\s+{_YEAR}"),  # C and its heirs
    )


def _day_of(parts: dict[str, str]) -> _Day | None:
    year, name = int(parts["year"]), parts.get("name")
    if "one" in parts:
        return _day_and_month(int(parts["one"]), int(parts["two"]), year, parts["mark"])
    if name is None:
        return _Day(year, int(parts["month"]), int(parts["day"]))
    is_buddhist = year >= _BUDDHIST_FROM and "\u0e01" <= name[0] <= "\u0e5b"
    return _Day(year - _BUDDHIST_YEARS if is_buddhist else year, months()[name], int(parts["day"]))


def _day_and_month(one: int, two: int, year: int, mark: str) -> _Day | None:
    """Return the day where only one reading exists; no locale of the CLDR puts the month first before a full stop."""
    if mark == "." or one > _MAX_MONTH or one == two:
        return _Day(year, two, one)
    return _Day(year, one, two) if two > _MAX_MONTH else None


def _at(day: datetime, time: Mapping[str, str | None], rest: str) -> datetime | None:
    """Return the moment on a day whose time is known, with the zone and the half of the day that the rest names."""
    offset = _OFFSET.search(rest)
    words = list(_unknown(_without(rest, offset) if offset else rest))
    zones = {word for word in words if is_zone(word)}
    marks = {halves()[word] for word in words if word in halves()} | {f"{half}m" for half in [time["half"]] if half}
    if len(zones) > 1 or len(marks) > 1 or not all(word in zones or word in halves() for word in words):
        return None
    hour = _hour(int(time["hour"] or 0), next(iter(marks), None))
    if hour is None:
        return None
    moment = day.replace(
        hour=hour,
        minute=int(time.get("minute") or 0),
        second=int(time.get("second") or 0),
        microsecond=int((time.get("fraction") or "0").ljust(6, "0")[:6]),
    )
    # A name beside an offset only says it again.
    return moment.replace(tzinfo=_offset(offset)) if offset else in_zone(moment, next(iter(zones), "utc"))


def _hour(hour: int, half: str | None) -> int | None:
    """Return the hour of 24; "15:15 PM" is common and clear, "15:15 AM" is not."""
    if half is None or (half == "pm" and hour > _NOON):
        return hour
    if hour > _NOON:
        return None
    return hour % _NOON + (_NOON if half == "pm" else 0)


def _offset(match: re.Match[str]) -> timezone:
    sign = 1 if match["sign"] == "+" else -1
    return timezone(sign * timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0)))


def _without(text: str, match: re.Match[str], instead: str = "") -> str:
    return f"{text[: match.start()]} | {instead} | {text[match.end() :]}"


def _unknown(text: str) -> Iterator[str]:
    """Yield the words that are neither a weekday nor what languages put around a date."""
    for match in _WORD.finditer(text):
        word = match[0].rstrip(".:").replace(". ", ".")
        if word and word not in _CONNECTORS and word not in weekdays() and word.removesuffix("ที่") not in weekdays():
            yield word
