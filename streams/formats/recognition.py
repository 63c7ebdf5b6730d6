"""Which format a value has, and the items in it: the one entry to the readers.

JSON objects are recognised by the marks of their format, XML by the root element, wire text by its header line. What no
reader knows is returned as it came (`JsonObject`), for the field names of `streams.stages`.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from streams.formats import ap_media, dumps, json_feed, newsml_g2, ninjs, nitf, wire_text
from streams.formats.article import Item, LeftOut
from streams.formats.markup import Element, local_name, parse_xml, to_bytes
from streams.records.rejection import PayloadError, RejectReason, Stage

JsonObject: TypeAlias = dict[str, Any]

_READ_AS_FILES: Final = {
    "rss": "RSS",
    "feed": "Atom",
    "RDF": "RSS 1.0",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "NewsML": "NewsML 1",
    "html": "an XHTML page",
}
"""Roots of XML documents that hold no single article, and what they are."""


def read_json_items(raw: JsonObject) -> list[Item | JsonObject]:
    """Return the items of an object: articles of a known format, else the object or the elements of its envelope."""
    if ap_media.is_ap_media(raw):
        return list(ap_media.read_ap_media(raw))
    if json_feed.is_json_feed(raw):
        return list(json_feed.read_json_feed(raw))
    if dumps.is_dump(raw):
        return [_read_element(each) for each in dumps.read_dump(raw)]
    return [_read_element(raw)]


def _read_element(raw: JsonObject) -> Item | JsonObject:
    return ninjs.read_ninjs(raw) if ninjs.is_ninjs(raw) else raw


def is_item(raw: JsonObject) -> bool:
    """Return whether an object is one item by itself, and no envelope."""
    return not (json_feed.is_json_feed(raw) or dumps.is_dump(raw) or ap_media.is_ap_media(raw))


def read_xml_items(content: bytes) -> list[Item]:
    """Return the items of a document of NewsML-G2 or NITF.

    Raises
    ------
    PayloadError
        With reason `not_xml`, `several_articles`, or `unknown_format` naming the root element.
    """
    root = parse_xml(content)
    if newsml_g2.is_newsml_g2(root):
        if (count := len(newsml_g2.items_of(root))) > _MAX_ITEMS:
            raise PayloadError(
                Stage.DECODE,
                RejectReason.SEVERAL_ARTICLES,
                f"the value has {count:,} items: send one in each record, or the file to `copytaster produce`",
            )
        return newsml_g2.read_newsml_g2(root)
    if nitf.is_nitf(root):
        return [nitf.read_nitf(root)]
    raise PayloadError(Stage.DECODE, RejectReason.UNKNOWN_FORMAT, _unread(root))


def split_json(raw: JsonObject) -> list[JsonObject | LeftOut]:
    """Return an object for each item of an envelope, itself an envelope of one; any other object as it is."""
    if ap_media.is_ap_media(raw):
        parts = ap_media.split_response(raw)
    elif json_feed.is_json_feed(raw):
        parts = json_feed.split_document(raw)
    elif dumps.is_dump(raw):
        parts = dumps.read_dump(raw)
    else:
        parts = [raw]
    return [_left_out(read_json_items(part)) or part for part in parts]


def split_xml(content: bytes) -> list[bytes | LeftOut]:
    """Return a document for each item of a news message; any other document as it is.

    Raises
    ------
    PayloadError
        With reason `not_xml`, or `unknown_format` where the XML declares entities.
    """
    root = parse_xml(content)
    if not newsml_g2.is_newsml_g2(root):
        return [content]
    items = newsml_g2.items_of(root)
    if items == [root]:
        return [_left_out(newsml_g2.read_newsml_g2(root)) or content]
    return [_left_out(newsml_g2.read_newsml_g2(item)) or to_bytes(item) for item in items]


def is_news_root(name: str) -> bool:
    """Return whether the root element of a document of NewsML-G2 or NITF has this name, namespace apart."""
    return name in newsml_g2.ROOTS or name == nitf.ROOT


def _left_out(items: Sequence[Item | JsonObject]) -> LeftOut | None:
    first = items[0] if len(items) == 1 else None
    return first if isinstance(first, LeftOut) else None


def is_xml(content: bytes) -> bool:
    """Return whether bytes begin like an XML document, in any encoding of Unicode."""
    return content[:_MARK_BYTES].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def is_wire_text(content: bytes) -> bool:
    """Return whether bytes begin with the header line of wire text."""
    if content.startswith(b"{"):  # most values are JSON
        return False
    return wire_text.is_wire_text(content[:_HEADER_BYTES].decode("utf-8-sig", "replace"))


def _unread(root: Element) -> str:
    name = local_name(root)
    what = _READ_AS_FILES.get(name)
    found = f"the XML is {what}" if what else f"the root of the XML is {name!r}"
    return f"{found}, and NewsML-G2 and NITF are read: send one article, or the file to `copytaster produce`"


_MAX_ITEMS: Final = 1_000
"""Items of a message among which the one that is an article is looked for; each takes 0.05 ms."""

_MARK_BYTES: Final = 64
_HEADER_BYTES: Final = 400
