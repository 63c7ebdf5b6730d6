r"""Control and formatting characters in text from outside, and their escapes.

Written as they are, they move a terminal's cursor, break a log line in two or turn the direction of writing, so that a
line reads as another.
"""

import json
import unicodedata

JOINERS = "\u200c\u200d"
"""Format characters that words of Persian and Indic scripts and composed emoji need."""

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories: control, format, half of a surrogate pair, line separator, paragraph separator."""


def is_unsafe(character: str) -> bool:
    """Return whether a character controls what is around it; line breaks, tabs and joiners do."""
    return unicodedata.category(character) in _UNSAFE


def escaped(text: str, *, keep: str = "") -> str:
    r"""Return the text with control and formatting characters as escapes of JSON, those in `keep` excepted.

    Examples
    --------
    >>> print(escaped("breaking\x1b[2J\nnews \u202egnp.exe", keep="\n"))
    breaking\u001b[2J
    news \u202egnp.exe
    """
    if text.isprintable():  # a scan in C, true for almost every text
        return text
    return "".join(escape(each) if is_unsafe(each) and each not in keep else each for each in text)


def escape(character: str) -> str:
    """Return a character as an escape of JSON."""
    return json.dumps(character)[1:-1]
