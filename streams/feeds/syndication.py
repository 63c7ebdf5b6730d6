"""RSS 0.9 to 2.0, RDF and Atom, read by feedparser, which accepts the common faults of real feeds.

feedparser loads no external entities and is given bytes, never an address, so that nothing is fetched. The body of an
entry is its full text where it has one (`content:encoded`, Atom `content`), else its summary.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urljoin

import feedparser

from streams.errors import FeedError
from streams.feeds.value import RawArticle
from streams.stages.field_reader import web_host

_LAST_TAG = re.compile(rb"</(\w+:)?(rss|feed|rdf)\s*>", re.IGNORECASE)
_TAIL_BYTES = 1024
"""Room for comments and white space after the last tag."""


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield each entry of a feed.

    Raises
    ------
    FeedError
        If the file is not an RSS or Atom feed, or is truncated.
    """
    content = stream.read()
    parsed = feedparser.parse(io.BytesIO(content)) if content.strip() else feedparser.FeedParserDict()
    if not parsed.get("version"):
        raise FeedError(f"{name!r} is not an RSS or Atom feed: rename JSON lines to .jsonl and pages to .html")
    if not _LAST_TAG.search(content[-_TAIL_BYTES:]):
        raise FeedError(f"{name!r} is truncated: its last tag is missing")
    for number, entry in enumerate(parsed.entries, start=1):
        yield _article(entry, parsed.feed).to_bytes(), f"{name}#{number}"


def _article(entry: feedparser.FeedParserDict, feed: feedparser.FeedParserDict) -> RawArticle:
    home = feed.get("link") or ""
    link = entry.get("link")
    return RawArticle(
        id=entry.get("id"),
        url=urljoin(home, link) if link else None,
        title=entry.get("title"),
        body=_body(entry),
        publisher=web_host(home) or feed.get("title"),
        published_at=_date(entry),
        language=entry.get("language") or feed.get("language"),
    )


def _body(entry: feedparser.FeedParserDict) -> str:
    texts = [content.get("value") or "" for content in entry.get("content") or ()]
    return max(texts, key=len, default="") or entry.get("summary") or ""


def _date(entry: feedparser.FeedParserDict) -> str | None:
    for name in ("published", "updated"):
        if fields := entry.get(f"{name}_parsed"):
            return f"{fields[0]:04}-{fields[1]:02}-{fields[2]:02}T{fields[3]:02}:{fields[4]:02}:{fields[5]:02}Z"
        if text := entry.get(name):
            return str(text)
    return None
