"""Plain text: removes from text of articles the characters that control a terminal."""

import re

from rich.text import Text

from streams.control_characters import JOINERS, is_unsafe

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, screen (ECMA-48, 5.4)
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC (5.6)
    r"|\x1b[ -/]*[0-~]"  # the other escapes
)


def plain(text: str) -> str:
    r"""Return the text on one line, without control sequences, control characters and format characters.

    These include the characters that change the direction of writing, which can make a line read as another.

    Examples
    --------
    >>> plain("\x1b[31mbreaking\x1b[0m\nnews \u202egnp.exe")
    'breaking news gnp.exe'
    """
    if text.isprintable():
        return text
    shown = (_shown(character) for character in _SEQUENCES.sub("", text))
    return " ".join("".join(shown).split())


def safe_text(text: str, style: str = "") -> Text:
    """Return the plain text for rich, in one style, with brackets as text and not as markup."""
    return Text(plain(text), style=style)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if is_unsafe(character) and character not in JOINERS else character
