"""Quotations by their marks alone, in any language: “ ”, „ “, « », » «, ‹ ›, 「 」, 『 』 and straight double marks.

A quotation extends to its closing mark or to the end of the paragraph. A few quoted words are a title or scare quotes,
and are ignored. Single marks are apostrophes too, and are no quotations here.
"""

# ruff: noqa: RUF001, RUF002  # letters of other scripts are what this module is about

import re
from typing import Final

from classifiers.predictions import Span
from classifiers.stance.quotations import MIN_WORDS

MIN_CHARS: Final = 8
"""Minimum characters between the marks in a script without spaces: some three words of Chinese or Japanese."""

_QUOTATION: Final = re.compile(
    r'"[^"\n]*+"?|“[^“”\n]*+”?|„[^„“”"\n]*+[“”"]?|«[^«»\n]*+»?|»[^«»\n]*+«?|‹[^‹›\n]*+›?|「[^「」\n]*+」?|『[^『』\n]*+』?'
)
_UNSPACED: Final = re.compile("[\u0e01-\u0e5b\u3041-\u30ff\u3400-\u9fff]")
"""Thai, kana and Chinese characters."""


def find_marked(text: str) -> list[Span]:
    """Return the quotations in a text, in order.

    >>> text = "习近平说：“我们反对任何形式的制裁。”他称之为“误解”。"
    >>> [text[span.start:span.end] for span in find_marked(text)]
    ['“我们反对任何形式的制裁。”']
    """
    return [Span(match.start(), match.end()) for match in _QUOTATION.finditer(text) if _is_long_enough(match[0])]


def _is_long_enough(quotation: str) -> bool:
    if len(quotation.split(None, MIN_WORDS - 1)) == MIN_WORDS:
        return True
    return len(quotation) >= MIN_CHARS and _UNSPACED.search(quotation) is not None
