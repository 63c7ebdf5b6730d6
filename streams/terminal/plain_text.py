"""Plain text: removes from text of articles the characters that control a terminal or cover other lines of it."""

import re
import unicodedata
from collections.abc import Callable

from rich.cells import get_character_cell_size
from rich.text import Text

from streams.control_characters import JOINERS, is_unsafe

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, screen (ECMA-48, 5.4)
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC (5.6)
    r"|\x1b[ -/]*[0-~]"  # the other escapes
)

MAX_MARKS = 4
"""Combining marks shown in one place; more of them pile up over the lines above and below.

Unicode advises to refuse more than four nonspacing marks in a row (UTS #39, section 5.4). Vietnamese and Thai need two,
Indic scripts three, Hebrew with points and accents four. The thirty of stream-safe text (UAX #15, section 13) bound
memory, not height. What is lost are the longest Sanskrit monograms in Tibetan script, which stack their letters.
"""

_STACKING = frozenset({"Mn", "Me"})
"""Unicode categories of marks that take no room of their own: nonspacing and enclosing."""


def plain(text: str) -> str:
    r"""Return the text on one line, without control sequences, control characters and format characters.

    These include the characters that change the direction of writing, which can make a line read as another. Of the
    marks over and under a character a few are left.

    Examples
    --------
    >>> plain("\x1b[31mbreaking\x1b[0m\nnews \u202egnp.exe")
    'breaking news gnp.exe'
    """
    if text.isprintable():
        return unstacked(text)
    shown = (_shown(character) for character in _SEQUENCES.sub("", text))
    return unstacked(" ".join("".join(shown).split()))


def safe_text(text: str, style: str = "") -> Text:
    """Return the plain text for rich, in one style, with brackets as text and not as markup."""
    return Text(plain(text), style=style)


def unstacked(text: str, replace: Callable[[str], str] = lambda _: "") -> str:
    """Return the text with at most `MAX_MARKS` marks in one place; the others are replaced, by default with nothing.

    A place ends with a character that takes room. Joiners and some letters of Korean take none, so that marks on both
    sides of them pile up together.
    """
    if text.isascii():
        return text
    shown, marks = [], 0
    for character in text:
        stacks = unicodedata.category(character) in _STACKING
        if stacks:
            marks += 1
        elif get_character_cell_size(character):
            marks = 0
        shown.append(replace(character) if stacks and marks > MAX_MARKS else character)
    return "".join(shown)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if is_unsafe(character) and character not in JOINERS else character
