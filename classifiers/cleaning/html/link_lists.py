"""Lists of links within a story: other stories, topics, share buttons. They go, with the heading above them.

An extractor keeps such a list where no name marks it. A line counts as a link where the page's block with its words is
mostly a link and no sentence; one alone may be a subheading or a name, two in succession are a list.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from classifiers.cleaning.html.blocks import Blocks
from classifiers.cleaning.html.elements import HEADINGS
from classifiers.cleaning.html.shingles import words

_MIN_LINKS: Final = 2
"""Lines in succession that are links."""


_OTHERS: Final = "| \t"
"""How trafilatura begins a row of a table and a line of a program."""


def drop_link_lists(lines: Sequence[str], page: Blocks) -> list[str]:
    """Return the lines of a story without its lists of links; all of them where no other line is left."""
    links = {
        key for block in page.blocks if block.is_linked and not block.is_prose for key in [tuple(words(block.text))]
    }
    headings = {tuple(words(block.text)) for block in page.blocks if block.tag in HEADINGS}
    kept: list[str] = []
    for is_link, run in _runs(lines, links):
        if not is_link or len(run) < _MIN_LINKS:
            kept += run
        elif kept and tuple(words(kept[-1])) in headings:
            kept.pop()
    return kept or list(lines)


def _runs(lines: Sequence[str], links: set[tuple[str, ...]]) -> Iterator[tuple[bool, list[str]]]:
    for is_link, run in groupby(lines, lambda line: line[0] not in _OTHERS and tuple(words(line)) in links):
        yield is_link, list(run)
