"""Whole results of other programs, as they are dumped: envelopes around articles.

    News API v2     {"status": "ok", "totalResults": 2, "articles": [...]}
    feedparser 6    {"feed": {...}, "entries": [...], "bozo": false, ...}
    content APIs    {"_items": [...], "_meta": {...}}, {"response": {"results": [...]}}, {"data": [...]}

The elements are read like articles that come alone; only what the envelope says of all of them is added. An object is
such an envelope where it has a list of articles by one of these names, and no text of its own.
"""

from typing import Any, Final

from streams.formats.article import head_of, host_of

JsonObject = dict[str, Any]

LISTS: Final = (
    *("articles", "entries", "items", "item", "_items", "results", "data", "docs", "posts", "news", "stories"),
    *("documents", "value", "@graph"),
)
"""How APIs name their results: News API, feedparser, Superdesk (`_items`), the BBC's ninjs (`item`), NewsData.io
(`results`), Mediastack (`data`), the New York Times (`docs`), Webz.io (`posts`), Bing (`value`), JSON-LD (`@graph`)."""

_NESTS: Final = ("response", "data", "articles", "result")
"""What such a list may lie in, one level deep."""

TEXTS: Final = (
    *("title", "headline", "headlines"),
    *("body", "bodies", "text", "content", "maintext", "articleBody", "plaintext", "content_text", "content_html"),
    *("body_text", "body_html", "description", "summary"),
)
"""Names of which an article has one."""

OWN_TEXTS: Final = frozenset({*TEXTS, "html", "raw_text", "article", "excerpt"}) - {"description"}
"""Names of which an envelope has none; it may describe itself."""


def is_dump(raw: JsonObject) -> bool:
    """Return whether an object is an envelope of articles."""
    return _is_feedparser(raw) or _listed(raw) is not None


def read_dump(raw: JsonObject) -> list[JsonObject]:
    """Return the articles in an envelope, each as an object of its own."""
    if not _is_feedparser(raw):
        return [each for each in _listed(raw) or [] if _is_article(each)]
    feed = raw.get("feed")
    inherited = _inherited(head_of(feed, ("link", "title", "language")) if isinstance(feed, dict) else {})
    return [{**inherited, **each} for each in raw["entries"] if isinstance(each, dict)]


def _listed(raw: JsonObject) -> list[JsonObject] | None:
    """Return the list of articles in an envelope, None where the object is no envelope."""
    if not OWN_TEXTS.isdisjoint(raw):
        return None
    for holder in (raw, *(raw[name] for name in _NESTS if isinstance(raw.get(name), dict))):
        for name in LISTS:
            listed = holder.get(name)
            if isinstance(listed, list) and (any(map(_is_article, listed)) or _is_empty_result(raw, listed)):
                return listed
    return None


def _is_article(value: object) -> bool:
    return isinstance(value, dict) and any(name in value for name in TEXTS)


def _is_empty_result(raw: JsonObject, listed: list[object]) -> bool:
    """Return whether the News API found nothing."""
    return not listed and ("totalResults" in raw or "totalArticles" in raw)


def _inherited(feed: JsonObject) -> JsonObject:
    """Return what the feed says of all of its entries."""
    home = str(feed.get("link") or "")
    inherited = {"publisher": host_of(home) or feed.get("title"), "language": feed.get("language")}
    return {name: value for name, value in inherited.items() if value}


def _is_feedparser(raw: JsonObject) -> bool:
    return isinstance(raw.get("entries"), list) and ("bozo" in raw or isinstance(raw.get("feed"), dict))
