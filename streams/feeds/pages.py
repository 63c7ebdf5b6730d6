"""Web pages as files: the page is the body, and its head has the metadata.

The text is extracted from the page later, by `clean`; here only the declared metadata is read, because the id of an
article follows from its address, which the body of a page lacks. Names: Open Graph, schema.org microdata in `meta`,
HTML.
"""

from collections.abc import Iterator
from typing import BinaryIO

from selectolax.lexbor import LexborHTMLParser

from streams.feeds.bounds import read_whole
from streams.feeds.html_encoding import page_text
from streams.feeds.value import RawArticle

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
    if content.strip():
        yield read_page(content).to_bytes(), name


def read_page(content: bytes, content_type: str | None = None) -> RawArticle:
    """Return a page as an article, given its bytes and the header `Content-Type` that came with them."""
    page = page_text(content, content_type)
    head = LexborHTMLParser(page)
    return RawArticle(
        url=_first(head, _URL),
        title=_first(head, _TITLE),
        body=page,
        publisher=_first(head, _PUBLISHER),
        published_at=_first(head, _PUBLISHED_AT),
        language=_language(head),
        source_format="HTML",
    )


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
