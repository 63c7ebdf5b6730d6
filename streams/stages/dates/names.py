"""Names of months, weekdays and halves of the day, from the Unicode CLDR, in the languages that are read.

No name of a month means two months in two of these languages; a test asks the CLDR. Read when the first written date
comes: the data take a tenth of a second of CPU time.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale

LOCALES = (
    *("ar", "ar_LB", "ar_MA", "ar_DZ", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr"),
    "zh",
)
"""Fifteen languages; Arabic months have other names in the Levant and in the Maghreb."""

_CONTEXTS = ("format", "stand-alone")
_WIDTHS = ("wide", "abbreviated")
_HALVES = {"am": ("a.m", "上午", "午前", "오전", "ص"), "pm": ("p.m", "下午", "午後", "오후", "م")}
"""What the CLDR calls periods of the day in zh, ja, ko and ar, which have no am and pm by that name there."""

_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_ENGLISH_SHORT = {"sept": 9}


def fold(text: str) -> str:
    """Return text as names are compared: in compatibility form, without case and without marks of direction."""
    return unicodedata.normalize("NFKC", text).translate(_DIRECTIONS).casefold()


@cache
def months() -> Mapping[str, int]:
    """Return the number of each month, 1 to 12, by its folded name without a final stop."""
    found = {fold(name).rstrip("."): number for number, name in _names("months")}
    # Names that are a number and a word are read as numbers.
    return {name: number for name, number in {**found, **_ENGLISH_SHORT}.items() if not name[0].isdigit()}


@cache
def weekdays() -> frozenset[str]:
    """Return the folded names of the days of the week, without a final stop."""
    return frozenset(fold(name).rstrip(".") for _, name in _names("days"))


@cache
def halves() -> Mapping[str, str]:
    """Return `am` or `pm` by its folded name without a final stop."""
    found = {fold(name).rstrip("."): half for half, names in _HALVES.items() for name in (half, *names)}
    for locale in map(Locale.parse, LOCALES):
        periods = locale.day_periods["format"]["wide"]
        found |= {fold(periods[half]).rstrip("."): half for half in _HALVES if half in periods}
    return found


def _names(field: str) -> Iterator[tuple[int, str]]:
    for locale in map(Locale.parse, LOCALES):
        for context in _CONTEXTS:
            for width in _WIDTHS:
                yield from getattr(locale, field)[context][width].items()
