r"""Output of data for other programs, with escapes where standard output is a terminal."""

import sys
import unicodedata

from streams.terminal.plain_text import JOINERS, UNSAFE_CATEGORIES

_LAYOUT = frozenset("\n\t")


def write(content: bytes) -> None:
    """Write bytes to standard output unchanged; on a terminal, control characters are written as JSON escapes.

    JSON keeps its meaning, because these characters occur only inside its strings.
    """
    if sys.stdout.isatty():
        sys.stdout.write(escaped(content.decode(errors="replace")))
        sys.stdout.flush()
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def escaped(text: str) -> str:
    r"""Return the text with control and format characters as JSON escapes, except line breaks and tabs.

    Examples
    --------
    >>> print(escaped('{"title": "\x9b2Jnews \u202e"}'))
    {"title": "\u009b2Jnews \u202e"}
    """
    return "".join(_escape(each) if _is_unsafe(each) else each for each in text)


def _is_unsafe(character: str) -> bool:
    harmless = character in _LAYOUT or character in JOINERS
    return not harmless and unicodedata.category(character) in UNSAFE_CATEGORIES


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
