"""Lenient XML parser: the entries of a feed, one by one where its document is not well-formed.

A feed is parsed as it is; where that fails, each entry is cut out and parsed alone, so that a fault in one of them does
not change the others. Accepted are the faults of real feeds: a bare `&`, entities of HTML, control characters,
undeclared prefixes, bytes after the last tag, UTF-16 without a byte order mark. Nothing is fetched, no entity is
expanded, and a document that declares entities is refused.
"""

import html.entities
import re
import sys
from collections.abc import Iterator
from typing import Final

from lxml import etree

from streams.errors import FeedError
from streams.feeds.encodings import to_text
from streams.formats.markup import Element, find_excess, local_name

_DECLARATION: Final = re.compile(r"\A\ufeff?\s*<\?xml[^>]*?\?>")
_ENCODING: Final = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_PROLOG: Final = re.compile(r"(?>(?:\s+|<\?.*?\?>|<!--.*?-->)*)", re.DOTALL)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]*(?:\[(?P<subset>.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_START: Final = re.compile(r"<(?P<name>[\w.-]+(?::[\w.-]+)?)(?=[\s/>])[^>]*>")
_REFERENCE: Final = re.compile(
    r"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:amp|lt|gt|quot|apos);)"
    r"|&#(?:(?P<decimal>\d{1,7})|x(?P<hex>[0-9a-fA-F]{1,6}));"
    r"|&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?",
    re.DOTALL,
)
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_START_CHARS: Final = 4_000
"""The start tag of a root that each entry is parsed with where the document is broken: it declares the prefixes."""

_SURROGATES: Final = (0xD800, 0xDFFF)
_ENTRY: Final = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<start>item|entry)(?=[\s>])|</(?P<end>item|entry)\s*>", re.DOTALL
)

_ENTRY_END: Final = re.compile(r"</(?:item|entry)\s*>\s*\Z")
_PREFIXES: Final = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
}
"""The prefixes of feeds that forget to declare them."""


class Document:
    """A document of XML: its root's name, and its entries.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        The file, for messages.

    Raises
    ------
    FeedError
        If the file declares entities, or has more namespaces or attributes than are read.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._is_truncated = False
        if fault := find_excess(content):
            raise FeedError(f"{name!r} {fault}: remove them")
        self._text = _DECLARATION.sub("", _decoded(content))
        place = _end_of_prolog(self._text, name)
        found = _START.match(self._text, place)
        self._start = found[0] if found else ""
        self.root_name = found["name"].rpartition(":")[2] if found else ""
        self._qualified_root = found["name"] if found else ""

    def mentions(self, text: str) -> bool:
        """Return whether the start tag of the root has a text, such as the name of a namespace."""
        return text in self._start

    def head_and_entries(self) -> tuple[Element, Iterator[Element]]:
        """Return the root with what describes the feed, and the entries; of a truncated feed those that are whole."""
        ends = list(re.finditer(rf"</{re.escape(self._qualified_root)}\s*>", self._text))
        self._is_truncated = not ends
        text = _with_prefixes(_repaired(self._text[: ends[-1].end()] if ends else self._text))
        root = _parse(text, recover=False)
        if root is not None:
            return root, _outermost_entries(root)
        parts = [each for each in _cut(text) if ends or _is_closed(text[slice(*each)])]
        head = _parse(text[: parts[0][0]] if parts else text, recover=True)
        found = _START.search(text)
        start = found[0] if found and len(found[0]) <= _MAX_START_CHARS else "<rss>"
        wrapped = (f"{start}{text[a:b]}" for a, b in parts)
        return (etree.Element("rss") if head is None else head), _entries(wrapped)

    def require_end(self) -> None:
        """Pass a document that is whole.

        Raises
        ------
        FeedError
            If the root's end tag is missing.
        """
        if self._is_truncated:
            raise FeedError(f"{self._name!r} is truncated: its last tag is missing; its whole entries were read")


def _is_closed(entry: str) -> bool:
    return _ENTRY_END.search(entry) is not None


def _with_prefixes(text: str) -> str:
    """Return a document whose root declares the known prefixes that it uses and does not declare."""
    start = _START.search(text)
    if start is None:
        return text
    missing = [
        f' xmlns:{prefix}="{namespace}"'
        for prefix, namespace in _PREFIXES.items()
        if f"<{prefix}:" in text and f"xmlns:{prefix}=" not in text
    ]
    place = start.start() + len("<") + len(start["name"])
    return "".join([text[:place], *missing, text[place:]])


def _outermost_entries(root: Element) -> Iterator[Element]:
    """Yield the entries that are in no other entry: those would be read again with each that holds them."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if local_name(element) in {"item", "entry"}:
            yield element
            walk.skip_subtree()


def _entries(texts: Iterator[str]) -> Iterator[Element]:
    for text in texts:
        root = _parse(text, recover=True)
        entry = None if root is None else next((each for each in root if local_name(each) in {"item", "entry"}), None)
        if entry is not None:
            yield entry


def _cut(text: str) -> Iterator[tuple[int, int]]:
    """Yield where entries begin and end; one that is not closed ends where the next begins."""
    begins: int | None = None
    for found in _ENTRY.finditer(text):
        if begins is not None and (found["start"] or found["end"]):
            yield begins, found.end() if found["end"] else found.start()
            begins = None
        if found["start"]:
            begins = found.start()
    if begins is not None:
        yield begins, len(text)


def _decoded(content: bytes) -> str:
    declared = _ENCODING.match(content)
    return to_text(content, declared[1].decode() if declared else None)


def _end_of_prolog(text: str, name: str) -> int:
    """Return where the root begins."""
    place = _prolog_from(text, 0)
    doctype = _DOCTYPE.match(text, place)
    if doctype is None:
        return place
    if "<!ENTITY" in (doctype["subset"] or "").upper():
        raise FeedError(f"{name!r} declares XML entities, which are not read: resolve them")
    return _prolog_from(text, doctype.end())


def _prolog_from(text: str, place: int) -> int:
    found = _PROLOG.match(text, place)
    return found.end() if found else place


def _repaired(text: str) -> str:
    return _REFERENCE.sub(_reference, _NOT_XML.sub("", text))


def _reference(found: re.Match[str]) -> str:
    if found["kept"]:
        return found["kept"]
    if found["decimal"] or found["hex"]:
        return _character(int(found["decimal"] or found["hex"], 10 if found["decimal"] else 16))
    character = html.entities.html5.get(f"{found['name']};") if found["name"] else None
    return character or f"&amp;{found[0][1:]}"


def _character(number: int) -> str:
    """Return the reference to a character that XML allows, nothing for another."""
    is_surrogate, is_known = _SURROGATES[0] <= number <= _SURROGATES[1], number <= sys.maxunicode
    return f"&#{number};" if is_known and not is_surrogate and not _NOT_XML.match(chr(number)) else ""


def _parse(text: str, *, recover: bool) -> Element | None:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root: Element | None = etree.fromstring(text.encode(errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root
