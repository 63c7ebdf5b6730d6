"""NewsML-G2, the XML format of the IPTC: one `newsItem`, or a `newsMessage` with several items.

Packages, planning, concept and knowledge items, and news items whose class is a picture, audio, video or graphic, are
left out. Of several content sets and renditions the one with the most text is the story: XHTML, NITF or plain text.
"""

from typing import Final

from streams.formats.article import (
    FeedArticle,
    Item,
    LeftOut,
    SourceValue,
    Status,
    from_fields,
    read_status,
    read_version,
)
from streams.formats.markup import (
    Element,
    count_text,
    find,
    find_all,
    local_name,
    read_attribute,
    read_text,
    read_texts,
)
from streams.formats.newsml_g2_content import LANG, Content, has_remote_story, read_contents
from streams.formats.subjects import is_country, subject_of

_MESSAGES: Final = frozenset({"newsMessage"})
_OTHER_ITEMS: Final = frozenset({"packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem"})
ROOTS: Final = frozenset({"newsItem", *_MESSAGES, *_OTHER_ITEMS})
_TEXT_CLASSES: Final = frozenset({"", "text", "composite"})
_NOT_FETCHED: Final = "text without its story, which has to be fetched"
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
    return _read_news(item, guid) or LeftOut(_NOT_FETCHED, guid)


def _read_news(item: Element, guid: str | None) -> FeedArticle | None:
    """Return the article, None where its story is elsewhere."""
    meta, content = find(item, "itemMeta"), find(item, "contentMeta")
    created, versioned = read_text(_in(meta, "firstCreated")), read_text(_in(meta, "versionCreated"))
    status = read_status(_code(_in(meta, "pubStatus")))
    story = max(read_contents(item), key=lambda each: count_text(each.body), default=Content("", ""))
    origin, body = story.origin, story.body
    if not body and status is Status.USABLE and has_remote_story(item):
        return None
    if not body and content is not None:
        origin, body = "description", "\n\n".join(read_texts(find_all(content, "description")))
    return FeedArticle(
        format=_format(item),
        body=body,
        title=_title(meta, content, story.language) or story.title,
        id=guid,
        url=_web_address(item),
        publisher=_publisher(meta, content),
        language=story.language or read_attribute(_in(content, "language"), "tag") or read_attribute(item, LANG),
        published_at=created or read_text(_in(content, "contentCreated")) or versioned,
        version=read_version(read_attribute(item, "version")),
        versioned_at=versioned,
        embargoed_until=read_text(_in(meta, "embargoed")),
        status=status,
        source=_source(item, meta, content),
        origins={"body": origin, "title": "headline", "id": "guid", "published_at": "firstCreated"},
    )


def _title(meta: Element | None, content: Element | None, language: str | None) -> str | None:
    """Return the headline: of several the main one in the language of the story."""
    headlines = [] if content is None else list(find_all(content, "headline"))
    ranked = sorted(headlines, key=lambda each: (_is_foreign(each, language), _role(each) not in _ROLES_OF_MAIN))
    return next(iter(read_texts(ranked)), None) or read_text(_in(meta, "title"))


def _is_foreign(element: Element, language: str | None) -> bool:
    stated = read_attribute(element, LANG)
    return bool(stated and language) and _plain_language(stated) != _plain_language(language)


def _plain_language(code: str | None) -> str:
    return (code or "").partition("-")[0].lower()


def _publisher(meta: Element | None, content: Element | None) -> str | None:
    for element in (_in(meta, "provider"), _in(content, "infoSource")):
        if element is not None and (name := _named(element)):
            return _code(element) if name == element.get("qcode") else name
    return None


def _web_address(item: Element) -> str | None:
    for link in find_all(item, "itemMeta/link"):
        relation = (read_attribute(link, "rel") or "").lower()
        if "web" in relation or "canonical" in relation:
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
            ("country", _countries(item)),
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
    return subject_of(_named(element), *(element.get(name) for name in ("qcode", "uri", "literal")))


def _countries(item: Element) -> list[str | None]:
    """Return the countries in which the story is located, and those that it is about."""
    places = [*find_all(item, "contentMeta/located"), *find_all(item, "contentMeta/subject")]
    wider = [each for place in places for each in (place, *find_all(place, "broader"))]
    return [_named(each) for each in wider if is_country(*(each.get(name) for name in ("type", "qcode", "uri")))]


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
