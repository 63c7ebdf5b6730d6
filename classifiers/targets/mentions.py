"""What a mention is, and how a text and a name are compared: in which spelling, and where a name stands alone.

Of mentions that overlap, one counts: the leftmost, and of those the longest.
"""

from typing import Final

import msgspec

GLUE: Final = frozenset("_$")
"""What joins a name to a longer word beside letters and digits: `US_EAST` and the currency `US$` are no mentions.
A hyphen does not: "US-led", "anti-China" and "Franco-German" mention what they name."""


NO_TARGET: Final = ""
"""What a name among a watch-list's `not_targets` stands for."""


class Mention(msgspec.Struct, frozen=True, order=True):
    """A place where a target is named: code points, end exclusive."""

    start: int
    end: int
    target_id: str


def fold(text: str) -> str:
    r"""Return a text in lower case with straight apostrophes, of exactly the same length.

    >>> fold("İZMİR\N{RIGHT SINGLE QUOTATION MARK}s")  # in lower case İ is two code points, so it is left
    "İzmİr's"
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    return straight(lower)


def straight(text: str) -> str:
    """Return a text with straight apostrophes, as names are spelt in a watch-list."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether nothing continues the name on either side; a name that ends in a mark is never continued."""
    if start and _joins(text[start - 1]) and text[start].isalnum():
        return False
    return end == len(text) or not (_joins(text[end]) and text[end - 1].isalnum())


def _joins(character: str) -> bool:
    return character.isalnum() or character in GLUE


def leftmost_longest(mentions: list[Mention]) -> list[Mention]:
    """Return the mentions that count, in order; the list that is given is sorted."""
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    free_from = 0
    for mention in mentions:
        if mention.start >= free_from:
            kept.append(mention)
            free_from = mention.end
    return kept
