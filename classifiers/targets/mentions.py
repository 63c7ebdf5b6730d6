"""Mentions: the record, the normalisation of spelling, and the rules for word boundaries and overlaps.

Of overlapping mentions the leftmost is kept, and of those the longest.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

import msgspec

GLUE: Final = frozenset("_$")
"""Characters that, like letters and digits, make a name part of a longer word: `US_EAST` and the currency `US$` are not
mentions. A hyphen is not among them: "US-led", "anti-China" and "Franco-German" are mentions."""


NO_TARGET: Final = ""
"""Target id of the names among a watch-list's `not_targets`."""


class Mention(msgspec.Struct, frozen=True, order=True):
    """A mention of a target: code points, end exclusive."""

    start: int
    end: int
    target_id: str


def fold(text: str) -> str:
    r"""Return a text in lower case with straight apostrophes, of exactly the same length.

    >>> fold("İZMİR\N{RIGHT SINGLE QUOTATION MARK}s")  # the lower case of İ is two code points, so it is kept
    "İzmİr's"
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    return straight(lower)


def straight(text: str) -> str:
    """Return a text with straight apostrophes, as names are spelled in a watch-list."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def is_whole_word(text: str, start: int, end: int) -> bool:
    """Return whether a name has a word boundary on both sides; an end that is a punctuation mark always has one."""
    if start and is_word_character(text[start - 1]) and text[start].isalnum():
        return False
    return end == len(text) or not (is_word_character(text[end]) and text[end - 1].isalnum())


def is_word_character(character: str) -> bool:
    """Return whether a character next to a name makes it part of a longer word."""
    return character.isalnum() or character in GLUE


def leftmost_longest(mentions: list[Mention]) -> list[Mention]:
    """Return the mentions that are kept, in order; sorts the given list in place."""
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    free_from = 0
    for mention in mentions:
        if mention.start >= free_from:
            kept.append(mention)
            free_from = mention.end
    return kept


def outside(spans: Sequence[tuple[int, int]], mentions: list[Mention]) -> list[Mention]:
    """Return the mentions that are not part of a span; one that is a whole span is kept.

    Parameters
    ----------
    spans
        Starts and ends, in order, which do not overlap.
    mentions
        Mentions, in any order.
    """
    if not spans:
        return mentions
    return [mention for mention in mentions if not _is_part(mention, spans)]


def _is_part(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(spans, mention.start, key=itemgetter(0)) - 1
    if number < 0:
        return False
    start, end = spans[number]
    return mention.start < end and (mention.start, mention.end) != (start, end)
