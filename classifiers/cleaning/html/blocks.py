"""Blocks of a page: its pieces of text in order, each with what the elements around it say of it.

A block is the text between two borders of block elements or line breaks. An extractor's story is compared with blocks:
`repair` puts back what is missing, `copies` drops what is there twice.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from classifiers.cleaning.html.boxes import Box

MIN_PROSE_CHARS: Final = 80
"""Shorter blocks are links and labels as often as story text."""

MIN_UNSPACED_CHARS: Final = 30
"""The same for scripts without spaces, of which a character says as much as two or three letters."""

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff]")
_MAX_END_CHARS: Final = 8
_SENTENCE_END: Final = re.compile(
    r"[.!?\u2026:\u3002\uff01\uff1f\u061f\u06d4\u0964][\"'\u201d\u2019\u00bb\u300d\u300f)\]]*+$"
)


class Block(NamedTuple):
    """A piece of text of a page.

    Parameters
    ----------
    text
        On one line, not empty.
    tag
        The block element that it stands in.
    around
        Numbers of the block elements around that one, the innermost first, at most `reader.MAX_LEVELS`.
    box
        Place in the boxes of the page of the innermost element that may be furniture; -1 for none.
    link_chars
        Characters of links in the text.
    is_in_link
        Whether a link begins outside of the block.
    """

    text: str
    tag: str
    around: tuple[int, ...]
    box: int
    link_chars: int
    is_in_link: bool

    @property
    def is_prose(self) -> bool:
        """Whether the text is as long as a paragraph and ends as a sentence does."""
        text = self.text
        is_long = len(text) >= MIN_PROSE_CHARS or (
            len(text) >= MIN_UNSPACED_CHARS and _UNSPACED.search(text, 0, MIN_UNSPACED_CHARS) is not None
        )
        return is_long and self.is_sentence

    @property
    def is_sentence(self) -> bool:
        """Whether the text ends as a sentence does."""
        return _SENTENCE_END.search(self.text, max(0, len(self.text) - _MAX_END_CHARS)) is not None

    @property
    def is_linked(self) -> bool:
        """Whether most of the text is a link."""
        return self.is_in_link or 2 * self.link_chars > len(self.text)


class Blocks:
    """The blocks of a page in order.

    Parameters
    ----------
    blocks
        In the order of the page.
    boxes
        Elements that may be furniture, each after the one around it.
    """

    def __init__(self, blocks: list[Block], boxes: list[Box]) -> None:
        self.blocks = blocks
        prose = sum(len(block.text) for block in blocks if block.is_prose and not block.is_in_link)
        self._are_story: list[bool] = []
        for box in boxes:
            is_most_of_the_page = 2 * box.prose > prose
            is_outer_story = box.outer < 0 or self._are_story[box.outer]
            self._are_story.append(is_outer_story and (box.is_story or is_most_of_the_page))

    def is_story_place(self, block: Block) -> bool:
        """Return whether no element around the block is furniture by its name and what it holds.

        An element with most of the page's prose is no furniture, whatever its name.
        """
        return block.box < 0 or self._are_story[block.box]

    def prose_chars(self) -> int:
        """Return the characters of the prose that may be story, each paragraph once."""
        return sum(map(len, {block.text for block in self._story()}))

    def paragraphs(self) -> list[str]:
        """Return the prose that may be story, and the headings and short blocks in the same elements."""
        beside = {block.around[:1] for block in self._story()}
        return [
            block.text
            for block in self.blocks
            if block.around[:1] in beside and not block.is_linked and self.is_story_place(block)
        ]

    def _story(self) -> Iterator[Block]:
        return (block for block in self.blocks if block.is_prose and not block.is_linked and self.is_story_place(block))
