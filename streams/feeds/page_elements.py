"""Elements of a page that say something of its article: `meta` elements by folded names, and what is beside the title.

An element stands beside the title if it comes shortly before the heading or between it and the story, and is no part of
a list of other stories, a comment or the frame of the page.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MARKS: Final = re.compile(r"[\s:._-]+")
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_VALUES: Final = ("content", "datetime", "title")
_TITLES: Final = ("ogtitle", "twittertitle")
_FRAME: Final = frozenset(("nav", "footer", "figure"))
_OTHERS: Final = re.compile(
    r"comment|related|recommend|sidebar|most[-_ ]?(?:read|popular|viewed)|latest|popular|promo|teaser|trending|"
    r"(?<!post-)footer|reply|replies|more[-_]|masthead|copyright|recirc|carousel|newsletter",
    re.IGNORECASE,
)
"""Classes and ids of what belongs to other stories, to readers or to the frame of a page."""

_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")
_MIN_STORY_CHARS: Final = 80
"""Shorter paragraphs beside a title are bylines and captions."""

_STORY_PARAGRAPHS: Final = 2
"""The first long paragraph after a title may be its standfirst, with the byline behind it."""

_MAX_BESIDE: Final = 300
"""Elements after the title that are looked at; the date is among the first 120 on all of 160 real pages that have one
there."""

_MAX_SELECTED: Final = 100
"""Elements of one kind that are looked at: those of the article come before the comments."""

_MAX_ANCESTORS: Final = 30
_NEAR: Final = 2
"""Levels above the heading within which what precedes it belongs to it, where they are named for a story: elsewhere
papers print the date of today."""

_STORY_TAGS: Final = frozenset(("article", "header"))
_STORY: Final = re.compile(r"article|story|post|entry|headline", re.IGNORECASE)

_MIN_HEADLINE_CHARS: Final = 40
"""Text of a link that is the headline of another story; names of authors are shorter."""

_MAX_SHOWN_CHARS: Final = 120


class Element:
    """An element of a page.

    Parameters
    ----------
    node
        Its node.
    lines
        Texts that were read, by the number of their node: elements beside each other have one parent.
    """

    def __init__(self, node: LexborNode, lines: dict[int, str]) -> None:
        self.node = node
        self.tag = node.tag or ""
        self._lines = lines

    def attribute(self, name: str) -> str:
        """Return the value of an attribute, empty where it has none."""
        return (self.node.attributes.get(name) or "").strip()

    @property
    def names(self) -> str:
        """Class and id."""
        return _names_of(self.node)

    @property
    def label(self) -> str:
        """Text of the parent, which says what the element is; empty where it is long."""
        return self._line(self.node.parent) if self.node.parent else ""

    @property
    def text(self) -> str:
        """Text on one line, empty where it is long."""
        return self._line(self.node)

    def values(self) -> Iterator[str]:
        """Yield what the element says to programs, then its text, where they are short."""
        for value in (*map(self.attribute, _VALUES), self.text):
            if value and len(value) <= _MAX_SHOWN_CHARS:
                yield value

    def _line(self, node: LexborNode) -> str:
        if node.mem_id not in self._lines:
            line = " ".join(node.text(separator=" ").split())
            self._lines[node.mem_id] = line if len(line) <= _MAX_SHOWN_CHARS else ""
        return self._lines[node.mem_id]


class Page:
    """A parsed page.

    Parameters
    ----------
    tree
        Its tree.
    titles
        Further titles that the page declares, by which the heading of the article is found.
    """

    def __init__(self, tree: LexborHTMLParser, titles: Iterable[str] = ()) -> None:
        self._tree = tree
        self._metas = _read_metas(tree)
        title = tree.css_first("title")
        named = [*self.metas(_TITLES), *titles, *([title.text()] if title else [])]
        self._heading = _find_heading(tree, {folded for each in named if (folded := _folded(each))})
        self._above = [] if self._heading is None else [node.mem_id for node in _ancestors(self._heading)]
        self._headlines: dict[int, bool] = {}
        self._lines: dict[int, str] = {}
        self._found: dict[int, LexborNode] | None = None

    @property
    def has_title(self) -> bool:
        """Whether the heading of the article was found."""
        return self._heading is not None

    def metas(self, names: Iterable[str]) -> list[str]:
        """Return the contents of `meta` elements with these folded names, in the order of the names."""
        return [value for name in names for value in self._metas.get(name, ())]

    def elements(self, selector: str) -> list[Element]:
        """Return the first elements that are in no frame, comment or list by its name."""
        selected = self._tree.css(selector)[:_MAX_SELECTED]
        return [Element(node, self._lines) for node in selected if not self._is_of_others(node)]

    def is_beside_title(self, element: Element) -> bool:
        """Return whether an element is among those of `beside_title`."""
        return element.node.mem_id in self._beside

    def beside_title(self) -> list[Element]:
        """Return the elements beside the title, in their order."""
        return [Element(node, self._lines) for node in self._beside.values()]

    @property
    def _beside(self) -> Mapping[int, LexborNode]:
        if self._found is None:
            own: dict[int, LexborNode] = {}
            mixed: set[int] = set()
            for node in self._walk():
                if self._is_of_others(node, by_headlines=True):
                    mixed.update(each.mem_id for each in _ancestors(node))
                else:
                    own[node.mem_id] = node
            self._found = {number: node for number, node in own.items() if number not in mixed}
        return self._found

    def _walk(self) -> Iterator[LexborNode]:
        """Yield the elements after the heading up to the story, then those shortly before it."""
        if self._heading is None or self._tree.body is None:
            return
        before: deque[LexborNode] = deque(maxlen=_MAX_BESIDE)
        after: list[LexborNode] = []
        is_after, paragraphs = False, 0
        for node in self._tree.body.traverse():
            if node.mem_id == self._heading.mem_id:
                is_after = True
            elif not is_after:
                before.append(node)
            elif len(after) == _MAX_BESIDE or paragraphs == _STORY_PARAGRAPHS:
                break
            else:
                after.append(node)
                paragraphs += node.tag == "p" and len(node.text().strip()) >= _MIN_STORY_CHARS
        yield from after
        above = islice(_ancestors(self._heading), _NEAR)
        near = {node.mem_id for node in above if node.tag in _STORY_TAGS or _STORY.search(_names_of(node))}
        yield from (node for node in before if near & {each.mem_id for each in _ancestors(node)})

    def _is_of_others(self, node: LexborNode, *, by_headlines: bool = False) -> bool:
        """Return whether an element belongs to another story, a comment or the frame of the page."""
        for each in (node, *_ancestors(node)):
            if each.mem_id in self._above:
                return False
            if each.tag in _FRAME or _OTHERS.search(_names_of(each)) or (by_headlines and self._has_headline(each)):
                return True
        return False

    def _has_headline(self, node: LexborNode) -> bool:
        """Return whether an element holds a heading, or a link as long as the headline of another story."""
        if node.mem_id not in self._headlines:
            self._headlines[node.mem_id] = node.css_first("h2, h3, h4, h5, h6") is not None or any(
                len(link.text().strip()) >= _MIN_HEADLINE_CHARS for link in node.css("a")
            )
        return self._headlines[node.mem_id]


def _read_metas(tree: LexborHTMLParser) -> Mapping[str, list[str]]:
    metas: dict[str, list[str]] = defaultdict(list)
    for node in tree.css("meta[content]"):
        content = (node.attributes.get("content") or "").strip()
        for attribute in _NAMES if content else ():
            for name in (node.attributes.get(attribute) or "").split():
                metas[_MARKS.sub("", name).lower()].append(content)
    return metas


def _find_heading(tree: LexborHTMLParser, titles: set[str]) -> LexborNode | None:
    """Return the heading with the page's title, else the only one of the first level."""
    headings = [(node, _folded(node.text())) for node in tree.css("h1, h2")]
    for node, text in headings:
        if text and any(text == title or (len(text) > len(title) // 2 and text in title) for title in titles):
            return node
    first = [node for node, text in headings if node.tag == "h1" and text]
    return first[0] if len(first) == 1 else None


def _names_of(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    for _ in range(_MAX_ANCESTORS):
        if above is None or above.tag in {"body", "html"}:
            return
        yield above
        above = above.parent


def _folded(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text).casefold()
