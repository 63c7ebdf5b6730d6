"""Repair of a story: the paragraphs of the page that an extractor left out of it are put back.

An extractor judges an element by its name and its links: it leaves out a paragraph that is one link, a lead in a
`teaser-content`, an inset in an `aside`. Here a paragraph is judged by its place: what stands between the headline and
the last paragraph of the story and reads like prose is the story's, unless what stands around it is a list of links.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from classifiers.cleaning.html.blocks import Block, Blocks
from classifiers.cleaning.html.elements import HEADINGS
from classifiers.cleaning.html.shingles import share_in, shingles

_FOUND: Final = 0.6
"""Share of a block's shingles in the story at which the block counts as part of it."""

_ABSENT: Final = 0.3
"""Share at which it counts as missing; what is between is a block that the extractor cut or joined in another way."""

_LEVELS: Final = 4
"""Elements around a paragraph of the story, and around one that is missing, among which one must be the same. With one
to four of each, the 153 real pages with an expected text give the same story, with one alone a paragraph fewer."""

_MIN_LINK_CHARS: Final = 160
"""Length from which a paragraph that is one link is story however it ends: shorter questions and exclamations are as
often headlines of other stories."""

_MIN_SENTENCE_CHARS: Final = 50
"""Shorter linked sentences ("Follow us on every network.") are seldom story."""

_HEADLINE_ENDS: Final = "?!:"
"""Ends of headlines as well as of sentences; a full stop ends few headlines."""

_PARAGRAPHS: Final = frozenset(["p", "blockquote", "div", "section", "article", "aside", "main"])


def restore(story: str, page: Blocks) -> list[str]:
    """Return the lines of the story with the paragraphs of the page that are missing in it."""
    lines = [line for line in story.splitlines() if line.strip()]
    line_of = {run: number for number, line in reversed(list(enumerate(lines))) for run in shingles(line)}
    runs = [shingles(block.text) for block in page.blocks]
    shares = [share_in(found, line_of.keys()) for found in runs]
    places = [line_of.get(found[0], -1) if share >= _FOUND else -1 for found, share in zip(runs, shares, strict=True)]
    missing = _missing(page, shares, places)
    return _inserted(lines, page.blocks, missing, places) if missing else lines


def _missing(page: Blocks, shares: Sequence[float], places: Sequence[int]) -> set[int]:
    """Return the numbers of the blocks that belong to the story and are not in it."""
    blocks = page.blocks
    found = [
        number
        for number, block in enumerate(blocks)
        if places[number] >= 0 and block.is_prose and page.is_story_place(block)
    ]
    if not found:
        return set()
    last = found[-1]
    around = {element for number in found for element in blocks[number].around[:_LEVELS]}
    parents = {blocks[number].around[0] for number in found}
    teasers = _teasers(blocks) - parents
    return {
        number
        for number in range(_headline_before(blocks, found[0]), len(blocks))
        if shares[number] <= _ABSENT
        and (number < last or blocks[number].around[:1] == blocks[last].around[:1])
        and (_reads_like_a_paragraph(blocks[number], around) or _is_linked_sentence(blocks[number], parents))
        and teasers.isdisjoint(blocks[number].around[:1])
        and page.is_story_place(blocks[number])
    }


def _teasers(blocks: Sequence[Block]) -> set[int]:
    """Return the elements that hold a heading which is a link, and those around these: teasers of other stories."""
    return {element for block in blocks if block.tag in HEADINGS and block.is_linked for element in block.around[:2]}


def _headline_before(blocks: Sequence[Block], first: int) -> int:
    """Return the number of the last first-level heading before a block; 0 where there is none."""
    return next((number for number in range(first, -1, -1) if blocks[number].tag == "h1"), 0)


def _reads_like_a_paragraph(block: Block, around: AbstractSet[int]) -> bool:
    """Return whether a block is prose, in an element of the story or near one."""
    if block.tag not in _PARAGRAPHS or not block.is_prose or block.is_in_link:
        return False
    if block.is_linked and len(block.text) < _MIN_LINK_CHARS and block.text[-1] in _HEADLINE_ENDS:
        return False
    return any(element in around for element in block.around[:_LEVELS])


def _is_linked_sentence(block: Block, parents: AbstractSet[int]) -> bool:
    """Return whether a block is a short paragraph that is one link, beside paragraphs of the story."""
    return (
        block.tag == "p"
        and block.is_linked
        and not block.is_in_link
        and len(block.text) >= _MIN_SENTENCE_CHARS
        and block.is_sentence
        and block.text[-1] not in _HEADLINE_ENDS
        and block.around[0] in parents
    )


def _inserted(
    lines: Sequence[str], blocks: Sequence[Block], missing: AbstractSet[int], places: Sequence[int]
) -> list[str]:
    """Return the lines, with each missing block after the line of the block before it."""
    after: dict[int, list[str]] = {}
    place = -1
    for number, block in enumerate(blocks):
        if number in missing:
            after.setdefault(place, []).append(block.text)
        place = max(place, places[number])
    restored = [*after.get(-1, [])]
    for number, line in enumerate(lines):
        restored += [line, *after.get(number, [])]
    return restored
