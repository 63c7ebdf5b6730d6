"""Bounds of what a parser takes for markup: what would take it more than linear time is never passed to it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from classifiers.cleaning.html.elements import FORMATTING, OPTIONAL_END, TAG, VOID

MAX_NESTING_WORK: Final = 10_000_000
"""Tags times their depth. Lexbor visits all open elements for each tag: 1 MB of `<div>` amounts to 4e10 and takes
minutes. The maximum of 160 real pages is 1.2e6. The tags of markup beyond this or the next two limits are removed by a
regular expression instead."""

MAX_REOPENED: Final = 300_000
"""Tags times the formatting elements (`<b>`, `<font>`) that are open before them. A parser opens these again in each
paragraph, so that their number, and not the length of the markup, decides the size of the tree."""

MAX_ATTRIBUTES: Final = 2_000
"""Attributes of one tag. A parser compares each with all before it; of 160 real pages none has what looks like a tag
with 1,600."""

MAX_PAGE_TAGS: Final = 20_000
"""Tags of the largest page that is passed to trafilatura, which takes up to 0.2 s per thousand, 22 s for a megabyte of
`<p>Text. `. Of 160 real pages the largest has 19,232 tags, the next 8,538. Larger pages are read as fragments."""

MIN_CHARS_PER_TAG: Final = 20
"""Characters of a page divided by its tags, below which it is not passed to trafilatura either, so that its cost is
bounded by the length of the page. Of 160 real pages the lowest with more than 100 tags has 28."""

MIN_DENSE_TAGS: Final = 1_000
"""Pages with fewer tags are passed to trafilatura however short they are: that takes at most 0.1 s."""

MAX_STARTS: Final = 12_000
MAX_FORMATTING_WORK: Final = 150_000
"""Starts of tags of markup that is parsed as a whole, and these times different formatting tags; of 160 real pages the
maxima are 9,892 and 64,100. The bounds above are estimates: comments, scripts, quotes and tables hide end tags."""

PIECE_STARTS: Final = 50
"""The same of each piece of larger markup, so that its cost is proportional to its length."""

_BEGINNING_PIECES: Final = 6
"""Pieces in which the title and the metadata of larger markup are looked for: 300 starts of tags, of which all may be
different formatting tags."""

_START: Final = re.compile(r"<[a-zA-Z]")
_FORMATTING_START: Final = re.compile(r"<(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)[\s/][^>]*", re.IGNORECASE)

_START_TAG: Final = re.compile(
    r"<[a-zA-Z][^\s/>]*+"
    rf"(?>(?:[\s/]*+[^\s/>][^\s/>=]*+(?>(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?)){{0,{MAX_ATTRIBUTES}}})([\s/]*+[^\s/>])?"
)
"""A start tag, as the HTML standard reads it: a quoted value may contain `>`. The group is an attribute too many."""


def is_excessive(markup: str) -> bool:
    """Return whether a parser could take more than linear time for the markup; estimated from the tags alone."""
    opened: Counter[str] = Counter()
    depth = formatting = work = reopened = 0
    for match in TAG.finditer(markup):
        name = match[2].lower()
        if name not in VOID and name not in OPTIONAL_END and (not match[1] or opened[name]):
            change = -1 if match[1] else 1
            opened[name] += change
            depth += change
            formatting += change * (name in FORMATTING)
        work += depth
        reopened += formatting
    return work > MAX_NESTING_WORK or reopened > MAX_REOPENED or any(tag[1] for tag in _START_TAG.finditer(markup))


def parseable(markup: str) -> list[str]:
    """Return the markup, in pieces where a parser could take more than linear time for the whole."""
    starts = [found.start() for found in _START.finditer(markup)]
    tags = [found[0] for found in _FORMATTING_START.finditer(markup)]
    # A quoted value may have the difference behind its `>`.
    different = len(set(tags)) + sum(1 for tag in tags if tag.count('"') % 2 or tag.count("'") % 2)
    if len(starts) <= MAX_STARTS and len(starts) * different <= MAX_FORMATTING_WORK:
        return [markup]
    cuts = [0, *starts[PIECE_STARTS::PIECE_STARTS], len(markup)]
    return [markup[start:end] for start, end in pairwise(cuts)]


def beginning(markup: str) -> str:
    """Return the markup, or as much of it from its start as a parser takes in linear time."""
    return "" if is_excessive(markup) else beginning_of(parseable(markup))


def beginning_of(pieces: Sequence[str]) -> str:
    """Return the markup of which these are the pieces, or as much of it as has the title and the metadata."""
    return "".join(pieces[:_BEGINNING_PIECES])


def is_dense(page: str) -> bool:
    """Return whether a page has more tags than trafilatura reads in a time that is bounded by the page's length."""
    tags = sum(1 for _ in TAG.finditer(page))
    return tags > MAX_PAGE_TAGS or tags > max(MIN_DENSE_TAGS, len(page) // MIN_CHARS_PER_TAG)


def strip_tags(markup: str) -> str:
    """Return the markup with a line break in place of each tag."""
    return TAG.sub("\n", markup)  # `characters.normalize` replaces the references
