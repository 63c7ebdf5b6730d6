"""Reader of blocks: one walk through the tree of a page, without recursion, because markup may nest deeply."""

from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.cleaning.html.blocks import Block, Blocks
from classifiers.cleaning.html.boxes import Box, Names
from classifiers.cleaning.html.elements import BREAKS, HEADINGS, SILENT

MAX_LEVELS: Final = 6
"""Elements around a block that it names: the copy of a story for another device is about as far out, and their number
bounds the cost of markup that nests deeply."""


class _Place(NamedTuple):
    """Where a node stands: its block element with its number, the elements around that, its box and its link.

    The number of the link's element is 0 outside of links.
    """

    tag: str
    element: int
    around: tuple[int, ...]
    box: int
    link: int


def read_blocks(page: LexborHTMLParser) -> Blocks:
    """Return the blocks of a page."""
    root = page.body
    return _Reader().read(root) if root is not None else Blocks([], [])


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._boxes: list[Box] = []
        self._pieces: list[tuple[str, int]] = []
        self._elements = 0
        self._names = Names()

    def read(self, root: LexborNode) -> Blocks:
        pending: list[tuple[LexborNode | None, _Place]] = [(root, _Place("", 0, (), -1, 0))]
        while pending:
            node, place = pending.pop()
            if node is None:
                self._end_block(place)
            elif node.is_text_node:
                self._pieces.append((node.text_content or "", place.link))
            elif (tag := node.tag or "") == "br":
                self._end_block(place)
            elif tag not in SILENT:
                inner = self._enter(node, tag, place)
                if tag in BREAKS:
                    self._end_block(place)
                    pending.append((None, inner))
                pending.extend([(child, inner) for child in node.iter(include_text=True)][::-1])
        self._sum_boxes()
        return Blocks(self._blocks, self._boxes)

    def _enter(self, node: LexborNode, tag: str, place: _Place) -> _Place:
        """Return the place of what stands in an element."""
        self._elements += 1
        number = self._elements
        attributes = node.attributes
        link = place.link or (number if tag == "a" and _leads_away(attributes) else 0)
        box = place.box
        if (is_furniture := self._names.is_furniture(tag, attributes)) is not None:
            self._boxes.append(Box(box, is_furniture=is_furniture))
            box = len(self._boxes) - 1
        if tag not in BREAKS:
            is_same = box == place.box and link == place.link
            return place if is_same else _Place(place.tag, place.element, place.around, box, link)
        return _Place(tag, number, (place.element, *place.around[: MAX_LEVELS - 1]), box, link)

    def _end_block(self, place: _Place) -> None:
        """Make a block of the text since the last one, which stands at a place."""
        if not self._pieces:
            return
        text = " ".join("".join([piece for piece, _ in self._pieces]).split())
        if text:
            linked = [(len(piece.strip()), link) for piece, link in self._pieces if link]
            is_in_link = any(chars and link <= place.element for chars, link in linked)
            link_chars = sum(chars for chars, _ in linked)
            self._add(Block(text, place.tag, place.around, place.box, link_chars, is_in_link))
        self._pieces.clear()

    def _add(self, block: Block) -> None:
        self._blocks.append(block)
        if block.box < 0:
            return
        box = self._boxes[block.box]
        if block.tag in HEADINGS:
            box.linked_headings += block.is_linked
        elif block.is_prose and not block.is_in_link:
            box.prose += len(block.text)
        elif block.is_linked:
            box.labels += len(block.text)

    def _sum_boxes(self) -> None:
        for box in reversed(self._boxes):
            if box.outer >= 0:
                self._boxes[box.outer].add(box)


def _leads_away(attributes: dict[str, str | None]) -> bool:
    """Return whether a link leads to another page, not to a place in this one, as those of a table of contents do."""
    return not (attributes.get("href") or "#").startswith("#")
