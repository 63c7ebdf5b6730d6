"""Linked data: the JSON of a script as pages write it, and its nodes, of which one refers to another by `@id`.

JSON in pages is written by templates: raw line breaks in strings, a comma too many, an apostrophe that is escaped, a
CDATA section or a comment around it. `strict=False` of `json` reads the first; the others are removed from the
text of a script that cannot be read as it is. Of what cannot be read then either, the dates are.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from classifiers.cleaning.characters import encodable

Value: TypeAlias = "bool | str | list[Value] | dict[str, Value] | None"
"""Numbers are read as their digits: none is needed as a number, and some are too long for one."""

Node: TypeAlias = dict[str, Value]

_decoder = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
_OPENING: Final = re.compile(r"[{\[]")
_STRING_OR_COMMA: Final = re.compile(r'("[^"\\]*+(?>(?:\\.[^"\\]*+)*)"?)|,(?=\s*[}\]])', re.DOTALL)
_ESCAPE: Final = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)', re.DOTALL)
_PAIR: Final = re.compile(r'"(@type|headline|datePublished|dateModified)"\s*+:\s*+"([^"\\\n]{1,300}+)"')
"""What is read of a script with quotation marks in its strings, or one that is cut: short texts without escapes."""

_CDATA: Final = ("<![CDATA[", "]]>")
_ESCAPED_QUOTE: Final = re.compile("&quot;|&#0*34;")

_NAMES: Final = ("name", "@value", "legalName", "alternateName", "headline")
_MAIN: Final = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where the description of a page's own article is nested."""

_REFERENCE: Final = frozenset(("@id", "@type"))
"""What a reference to another node has, and nothing else."""

_MAX_HOPS: Final = 3
"""Containers between a value and its name: a list of persons, a person, a list of names in several languages."""

_MAX_NAMES: Final = 50
"""Members of a list that are read as names or addresses: every member may refer to the same list of others, so that
their number decides the cost. The longest list of authors of 160 real pages has 5."""


def read_script(text: str) -> list[Value]:
    """Return the JSON values of a script, and what can be salvaged of one that cannot be read.

    Examples
    --------
    >>> read_script('<![CDATA[ {"a": [1, 2,],} ]]>;')
    [{'a': ['1', '2']}]
    """
    for mark in _CDATA:
        text = text.replace(mark, "")
    if '"' not in text and _ESCAPED_QUOTE.search(text):
        text = html.unescape(text)
    values, is_whole = _read(text)
    if is_whole:
        return values
    repaired, is_whole = _read(_STRING_OR_COMMA.sub(_repair, text))
    return repaired if is_whole else [*max(values, repaired, key=len), _salvaged(text)]


def _read(text: str) -> tuple[list[Value], bool]:
    """Return the values of a text, and whether all of them could be read."""
    values: list[Value] = []
    position = 0
    while opening := _OPENING.search(text, position):
        try:
            value, position = _decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
    return values, True


def _repair(token: re.Match[str]) -> str:
    return _ESCAPE.sub(lambda escape: escape[0] if escape[1] else "", token[1]) if token[1] else ""


def _salvaged(text: str) -> Value:
    """Return the types of a broken script, and the dates and the headline that it states only once."""
    found: dict[str, dict[str, Value]] = {}
    for pair in _PAIR.finditer(text):
        found.setdefault(pair[1], {})[pair[2]] = None
    types = list[Value](found.pop("@type", ()))
    return {"@type": types, **{name: next(iter(values)) for name, values in found.items() if len(values) == 1}}


class Graph:
    """Nodes of all scripts of a page.

    Parameters
    ----------
    values
        The values of its scripts.
    """

    def __init__(self, values: Iterable[Value]) -> None:
        self._values = list(values)
        self._by_id: dict[str, Node] = {}
        for node in _nodes(self._values):
            name = node.get("@id")
            if isinstance(name, str) and len(node) > len(self._by_id.get(name, ())):
                self._by_id[name] = node

    def main_nodes(self) -> Iterator[Node]:
        """Yield the nodes that describe the page or what it is about, in the order of the scripts."""
        seen: set[int] = set()
        pending = list(reversed(self._values))
        while pending:
            value = pending.pop()
            if isinstance(value, list):
                pending.extend(reversed(value))
            elif isinstance(value, dict) and id(node := self.resolved(value)) not in seen:
                seen.add(id(node))
                yield node
                pending.extend(node[name] for name in reversed(_MAIN) if name in node)

    def resolved(self, node: Node) -> Node:
        """Return the node that a reference names, the node itself where it says more than its name and its type."""
        name = node.get("@id")
        is_reference = isinstance(name, str) and node.keys() <= _REFERENCE
        return self._by_id.get(str(name), node) if is_reference else node

    def texts(self, value: Value, hops: int = _MAX_HOPS) -> list[str]:
        """Return the texts of a value: itself, those of a list, or the name of an object, wherever it is described."""
        match value:
            case str():
                return [text] if (text := encodable(value).strip()) else []
            case list() if hops:
                return [text for each in value[:_MAX_NAMES] for text in self.texts(each, hops - 1)]
            case dict() if hops:
                node = self.resolved(value)
                named = (self.texts(node.get(name), hops - 1) for name in _NAMES)
                return next(filter(None, named), [])
            case _:
                return []

    def lines(self, value: Value) -> list[str]:
        """Return the texts of a value, each on one line and without character references."""
        lines = (" ".join(html.unescape(text).split()) for text in self.texts(value))
        return [line for line in lines if line]

    def line(self, value: Value) -> str:
        """Return the first line of a value, empty where it has none."""
        return next(iter(self.lines(value)), "")

    def paragraphs(self, value: Value) -> list[str]:
        """Return the texts of a value that is a text or a list of paragraphs."""
        texts = value if isinstance(value, list) else [value]
        return [text for each in texts if isinstance(each, str) and (text := encodable(each).strip())]

    def addresses(self, value: Value) -> list[str]:
        """Return the addresses of a value: itself, or the `@id` and `url` of an object; "true" is none."""
        match value:
            case str():
                return [text] if "/" in (text := encodable(value).strip()) else []
            case list():
                plain = (each for each in value[:_MAX_NAMES] if not isinstance(each, list))
                return [text for each in plain for text in self.addresses(each)]
            case dict():
                found = (value.get(name) for name in ("@id", "url"))
                return [text for each in found if isinstance(each, str) for text in self.addresses(each)]
            case _:
                return []


def _nodes(values: list[Value]) -> Iterator[Node]:
    """Yield all objects, however deep."""
    pending: list[Value] = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
