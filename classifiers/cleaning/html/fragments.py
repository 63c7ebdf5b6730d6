"""Text of a fragment: everything but the elements that are never story."""

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.cleaning.characters import encodable
from classifiers.cleaning.html.elements import BLOCKS, BREAKS, FURNITURE, SILENT, TAG
from classifiers.cleaning.html.parser_cost import is_excessive, parseable, strip_tags

_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*+\n\s*+")
_SHARE_BAR: Final = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|sharebar|sharedaddy|social|addtoany|addthis|newsletter|subscribe|signup|related|"
    r"recommended|promo|advert|advertisement|ad|ads|adsbygoogle|breadcrumbs?|cookie|paywall|byline|tags)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(
    r"\b(?:photo|image|picture|credit|copyright|courtesy|getty|reuters|afp|epa|ap|alamy|shutterstock|unsplash)\b|[©/]",
    re.IGNORECASE,
)
_MAX_FURNITURE_CHARS: Final = 1_000
"""Longer elements are story whatever their name: some pages are one `<form>`, some articles a `related` block."""

_MAX_READINGS: Final = 10
"""Times that each character of a fragment is read, on average, to decide whether an element around it is furniture: of
160 real pages the maximum is 1.1."""


def fragment_text(fragment: str) -> str:
    """Return the text of a fragment, its block elements as paragraphs, without scripts, navigation and share bars."""
    fragment = encodable(fragment)
    if is_excessive(fragment):
        return strip_tags(fragment)
    return "\n\n".join(map(_parsed_text, parseable(_normalize_line_breaks(fragment))))


def _parsed_text(markup: str) -> str:
    root = LexborHTMLParser(markup).root
    if root is None:
        return ""
    kept = "".join(_pieces(root, _ElementReader(_MAX_READINGS * len(markup))))
    return kept if kept.strip() else "".join(_pieces(root, None))


def _normalize_line_breaks(fragment: str) -> str:
    """Return HTML whose blank lines separate paragraphs and whose other line breaks are spaces, if it has blocks."""
    if not any(match[2].lower() in BLOCKS or match[2].lower() == "br" for match in TAG.finditer(fragment)):
        return fragment
    return "\n\n".join(part.replace("\n", " ") for part in _BLANK_LINE.split(fragment.replace("\r", "\n")))


def _pieces(root: LexborNode, reader: "_ElementReader | None") -> Iterator[str]:
    """Yield the text below a node in order, with line breaks for blocks; iterative, because markup may nest deeply.

    With a reader, furniture is left out.
    """
    pending: list[LexborNode | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield node.text_content or ""
        elif node.tag not in SILENT and not (reader and reader.is_furniture(node)):
            pause = BREAKS.get(node.tag or "", "")
            pending.extend([pause, *reversed(list(node.iter(include_text=True))), pause])


class _ElementReader:
    """Decides which elements are furniture by their text, of which it reads a limited number of characters.

    The text of an element contains that of all elements in it: without a limit, elements nested 10,000 deep would have
    the same text read 10,000 times.

    Parameters
    ----------
    max_chars
        Characters read of all elements together; elements after that are story.
    """

    def __init__(self, max_chars: int) -> None:
        self._left = max_chars

    def is_furniture(self, node: LexborNode) -> bool:
        """Return whether the element is navigation, a share bar or the credit of a picture."""
        if node.tag == "nav":
            return True
        if node.tag == "figcaption":
            return _CREDIT.search(self._text(node)) is not None
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        named = node.tag in FURNITURE or _SHARE_BAR.search(names) is not None
        return named and self._left > 0 and len(self._text(node)) <= _MAX_FURNITURE_CHARS

    def _text(self, node: LexborNode) -> str:
        if self._left <= 0:
            return ""
        text = node.text()
        self._left -= len(text)
        return text
