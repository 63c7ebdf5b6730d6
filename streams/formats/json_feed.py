"""JSON Feed 1.0 and 1.1: a document with `items`, each of them an article of the feed's publisher."""

from typing import Any, Final

from streams.formats.article import FeedArticle, from_fields, head_of, host_of

JsonObject = dict[str, Any]

VERSION: Final = "jsonfeed.org/version/"
MAX_VERSION_CHARS: Final = 100
"""The addresses of versions have 36."""

_HEAD: Final = ("version", "home_page_url", "feed_url", "title", "language", "authors", "author")
"""What is read of a document beside its items."""


def is_json_feed(raw: JsonObject) -> bool:
    """Return whether an object is a JSON Feed document."""
    version = raw.get("version")
    is_version = isinstance(version, str) and len(version) <= MAX_VERSION_CHARS and VERSION in version
    return is_version and isinstance(raw.get("items"), list)


def split_document(raw: JsonObject) -> list[JsonObject]:
    """Return a document of one item for each item of a document, each with what is read of it."""
    head = head_of(raw, _HEAD)
    return [head | {"items": [item]} for item in raw["items"]]


def read_json_feed(raw: JsonObject) -> list[FeedArticle]:
    """Return the articles of a document, in its order."""
    head = head_of(raw, _HEAD)
    home = str(head.get("home_page_url") or head.get("feed_url") or "")
    publisher, language, authors = host_of(home) or _text(head, "title"), _text(head, "language"), _authors(head)
    version = f"JSON Feed {raw['version'].rpartition(VERSION)[2]}"
    return [_article(item, version, publisher, language, authors) for item in raw["items"] if isinstance(item, dict)]


def _article(
    item: JsonObject, version: str, publisher: str | None, language: str | None, authors: list[str]
) -> FeedArticle:
    body_name = next((each for each in ("content_html", "content_text", "summary") if _text(item, each)), "")
    date_name = next((each for each in ("date_published", "date_modified") if _text(item, each)), "")
    return FeedArticle(
        format=version,
        body=_text(item, body_name) or "",
        title=_text(item, "title"),
        id=_id(item),
        url=_text(item, "url") or _text(item, "external_url"),
        publisher=publisher,
        language=_text(item, "language") or language,
        published_at=_text(item, date_name),
        versioned_at=_text(item, "date_modified"),
        source=from_fields(
            (
                ("format", version),
                ("authors", _authors(item) or authors),
                ("keywords", item.get("tags")),
                ("image_url", _text(item, "image") or _text(item, "banner_image")),
            )
        ),
        origins={field: name for field, name in (("body", body_name), ("published_at", date_name)) if name},
    )


def _id(item: JsonObject) -> str | None:
    value = item.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(item, "id")


def _authors(raw: JsonObject) -> list[str]:
    listed = raw.get("authors") if isinstance(raw.get("authors"), list) else [raw.get("author")]
    return [each["name"] for each in listed or [] if isinstance(each, dict) and isinstance(each.get("name"), str)]


def _text(raw: JsonObject, name: str) -> str | None:
    value = raw.get(name)
    return value.strip() or None if isinstance(value, str) else None
