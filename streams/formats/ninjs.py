"""ninjs, the JSON format of the IPTC: versions 1.x, 2.x and 3.x, and the dialect that Superdesk publishes.

Versions 1.x name a body by its type (`body_text`, `body_html`, `body_xhtml`, with any suffix). Versions 2.x and 3.x
hold lists (`bodies`, `headlines`, `descriptions`) of values with a `role` and a `contenttype`. Of several bodies the
one with the most text is the story; the others say the same in another form. `associations` are other items, never the
story. Names are read in any case, because from 3.1 on those of the standard are in camel case (`versionCreated`).
"""

from collections.abc import Iterator
from typing import Any, Final

from streams.formats.article import FeedArticle, Item, LeftOut, Status, read_embargo, read_status, read_version
from streams.formats.markup import count_text
from streams.formats.ninjs_source import objects_in, read_source, read_text

MARKS: Final = frozenset({"versioncreated", "pubstatus", "representationtype", "body_html", "body_text", "body_xhtml"})
"""Names that no other format that is read here uses."""

LISTS: Final = ("bodies", "headlines")
"""The same, where they are lists: Arc XP has an object `headlines`."""

CAMEL_CASE: Final = frozenset({"versionCreated", "firstCreated", "pubStatus", "representationType"})

READ_NAMES: Final = frozenset(
    {
        *(
            "standard",
            "type",
            "profile",
            "pubstatus",
            "version",
            "versioncreated",
            "urgency",
            "slugline",
            "byline",
            "by",
        ),
        *(
            "genre",
            "genres",
            "authors",
            "keywords",
            "subject",
            "subjects",
            "place",
            "places",
            "located",
            "renditions",
            "service",
        ),
        *("copyrightnotice", "copyrightholder", "usageterms", "embargoed", "embargo", "associations"),
    }
)
"""What is read beside the fields that an article's `origins` name."""

TEXT_TYPES: Final = frozenset({"text", "composite", ""})
"""`type` of items that carry a story; a composite does where it has a body of its own."""

_TEXTUAL: Final = ("text/", "application/xhtml", "application/nitf", "application/html", "application/vnd.iptc.nitf")
"""How the content types of bodies begin that hold text."""

JsonObject = dict[str, Any]


def is_ninjs(raw: JsonObject) -> bool:
    """Return whether an object has the marks of ninjs."""
    standard = raw.get("standard")
    if isinstance(standard, dict) and str(standard.get("name", "")).lower().endswith("ninjs"):
        return True
    names = {name.lower() for name in raw}
    if not MARKS.isdisjoint(names) or any(isinstance(raw.get(name), list) for name in LISTS):
        return True
    return "uri" in names and any(name.startswith(("body_", "headline_")) for name in names)


def read_ninjs(item: JsonObject) -> Item:
    """Return the article, or what was left out where the item is a picture, a video, an event or an empty package."""
    raw, name = _in_lower_case(item), _format(item)
    body_from, body = max(_bodies(raw), key=lambda each: count_text(each[1]), default=("", ""))
    kind = str(raw.get("type") or raw.get("profile") or "").lower()
    status = read_status(raw.get("pubstatus"))
    is_text = kind in TEXT_TYPES - {"composite"} or kind.startswith("text")
    if not body and not is_text and status is not Status.CANCELED:
        return LeftOut(kind, read_text(raw, "uri", "guid")[1])
    summary_from, summary = _described(raw, "description", "descriptions")
    if not body and summary:
        body_from, body = summary_from, summary
    title_from, title = _title(raw)
    id_from, given_id = read_text(raw, "uri", "guid")
    date_from, published_at = read_text(raw, "firstpublished", "firstcreated", "contentcreated", "versioncreated")
    publisher_from, publisher = _publisher(raw)
    return FeedArticle(
        format=name,
        body=body,
        title=title,
        id=given_id,
        url=read_text(raw, "url", "canonical", "link")[1],
        publisher=publisher,
        language=read_text(raw, "language")[1],
        published_at=published_at,
        version=read_version(raw.get("version")),
        versioned_at=read_text(raw, "versioncreated")[1],
        embargoed_until=read_embargo(raw.get("embargoed")) or read_embargo(raw.get("embargo")),
        status=status,
        source=read_source(raw, name),
        origins=_origins(
            item, body=body_from, title=title_from, id=id_from, published_at=date_from, publisher=publisher_from
        ),
    )


def _in_lower_case(value: Any) -> Any:  # noqa: ANN401  # any value of JSON
    """Return a value whose objects have their names in lower case; of two names that differ in case, the lower one."""
    match value:
        case dict():
            ordered = sorted(value.items(), key=lambda each: each[0].islower())
            return {name.lower(): _in_lower_case(member) for name, member in ordered}
        case list():
            return [_in_lower_case(member) for member in value]
        case _:
            return value


def _format(item: JsonObject) -> str:
    standard = item.get("standard")
    version = standard.get("version") if isinstance(standard, dict) else None
    if isinstance(version, str) and version:
        return f"ninjs {version}"
    if not CAMEL_CASE.isdisjoint(item):
        return "ninjs 3"
    return "ninjs 2" if any(isinstance(item.get(name), list) for name in LISTS) else "ninjs 1"


def _bodies(raw: JsonObject) -> Iterator[tuple[str, str]]:
    for place, each in enumerate(objects_in(raw.get("bodies"))):
        value, content_type = each.get("value"), str(each.get("contenttype") or "text/")
        if isinstance(value, str) and value.strip() and content_type.lower().startswith(_TEXTUAL):
            yield f"bodies[{place}]", value
    named = raw.get("bodies")
    for name, value in named.items() if isinstance(named, dict) else ():
        if isinstance(value, str) and value.strip():
            yield f"bodies[{name}]", value
    for name, value in raw.items():
        if name.startswith("body_") and isinstance(value, str) and value.strip():
            yield name, value


def _title(raw: JsonObject) -> tuple[str, str | None]:
    name, text = _described(raw, "headline", "headlines")
    return (name, text) if text else read_text(raw, "title", "name")


def _described(raw: JsonObject, name: str, plural: str) -> tuple[str, str | None]:
    """Return the main text of a list of 2.x, else the text of 1.x, with the name that it has."""
    listed = [
        each for each in objects_in(raw.get(plural)) if isinstance(each.get("value"), str) and each["value"].strip()
    ]
    if listed:
        best = next(
            (each for each in listed if str(each.get("role", "main")).rpartition(":")[2] in {"main", ""}), listed[0]
        )
        return f"{plural}[{listed.index(best)}]", best["value"].strip()
    names = (name, *(each for each in raw if each.startswith(f"{name}_")))
    return read_text(raw, *names)


def _publisher(raw: JsonObject) -> tuple[str, str | None]:
    for place, each in enumerate(objects_in(raw.get("infosources") or raw.get("infosource"))):
        name = each.get("name") or each.get("literal")
        if isinstance(name, str) and name.strip():
            return f"infosources[{place}]", name.strip()
    return read_text(raw, "provider", "source", "copyrightholder")


def _origins(item: JsonObject, **names: str) -> dict[str, str]:
    """Return the names of fields as the item writes them."""
    written = {name.lower(): name for name in item}
    return {field: _written(name, written) for field, name in names.items() if name}


def _written(name: str, written: dict[str, str]) -> str:
    base, bracket, rest = name.partition("[")
    return f"{written.get(base, base)}{bracket}{rest}"
