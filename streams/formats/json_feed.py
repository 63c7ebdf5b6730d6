"""JSON Feed 1.0 and 1.1: a document with `items`, each of them an article of the feed's publisher."""

from typing import Any, Final

from streams.formats.article import FeedArticle, from_fields, host_of

JsonObject = dict[str, Any]

VERSION: Final = "jsonfeed.org/version/"


def is_json_feed(raw: JsonObject) -> bool:
    """Return whether an object is a JSON Feed document."""
    return VERSION in str(raw.get("version", "")) and isinstance(raw.get("items"), list)


def read_json_feed(raw: JsonObject) -> list[FeedArticle]:
    """Return the articles of a document, in its order."""
    home = str(raw.get("home_page_url") or raw.get("feed_url") or "")
    publisher = host_of(home) or _text(raw, "title")
    version = str(raw.get("version")).rpartition(VERSION)[2]
    return [
        _article(item, f"JSON Feed {version}", publisher, _text(raw, "language"), _authors(raw))
        for item in raw["items"]
        if isinstance(item, dict)
    ]


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
