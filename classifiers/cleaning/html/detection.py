"""Detection of markup: plain text, a fragment of HTML or a whole page."""

import re
from enum import Enum, auto
from typing import Final

from classifiers.cleaning.html.elements import BLOCKS, KNOWN, TAG, VOID

_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)(?:\s[^<>]*+)?>", re.IGNORECASE)


class Markup(Enum):
    """Kind of markup in a body."""

    PLAIN = auto()
    FRAGMENT = auto()
    PAGE = auto()


def detect_markup(text: str) -> Markup:
    """Return whether the text is plain, a fragment of HTML or a whole page.

    Text is HTML if it contains a known element with its end tag, a void element (`<br>`), or a comment, or if it
    begins with the start tag of a block. A lone `<b>`, `a < b` and `<3` are plain text.

    Examples
    --------
    >>> detect_markup("I <3 it when a < b and b > c"), detect_markup("So <b>good</b>")
    (<Markup.PLAIN: 1>, <Markup.FRAGMENT: 2>)
    """
    if "<" not in text:
        return Markup.PLAIN
    if _PAGE.match(text.lstrip("\ufeff \t\r\n")) or (_PAGE.search(text) and "</body" in text.lower()):
        return Markup.PAGE
    return Markup.FRAGMENT if _is_fragment(text) else Markup.PLAIN


def _is_fragment(text: str) -> bool:
    if "-->" in text.partition("<!--")[2]:
        return True
    start = len(text) - len(text.lstrip())
    opened = set()
    for match in TAG.finditer(text):
        name = match[2].lower()
        if match[1]:
            if name in opened:
                return True
        elif name in KNOWN:
            if name in VOID or (name in BLOCKS and match.start() == start):
                return True
            opened.add(name)
    return False
