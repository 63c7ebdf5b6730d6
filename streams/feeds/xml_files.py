"""XML files: feeds of RSS and Atom, NewsML-G2 and NITF, distinguished by the root element."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from streams.errors import FeedError
from streams.feeds import syndication
from streams.feeds.bounds import read_whole
from streams.feeds.lenient_xml import Document
from streams.formats.recognition import is_news_root

_SITEMAPS: Final = frozenset({"urlset", "sitemapindex"})
_NEWS_SITEMAP: Final = "schemas/sitemap-news"


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield each entry of a feed, or the document of the news industry as it is.

    Raises
    ------
    FeedError
        If the file is neither, naming what it is, or too large.
    """
    content = read_whole(stream, name)
    document = Document(content, name)
    if is_news_root(document.root_name):
        yield content, name
    elif document.root_name in syndication.ROOTS:
        yield from syndication.read_document(document, name)
    elif document.root_name in _SITEMAPS:
        kind = "a Google News sitemap" if document.mentions(_NEWS_SITEMAP) else "a sitemap"
        raise FeedError(f"{name!r} is {kind}, which lists addresses and holds no articles: fetch the pages")
    else:
        root = f"its root is {document.root_name!r}" if document.root_name else "it has no root element"
        raise FeedError(
            f"{name!r} is not an RSS or Atom feed, NewsML-G2 or NITF ({root}): rename JSON lines to .jsonl and pages "
            "to .html"
        )
