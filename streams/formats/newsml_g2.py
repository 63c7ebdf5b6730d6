"""NewsML-G2, the XML format of the IPTC: one `newsItem`, or a `newsMessage` with several items.

Packages, planning, concept and knowledge items, and news items whose class is a picture, audio, video or graphic, are
left out. Of several content sets and renditions the one with the most text is the story: XHTML, NITF or plain text.
"""

from collections.abc import Iterator
from typing import Final

from streams.formats import nitf
from streams.formats.article import FeedArticle, Item, LeftOut, SourceValue, from_fields, read_status, read_version
from streams.formats.markup import (
    Element,
    count_text,
    find,
    find_all,
    inner_markup,
    local_name,
    read_attribute,
    read_text,
    read_texts,
)

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_MESSAGES: Final = frozenset({"newsMessage"})
_OTHER_ITEMS: Final = frozenset({"packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"})
ROOTS: Final = frozenset({"newsItem", *_MESSAGES, *_OTHER_ITEMS})
_TEXT_CLASSES: Final = frozenset({"", "text", "composite"})
_ROLES_OF_MAIN: Final = frozenset({"", "main", "headline", "hld"})


def is_newsml_g2(root: Element) -> bool:
    """Return whether a document's root is one of NewsML-G2's."""
    return local_name(root) in ROOTS


def read_newsml_g2(root: Element) -> list[Item]:
    """Return the articles of a document, and what was left out, in their order."""
    return [_read_item(item) for item in items_of(root)]


def items_of(root: Element) -> list[Element]:
    """Return the items of a news message, else the root, which is an item itself."""
    if local_name(root) not in _MESSAGES:
        return [root]
    return [item for items in find_all(root, "itemSet") for item in items if local_name(item)]


def _read_item(item: Element) -> Item:
    name, guid = local_name(item), read_attribute(item, "guid")
    if name != "newsItem":
        return LeftOut(name, guid)
    kind = _code(find(item, "itemMeta/itemClass"))
    if kind not in _TEXT_CLASSES:
        return LeftOut(kind, guid)
    return _read_news(item, guid)


def _read_news(item: Element, guid: str | None) -> FeedArticle:
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    created, versioned = read_text(_in(meta, "firstCreated")), read_text(_in(meta, "versionCreated"))
    found = list(_contents(item))
    origin, body, inner_title = max(found, key=lambda each: count_text(each[1]), default=("", "", None))
    return FeedArticle(
        format=_format(item),
        body=body,
        title=_title(meta, content) or inner_title,
        id=guid,
        url=_web_address(item),
        publisher=_publisher(meta, content),
        language=_language(item, content),
        published_at=created or read_text(_in(content, "contentCreated")) or versioned,
        version=read_version(read_attribute(item, "version")),
        versioned_at=versioned,
        embargoed_until=read_text(_in(meta, "embargoed")),
        status=read_status(_code(_in(meta, "pubStatus"))),
        source=_source(item, meta, content),
        origins={"body": origin, "title": "headline", "id": "guid", "published_at": "firstCreated"},
    )


def _contents(item: Element) -> Iterator[tuple[str, str, str | None]]:
    """Yield the name, the markup or text, and the title of each content that holds text."""
    for inline in find_all(item, "contentSet/inlineXML"):
        for child in inline:
            name = local_name(child)
            if name == "nitf":
                title = nitf.read_title(child)
                yield "inlineXML (NITF)", nitf.read_story(child), title
            elif name == "html":
                title = read_text(find(child, "head/title"))
                page = find(child, "body")
                yield "inlineXML (XHTML)", inner_markup(child if page is None else page), title
            elif name:
                yield f"inlineXML ({name})", inner_markup(child), None
    for inline in find_all(item, "contentSet/inlineData"):
        kind = (read_attribute(inline, "contenttype") or "text/plain").lower()
        if kind.startswith(("text/", "application/xhtml")) and read_attribute(inline, "encoding") is None:
            text = "".join(inline.itertext()).strip()
            yield "inlineData", text, None


def _title(meta: Element | None, content: Element | None) -> str | None:
    headlines = [] if content is None else list(find_all(content, "headline"))
    ranked = sorted(headlines, key=lambda each: _role(each) not in _ROLES_OF_MAIN)
    return next(iter(read_texts(ranked)), None) or read_text(_in(meta, "title"))


def _publisher(meta: Element | None, content: Element | None) -> str | None:
    for element in (_in(meta, "provider"), _in(content, "infoSource")):
        if element is not None and (name := _named(element)):
            return name
    return None


def _language(item: Element, content: Element | None) -> str | None:
    inline = find(item, "contentSet/inlineXML")
    return (
        read_attribute(inline, _LANG) or read_attribute(_in(content, "language"), "tag") or read_attribute(item, _LANG)
    )


def _web_address(item: Element) -> str | None:
    for link in find_all(item, "itemMeta/link"):
        if "web" in (read_attribute(link, "rel") or "") or "canonical" in (read_attribute(link, "rel") or ""):
            return read_attribute(link, "href")
    return None


def _source(item: Element, meta: Element | None, content: Element | None) -> dict[str, SourceValue]:
    about = item if content is None else content
    rights = find(item, "rightsInfo")
    return from_fields(
        (
            ("format", _format(item)),
            ("urgency", read_text(_in(content, "urgency"))),
            ("genre", [_named(each) for each in find_all(about, "genre")]),
            ("slugline", read_text(_in(content, "slugline"))),
            ("section", [_named(each) for each in find_all(about, "service")]),
            ("authors", read_texts(find_all(about, "by")) or [_named(each) for each in find_all(about, "creator")]),
            ("keywords", read_texts(find_all(about, "keyword"))),
            ("subjects", [_subject(each) for each in find_all(about, "subject")]),
            ("place", [_named(each) for each in find_all(about, "located")]),
            (
                "rights",
                _named(copyright_holder) if (copyright_holder := _in(rights, "copyrightHolder")) is not None else None,
            ),
            ("usage_terms", read_text(_in(rights, "usageTerms"))),
            ("embargoed_until", read_text(_in(meta, "embargoed"))),
        )
    )


def _subject(element: Element) -> str | None:
    qcode = read_attribute(element, "qcode", "uri") or ""
    digits = qcode.rpartition(":")[2].rpartition("/")[2]
    if digits.isdecimal() and ("medtop" in qcode or "mediatopic" in qcode):
        return f"medtop:{digits}"
    return _named(element)


def _named(element: Element) -> str | None:
    """Return the name inside an element, else its literal, else its code."""
    return (
        read_text(find(element, "name"))
        or read_attribute(element, "literal", "qcode", "uri")
        or (read_text(element) if len(element) == 0 else None)
    )


def _code(element: Element | None) -> str:
    return (read_attribute(element, "qcode", "uri") or "").rpartition(":")[2].rpartition("/")[2]


def _role(element: Element) -> str:
    return (read_attribute(element, "role") or "").rpartition(":")[2].lower()


def _in(element: Element | None, path: str) -> Element | None:
    return None if element is None else find(element, path)


def _format(item: Element) -> str:
    version = read_attribute(item, "standardversion")
    return f"NewsML-G2 {version}" if version else "NewsML-G2"
