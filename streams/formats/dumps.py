"""Whole results of other programs, as they are dumped: envelopes around articles that `shapes` knows.

    News API v2     {"status": "ok", "totalResults": 2, "articles": [...]}
    feedparser 6    {"feed": {...}, "entries": [...], "bozo": false, ...}

The elements are read like articles that come alone; only what the envelope says of all of them is added.
"""

from typing import Any

from streams.formats.article import host_of

JsonObject = dict[str, Any]

_TOTALS = frozenset({"totalResults", "totalArticles"})
"""The number of results in the News API and in GNews, whose envelope is the same."""


def is_dump(raw: JsonObject) -> bool:
    """Return whether an object is an envelope of articles."""
    return _is_news_api(raw) or _is_feedparser(raw)


def read_dump(raw: JsonObject) -> list[JsonObject]:
    """Return the articles in an envelope, each as an object of its own."""
    if _is_news_api(raw):
        return [each for each in raw["articles"] if isinstance(each, dict)]
    feed = raw.get("feed") if isinstance(raw.get("feed"), dict) else {}
    return [_with_feed(each, feed or {}) for each in raw["entries"] if isinstance(each, dict)]


def _with_feed(entry: JsonObject, feed: JsonObject) -> JsonObject:
    home = str(feed.get("link") or "")
    inherited = {"publisher": host_of(home) or feed.get("title"), "language": feed.get("language")}
    return {**{name: value for name, value in inherited.items() if value}, **entry}


def _is_news_api(raw: JsonObject) -> bool:
    return isinstance(raw.get("articles"), list) and (
        not _TOTALS.isdisjoint(raw) or raw.get("status") in {"ok", "error"}
    )


def _is_feedparser(raw: JsonObject) -> bool:
    return isinstance(raw.get("entries"), list) and ("bozo" in raw or isinstance(raw.get("feed"), dict))
