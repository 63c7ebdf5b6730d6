"""Text from articles, made harmless for a terminal."""

import re

from rich.text import Text

from streams.control_characters import JOINERS, is_unsafe

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, screen (ECMA-48, 5.4)
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC (5.6)
    r"|\x1b[ -/]*[0-~]"  # the other escapes
)


def plain(text: str) -> str:
    r"""Return the text on one line, with no control sequence, control or formatting character.

    Characters that turn the direction of writing go too: with them a line can be made to read as another.

    Examples
    --------
    >>> plain("\x1b[31mbreaking\x1b[0m\nnews \u202egnp.exe")
    'breaking news gnp.exe'
    """
    if text.isprintable():
        return text
    shown = (_shown(character) for character in _SEQUENCES.sub("", text))
    return " ".join("".join(shown).split())


def text_of(text: str, style: str = "") -> Text:
    """Return the text as rich draws it: plain, in one style, its brackets no markup."""
    return Text(plain(text), style=style)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if is_unsafe(character) and character not in JOINERS else character
