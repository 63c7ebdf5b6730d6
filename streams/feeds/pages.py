"""Web pages as files: the page is the body, and its head has the metadata.

The text is extracted from the page later, by `clean`; here only the declared metadata is read, because the id of an
article follows from its address, which the body of a page lacks. Names: Open Graph, schema.org microdata in `meta`,
HTML.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning import html
from streams.feeds.bounds import read_whole
from streams.feeds.value import RawArticle, to_text

_CHARSET = re.compile(rb"charset=[\"']?([A-Za-z0-9_:-]+)")
_CHARSET_BYTES = 1024
"""Bytes within which HTML requires the declaration (WHATWG HTML, 4.2.5.4)."""

_TITLE = ('meta[property="og:title"]', "title")
_URL = ('link[rel="canonical"]', 'meta[property="og:url"]')
_PUBLISHER = ('meta[property="og:site_name"]',)
_PUBLISHED_AT = ('meta[property="article:published_time"]', 'meta[itemprop="datePublished"]', 'meta[name="date"]')


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield the page as an article; nothing for an empty file.

    Raises
    ------
    FeedError
        If the file is too large.
    """
    content = read_whole(stream, name)
    if not content.strip():
        return
    page = to_text(content, _declared_charset(content))
    head = LexborHTMLParser("" if html.is_excessive(page) else html.parseable(page)[0])
    article = RawArticle(
        url=_first(head, _URL),
        title=_first(head, _TITLE),
        body=page,
        publisher=_first(head, _PUBLISHER),
        published_at=_first(head, _PUBLISHED_AT),
        language=_language(head),
        source_format="HTML",
    )
    yield article.to_bytes(), name


def _declared_charset(content: bytes) -> str | None:
    found = _CHARSET.search(content[:_CHARSET_BYTES])
    return found[1].decode() if found else None


def _first(head: LexborHTMLParser, selectors: tuple[str, ...]) -> str | None:
    for selector in selectors:
        node = head.css_first(selector)
        value = None if node is None else node.attributes.get("content") or node.attributes.get("href") or node.text()
        if value and value.strip():
            return value.strip()
    return None


def _language(head: LexborHTMLParser) -> str | None:
    node = head.css_first("html[lang]")
    return None if node is None else node.attributes.get("lang") or None
