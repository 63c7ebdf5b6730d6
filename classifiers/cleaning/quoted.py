"""Quotations in a line: what people say is story, whatever its words are.

Names in quotation marks are marked as well: no boilerplate is recognised by the name of a company or a title.
"""

import re
from typing import Final

MAX_CHARS: Final = 700
"""Maximum length of a quotation, as of a line that rules and classifier read."""

_QUOTATION: Final = re.compile(
    r"\u201c[^\u201d]{0,700}(?:\u201d|$)|\u201e[^\u201c\u201d]{0,700}(?:[\u201c\u201d]|$)|\u00ab[^\u00bb]{0,700}(?:\u00bb|$)"
    r"|\u00bb[^\u00ab\u00bb]{2,700}\u00ab|\u300c[^\u300d]{0,700}(?:\u300d|$)|\u300e[^\u300f]{0,700}(?:\u300f|$)"
    r"|^[\u2014\u2013-] ?[^\u2014\u2013]{2,400}[,.!?\u2026] ?[\u2014\u2013-](?= )"
    r"|\"[^\"]{0,700}\"|^\"[^\"]{0,700}$"
    r"|(?<!\w)['\u2018](?=\S)[^'\u2018\u2019]{2,300}(?:['\u2019](?=\w)[^'\u2018\u2019]{1,300}){0,4}['\u2019](?!\w)"
)
_QUOTATION_START: Final = re.compile("[\"\u201c\u201e\u00ab\u00bb\u300c\u300e]|^[\u2014\u2013-]|(?<!\\w)['\u2018]\\w")
MAX_NAME_WORDS: Final = 6
"""Words in quotation marks up to which they may be a name, of a company or an article; more are what a person says."""

QUOTED: Final = "\u275d"
"""Stands for a quotation."""

_MASK: Final = f" {QUOTED} "


_MARKS: Final = "\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f\u2014\u2013- "
_SPEECH_ENDS: Final = (",", ".", "!", "?", "\u2026", "\uff0c", "\u3002", "\uff01", "\uff1f")

_OPENING: Final = frozenset("\"'\u2018\u201c\u201e\u00ab\u00bb\u300c\u300e\u2014\u2013-")
"""The characters that a quotation begins with: most lines have none, which this finds faster than an expression."""


def mask_quotations(line: str) -> str:
    """Return the line with a mark for each quotation; the same object where it has none.

    >>> mask_quotations('All rights belong to "Meridian".')
    'All rights belong to  \u275d .'
    """
    if _OPENING.isdisjoint(line) or not _QUOTATION_START.search(line):
        return line
    return _QUOTATION.sub(_MASK, line)


def has_long_quotation(line: str) -> bool:
    """Return whether a quotation has more words than a name."""
    return any(len(found[0].split()) > MAX_NAME_WORDS for found in _QUOTATION.finditer(line))


def has_speech(line: str) -> bool:
    """Return whether a quotation is what a person says, rather than the name of a company or a title.

    A name has few words, begins with a capital letter or a digit, and no comma or full stop ends it.

    >>> has_speech('All rights belong to "Meridian Press".'), has_speech('"We won," she said.')
    (False, True)
    """
    return any(_is_speech(found[0]) for found in _QUOTATION.finditer(line))


def _is_speech(quotation: str) -> bool:
    words = quotation.strip(_MARKS)
    return len(words.split()) > MAX_NAME_WORDS or words[:1].islower() or words.endswith(_SPEECH_ENDS)


def is_quoted(line: str, place: int) -> bool:
    """Return whether a place of a line is within a quotation, of which at most `MAX_CHARS` are read on each side."""
    first = max(0, place - MAX_CHARS)
    window = line[first : place + MAX_CHARS]
    if not _QUOTATION_START.search(window):
        return False
    return any(found.start() < place - first < found.end() for found in _QUOTATION.finditer(window))
