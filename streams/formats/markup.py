"""XML without entities, and the text and HTML in it: what the readers of XML formats share.

The parser loads no entity, no DTD and nothing from a network. A document that declares entities is refused by name,
because what it expands to is not bounded by its size (the expansion itself never starts).
"""

import html.entities
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, TypeAlias

from lxml import etree

from streams.records.rejection import PayloadError, RejectReason, Stage

Element: TypeAlias = etree._Element  # noqa: SLF001  # the only public name of the class is a factory

_ENTITY: Final = re.compile(rb"<!ENTITY", re.IGNORECASE)
_NAMED: Final = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?P<name>[A-Za-z][A-Za-z0-9]{1,31});", re.DOTALL)
_KNOWN_NAMES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BARE_AMPERSAND: Final = re.compile(rb"&(?![A-Za-z#][A-Za-z0-9]{0,31};)")
_UTF_16_MARK_BYTES: Final = 4

MAX_ATTRIBUTES: Final = 1_000
"""Attributes of an element, each of which the parser compares with all before it. The schemas of NITF and NewsML-G2
define a few dozen."""

MAX_NAMESPACES: Final = 100
MAX_NAMESPACE_BYTES: Final = 1_000
"""Prefixes that a document declares, and bytes of one name: the name is part of each element's, and an item that is cut
out of a message declares all of its prefixes. The messages of agencies declare up to ten, of fewer than 100 bytes."""

_NAMESPACE: Final = re.compile(
    rb"xmlns(?>(?::([^\s=\"'<>]{0,100}+))?)(?:\s*+=\s*+(?:\"([^\"]*+)|'([^']*+))|([^\s=\"'<>]))"
)
"""A declaration: its prefix, its name in either quotation marks, or that the prefix is longer."""

_EXCESSIVE_TAG: Final = re.compile(
    rb"<[^\s<>/]++"
    rb"(?>(?:[\s/]*+[^\s<>/=]++\s*+(?>(?:=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s<>]*+))?)){%d})" % (MAX_ATTRIBUTES + 1)
)
_TAG: Final = re.compile(r"<[^<>]*>")
_SPACES: Final = re.compile(r"\s+")


def parse_xml(content: bytes) -> Element:
    """Return the root element of a document.

    Raises
    ------
    PayloadError
        With reason `not_xml` where the bytes are no XML, `unknown_format` where they declare entities, or have more
        namespaces or attributes than are read.
    """
    if _declares_entities(content):
        raise PayloadError(
            Stage.DECODE, RejectReason.UNKNOWN_FORMAT, "the XML declares entities: send it with its entities resolved"
        )
    if fault := find_excess(content):
        raise PayloadError(Stage.DECODE, RejectReason.UNKNOWN_FORMAT, f"the XML {fault}: send it without them")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    named = _NAMED.sub(_as_number, content)
    try:
        root: Element | None = etree.fromstring(named, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        root = _parse_repaired(named, parser)
        if root is None:
            message = f"the value is no XML: {_first_line(error)}"
            raise PayloadError(Stage.DECODE, RejectReason.NOT_XML, message) from error
    if root is None:
        raise PayloadError(Stage.DECODE, RejectReason.NOT_XML, "the value is no XML: it has no element")
    return root


def _parse_repaired(content: bytes, parser: etree.XMLParser) -> Element | None:
    """Return the root of a document with faults of transmission, None where it has others.

    Accepted are what stands before the declaration or behind the last tag, control characters, and a bare `&`.
    """
    if b"\x00" in content[:_UTF_16_MARK_BYTES]:  # in UTF-16 the bytes below mean other characters
        return None
    plain = _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", content))
    begin, end = plain.find(b"<"), plain.rfind(b">")
    try:
        found: Element | None = etree.fromstring(plain[max(begin, 0) : end + 1], parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return found


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def find_all(element: Element, path: str) -> Iterator[Element]:
    """Yield the descendants at a path of names, namespaces apart: `itemMeta/provider`, `.//p`."""
    return iter(element.findall("/".join(part if part in {"", "."} else f"{{*}}{part}" for part in path.split("/"))))


def find(element: Element, path: str) -> Element | None:
    """Return the first element at a path, None where there is none."""
    return next(find_all(element, path), None)


def read_text(element: Element | None) -> str | None:
    """Return the text of an element and of all in it, white space folded; None where there is none."""
    if element is None:
        return None
    return _SPACES.sub(" ", "".join(element.itertext())).strip() or None


def read_texts(elements: Iterable[Element]) -> list[str]:
    """Return the texts of elements that have one."""
    return [text for text in map(read_text, elements) if text]


def read_attribute(element: Element | None, *names: str) -> str | None:
    """Return the first attribute of these names that is not empty."""
    if element is None:
        return None
    return next((value.strip() for name in names if (value := element.get(name)) and value.strip()), None)


def inner_markup(element: Element, without: Collection[str] = ()) -> str:
    """Return the markup inside an element, namespaces apart, as HTML readers expect it.

    Elements of the names in `without` are left out, at any depth, and the text behind them is kept.
    """
    plain = etree.Element(_plain(str(element.tag)))
    _copy_children(element, plain, frozenset(without))
    return "".join([_escaped(plain.text), *(etree.tostring(child, encoding="unicode") for child in plain)]).strip()


def _copy_children(element: Element, parent: Element, left_out: frozenset[str]) -> None:
    """Add copies of an element's children and texts, whose names and attributes have no namespace, to a parent.

    Each is made where it belongs: lxml walks through an element with all in it when it is moved to another document.
    """
    pieces, last = [element.text or ""], None
    for child in element:
        if isinstance(child.tag, str) and local_name(child) not in left_out:
            _set_text(parent, last, pieces)
            attributes = {_plain(str(name)): str(text) for name, text in child.items()}
            last = etree.SubElement(parent, _plain(child.tag), attributes)
            _copy_children(child, last, left_out)
            pieces = []
        pieces.append(child.tail or "")
    _set_text(parent, last, pieces)


def _set_text(element: Element, last: Element | None, pieces: Iterable[str]) -> None:
    """Write a text behind the last child of an element, or into it where it has none yet."""
    # The number of children is not asked for: lxml counts them each time.
    if last is None:
        element.text = "".join(pieces)
    else:
        last.tail = "".join(pieces)


def _plain(name: str) -> str:
    """Return a name without its namespace, and without a prefix that no namespace is declared for (`x:` is nothing)."""
    return name.rpartition("}")[2].rpartition(":")[2] or "span"


def to_bytes(element: Element) -> bytes:
    """Return an element as a document of its own, in UTF-8."""
    document: bytes = etree.tostring(element, encoding="utf-8", xml_declaration=True, with_tail=False)
    return document


def count_text(body: str) -> int:
    """Return how many characters of a body are text, its tags and repeated white space apart."""
    return len(_SPACES.sub(" ", _TAG.sub(" ", body)).strip())


def find_excess(content: bytes) -> str | None:
    """Return what a document has more of than a parser reads in linear time, None where it has not.

    >>> find_excess(b'<a xmlns="%s"/>' % (b"x" * 2_000))
    'declares a namespace of more than 1,000 bytes'
    """
    plain = content.replace(b"\x00", b"")
    if _EXCESSIVE_TAG.search(plain):
        return f"has an element with more than {MAX_ATTRIBUTES:,} attributes"
    prefixes: set[bytes] = set()
    for found in _NAMESPACE.finditer(plain):
        prefix, *names, rest = found.groups()
        if (prefix and rest) or any(len(name or b"") > MAX_NAMESPACE_BYTES for name in names):
            return f"declares a namespace of more than {MAX_NAMESPACE_BYTES:,} bytes"
        prefixes.add(prefix or b"")
    return f"declares more than {MAX_NAMESPACES} namespaces" if len(prefixes) > MAX_NAMESPACES else None


def _declares_entities(content: bytes) -> bool:
    # In UTF-16 each second byte is zero.
    return _ENTITY.search(content.replace(b"\x00", b"")) is not None


def _as_number(found: re.Match[bytes]) -> bytes:
    """Return the number of a character that HTML names and XML does not know: without its DTD it would be lost."""
    name = found["name"]
    if name is None or name in _KNOWN_NAMES:
        return found[0]
    characters = html.entities.html5.get(f"{name.decode()};")
    return b"&amp;%s;" % name if characters is None else "".join(f"&#{ord(each)};" for each in characters).encode()


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
