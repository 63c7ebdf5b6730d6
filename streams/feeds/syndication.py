"""RSS 0.9 to 2.0, RDF and Atom: the entries of a feed as raw articles.

The body of an entry is its full text where it has one (`content:encoded`, Atom `content`), else its description or
summary; captions of Media RSS are never the body. Dates and languages are passed on as they are written. An entry of an
aggregator names the outlet in `source`: that is the publisher, and a description that only lists links is no text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple, Self
from urllib.parse import urljoin

from streams.errors import FeedError
from streams.feeds.lenient_xml import Document
from streams.feeds.value import RawArticle
from streams.formats.markup import Element, count_text, inner_markup, local_name, read_attribute, read_text
from streams.stages.field_reader import web_host

ROOTS: Final = frozenset({"rss", "feed", "RDF"})

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT: Final = frozenset({"http://purl.org/rss/1.0/modules/content/"})
_DUBLIN_CORE: Final = frozenset({"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"})
_MEDIA: Final = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"})
_ATOM: Final = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_DATES: Final = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
"""In the order in which they are tried; those after the first three are of Dublin Core or of older Atom."""

_CHANGES: Final = ("updated", "modified")
"""When an entry was last changed: Atom, older Atom and the terms of Dublin Core."""

_READ: Final = frozenset(
    {*("title", "description", "summary", "content", "encoded", "link", "guid", "id", "author", "creator"), "source"}
)
"""Elements that are read, or that hold no story."""

_CDATA: Final = re.compile(r"\A\s*<!\[CDATA\[(.*?)\]\]>\s*\Z", re.DOTALL)
_LINK: Final = re.compile(r"<(/?)a\b[^<>]*>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^<>]*>|&nbsp;")
_MAX_LINKS: Final = 16
"""Links of a feed that are compared for each entry in a language of its own: a feed links to itself, to its pages, and
to the next part of it."""

_MAX_CHARS: Final = 2_000
"""Longest text of a feed that its entries repeat, and longest address of it that theirs are relative to."""

_MOBILE: Final = ("m.", "mobile.", "amp.")
_MOBILE_PAGE: Final = re.compile(r"/amp(?:/|\.html|(?=[ ?#]))|[?&](?:amp|m)=1\b|outputType=amp|handheld|max-width")
"""In an address or a `media` attribute: AMP, Blogger, Arc Publishing, and what Google asks of pages for mobiles."""

_MIN_SENTENCE_CHARS: Final = 40
"""The names of outlets between the links of an aggregator are shorter, sentences are longer."""


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield each entry of a feed.

    Raises
    ------
    FeedError
        If the file is not an RSS or Atom feed, declares entities, or is truncated: then after its whole entries.
    """
    content = stream.read()
    document = Document(content, name)
    if document.root_name not in ROOTS:
        raise FeedError(f"{name!r} is not an RSS or Atom feed: rename JSON lines to .jsonl and pages to .html")
    yield from read_document(document, name)


def read_document(document: Document, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield each entry of a document whose root is one of `ROOTS`.

    Raises
    ------
    FeedError
        If the document is truncated, after its whole entries.
    """
    root, entries = document.head_and_entries()
    feed = _Feed.read(root, next((each for each in root if local_name(each) == "channel"), root))
    for number, entry in enumerate(entries, start=1):
        article = _article(entry, feed)
        unread = {} if article.body else _unread(entry)
        yield article.to_bytes(unread), f"{name}#{number}"
    document.require_end()


def _format(root: Element) -> str:
    """Return the format and its version."""
    match local_name(root):
        case "RDF":
            return "RSS 1.0"
        case "feed":
            return "Atom 0.3" if "purl.org" in _space(root) else "Atom 1.0"
        case _:
            return f"RSS {read_attribute(root, 'version') or ''}".strip()


def _unread(entry: Element) -> dict[str, str]:
    """Return the texts of elements that nothing reads: an entry without a body may have its story there."""
    others = (each for each in entry if local_name(each) not in _READ and _space(each) not in _MEDIA)
    named = ((_qualified(each), read_text(each)) for each in others)
    return {name: text for name, text in named if text and len(text) >= _MIN_SENTENCE_CHARS}


def _qualified(element: Element) -> str:
    return f"{element.prefix}:{local_name(element)}" if element.prefix else local_name(element)


class _Feed(NamedTuple):
    """What a feed says of all of its entries; read once, because the entries are among its children."""

    format: str
    language: str | None
    home: str | None
    links: tuple[Element, ...]
    title: str | None

    @classmethod
    def read(cls, root: Element, feed: Element) -> Self:
        language = _bounded(_language(feed) or read_attribute(root, _LANG))
        links = tuple(each for each in _links(feed) if _is_short(each))[:_MAX_LINKS]
        home, title = _best_link(links, language), _bounded(_own(feed, "title"))
        return cls(_bounded(_format(root)) or "", language, home, links, title)


def _bounded(text: str | None) -> str | None:
    return None if text is None or len(text) > _MAX_CHARS else text


def _is_short(link: Element) -> bool:
    texts = (read_text(link) or "", *map(str, link.values()))
    return sum(map(len, texts)) <= _MAX_CHARS


def _article(entry: Element, feed: _Feed) -> RawArticle:
    language = _language(entry) or feed.language
    home = (feed.home if language == feed.language else _best_link(feed.links, language)) or ""
    link = _link(entry, language)
    outlet, outlet_name = _outlet(entry)
    body = _body(entry)
    return RawArticle(
        id=_own(entry, "guid", "id"),
        url=_absolute(home, link),
        title=_without_outlet(_title(entry), outlet_name),
        body="" if outlet and outlet != web_host(home) and _is_list_of_links(body) else body,
        publisher=outlet or web_host(home) or feed.title,
        published_at=_date(entry, _DATES),
        versioned_at=_date(entry, _CHANGES),
        language=language,
        authors=_authors(entry),
        keywords=_keywords(entry),
        image_url=_image(entry),
        rights=_own(entry, "rights") or _other(entry, _DUBLIN_CORE, "rights"),
        source_format=feed.format,
    )


def _elements(parent: Element, *names: str) -> Iterator[Element]:
    """Yield the children of these names in the namespace of their parent, in the order of the names."""
    for name in names:
        yield from (each for each in parent if local_name(each) == name and _space(each) == _space(parent))


def _others(parent: Element, namespaces: frozenset[str], *names: str) -> Iterator[Element]:
    for name in names:
        yield from (each for each in parent if local_name(each) == name and _space(each) in namespaces)


def _space(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].lstrip("{")


def _is_of_parent(element: Element) -> bool:
    return _space(element) == _space(element.getparent())


def _own(parent: Element, *names: str) -> str | None:
    return next(filter(None, map(read_text, _elements(parent, *names))), None)


def _other(parent: Element, namespaces: frozenset[str], *names: str) -> str | None:
    return next(filter(None, map(read_text, _others(parent, namespaces, *names))), None)


def _title(entry: Element) -> str | None:
    title = _own(entry, "title") or _other(entry, _DUBLIN_CORE, "title")
    return None if title is None else _without_cdata(title).strip()


def _body(entry: Element) -> str:
    full = [*_others(entry, _CONTENT, "encoded"), *_elements(entry, "content")]
    short = [*_elements(entry, "description", "summary"), *_others(entry, _DUBLIN_CORE, "description")]
    for elements in (full, short):
        texts = [_without_cdata(_markup(each)) for each in elements]
        if best := max(texts, key=count_text, default=""):
            return best
    return ""


def _markup(element: Element) -> str:
    return inner_markup(element) if len(element) else element.text or ""


def _without_cdata(text: str) -> str:
    """Return the text of a CDATA section that was escaped once more than it should have been."""
    found = _CDATA.match(text)
    return found[1] if found else text


def _link(parent: Element, language: str | None) -> str | None:
    """Return the address: of several links the first page in the entry's language that is not for mobiles."""
    return _best_link(_links(parent), language)


def _links(parent: Element) -> tuple[Element, ...]:
    return (*_elements(parent, "link"), *_others(parent, _ATOM, "link"))


def _best_link(links: Sequence[Element], language: str | None) -> str | None:
    plain = next((text for each in links if _is_of_parent(each) and (text := read_text(each))), None)
    if plain:
        return plain
    pages = [each for each in links if (read_attribute(each, "rel") or "alternate") == "alternate" and each.get("href")]
    best = min(pages, key=lambda each: _rank(each, language), default=None)
    return read_attribute(best, "href")


def _absolute(home: str, link: str | None) -> str | None:
    try:
        return urljoin(home, link) if link else None
    except ValueError:  # brackets that hold no IPv6 address, in either of the two
        return link


def _rank(link: Element, language: str | None) -> tuple[bool, bool, bool]:
    kind, spoken = link.get("type") or "text/html", (link.get("hreflang") or language or "").lower()
    href = link.get("href") or ""
    is_mobile = (web_host(href) or "").startswith(_MOBILE) or _MOBILE_PAGE.search(f"{href} {link.get('media') or ''}")
    is_foreign = bool(language) and spoken.partition("-")[0] != (language or "").lower().partition("-")[0]
    return not kind.startswith(("text/html", "application/xhtml")), is_foreign, bool(is_mobile)


def _date(entry: Element, names: Iterable[str]) -> str | None:
    return next(
        (text for name in names if (text := _own(entry, name) or _other(entry, _DUBLIN_CORE | _ATOM, name))), None
    )


def _language(parent: Element) -> str | None:
    return read_attribute(parent, _LANG) or _own(parent, "language") or _other(parent, _DUBLIN_CORE, "language")


def _outlet(entry: Element) -> tuple[str | None, str | None]:
    """Return the publisher of an entry that another feed repeats, and its name."""
    source = next(_elements(entry, "source"), None)
    if source is None:
        return None, None
    name = _own(source, "title") or read_text(source)
    return web_host(source.get("url") or _link(source, None) or "") or name, name


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    shorter = title.removesuffix(f" - {outlet}").strip() if title and outlet else title
    return shorter or title


def _is_list_of_links(body: str) -> bool:
    """Return whether a body has links, and no sentence outside of them."""
    between: list[str] = []
    place, opens = 0, 0
    for tag in _LINK.finditer(body):
        if not tag[1]:
            opens += 1
            between.append(body[place : tag.start()])
        place = tag.end()
    between.append(body[place:])
    return opens > 0 and all(len(_MARKUP.sub("", each).strip()) < _MIN_SENTENCE_CHARS for each in between)


def _authors(entry: Element) -> list[str]:
    named = [_own(each, "name") or read_text(each) for each in _elements(entry, "author")]
    return [each for each in (*named, *map(read_text, _others(entry, _DUBLIN_CORE, "creator"))) if each]


def _keywords(entry: Element) -> list[str]:
    named = [each.get("label") or each.get("term") or read_text(each) for each in _elements(entry, "category")]
    return [each for each in (*named, *map(read_text, _others(entry, _DUBLIN_CORE, "subject"))) if each]


def _image(entry: Element) -> str | None:
    for each in entry.iter():
        kind = f"{each.get('type') or ''} {each.get('medium') or ''}"
        is_image = "image" in kind or local_name(each) == "thumbnail"
        if is_image and (_space(each) in _MEDIA or local_name(each) == "enclosure"):
            return read_attribute(each, "url")
    return None
