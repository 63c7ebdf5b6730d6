"""Items of the AP Media API, alone or inside the response that carries them (`data.item`, `data.items[].item`).

The API answers a search with metadata; the story is a rendition that has to be fetched (`renditions.nitf`). It is read
where the program that fetches it puts it: into the item (`body_nitf`, `nitf`, `story`, `body`, a body of ninjs) or into
the rendition (`content`). An item whose story was not
fetched is left out, because a headline is not the story.
"""

from collections.abc import Iterator
from typing import Any

from streams.formats import nitf
from streams.formats.article import FeedArticle, Item, LeftOut, from_fields, head_of
from streams.formats.markup import parse_xml
from streams.formats.ninjs import read_ninjs

JsonObject = dict[str, Any]

_MARKS = ("api_version", "method")
"""What a response says of itself."""

_STORY_FIELDS = ("body_nitf", "nitf", "story", "story_nitf", "body", "content", "text", "value")


def is_ap_media(raw: JsonObject) -> bool:
    """Return whether an object is a response or an item of the AP Media API."""
    data = raw.get("data")
    if isinstance(data, dict) and ("item" in data or "items" in data) and any(name in raw for name in _MARKS):
        return True
    altids = raw.get("altids")
    return isinstance(altids, dict) and {"itemid", "etag"} <= set(altids)


def read_ap_media(raw: JsonObject) -> list[Item]:
    """Return the articles of a response or of one item, and what was left out."""
    return [_read_item(item) for item in _items(raw)]


def split_response(raw: JsonObject) -> list[JsonObject]:
    """Return a response of one item for each item of a response, or the item as it is."""
    if not isinstance(raw.get("data"), dict):
        return [raw]
    head = head_of(raw, _MARKS) or dict.fromkeys(_MARKS, "")
    return [{**head, "data": {"item": item}} for item in _items(raw)]


def _items(raw: JsonObject) -> Iterator[JsonObject]:
    data = raw.get("data")
    if not isinstance(data, dict):
        yield raw
        return
    listed = data["items"] if isinstance(data.get("items"), list) else [data]
    for each in listed:
        item = each.get("item", each) if isinstance(each, dict) else None
        if isinstance(item, dict):
            yield item


def _read_item(item: JsonObject) -> Item:
    altids = item.get("altids")
    item_id = altids.get("itemid") if isinstance(altids, dict) else None
    kind = str(item.get("type") or "text")
    if kind != "text":
        return LeftOut(kind, item_id if isinstance(item_id, str) else None)
    base = read_ninjs({**item, "uri": item_id or item.get("uri"), "copyrightholder": item.get("provider") or "AP"})
    if isinstance(base, LeftOut):
        return base
    story = _story(item)
    if story is None and not base.origins.get("body", "").startswith("bod") and _has_rendition(item):
        return LeftOut("text without its story, which has to be fetched from its renditions", base.id)
    body, origin = story or (base.body, base.origins.get("body", ""))
    return FeedArticle(
        format="AP Media API",
        body=body,
        title=base.title,
        id=base.id,
        url=None,
        publisher=base.publisher,
        language=base.language,
        published_at=base.published_at,
        version=base.version,
        versioned_at=base.versioned_at,
        embargoed_until=base.embargoed_until,
        status=base.status,
        source=from_fields([("format", "AP Media API"), *((k, v) for k, v in base.source.items() if k != "format")]),
        origins={**base.origins, "id": "altids.itemid", "body": origin},
    )


def _has_rendition(item: JsonObject) -> bool:
    renditions = item.get("renditions")
    found = renditions.values() if isinstance(renditions, dict) else ()
    return any(isinstance(each, dict) and each.get("type") == "text" and "href" in each for each in found)


def _story(item: JsonObject) -> tuple[str, str] | None:
    """Return the story that was fetched, and where it is."""
    for place, holder in _holders(item):
        for name in _STORY_FIELDS:
            value = holder.get(name)
            if isinstance(value, str) and value.strip():
                story = nitf.read_story(parse_xml(value.encode())) if "<nitf" in value else value
                return story, f"{place}{name}"
    return None


def _holders(item: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Yield the objects that may hold the story: the item, its bodies by format, its textual renditions."""
    yield "", item
    for field in ("bodies", "renditions"):
        held = item.get(field)
        if isinstance(held, dict):
            yield f"{field}.", held
            texts = ((name, each) for name, each in held.items() if isinstance(each, dict) and _is_text(each))
            yield from ((f"{field}.{name}.", each) for name, each in texts)


def _is_text(rendition: JsonObject) -> bool:
    return str(rendition.get("type", "text")) == "text"
