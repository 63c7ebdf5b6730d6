"""ninjs, the JSON format of the IPTC: versions 1.x, 2.x and 3.x, and the dialect that Superdesk publishes.

Versions 1.x name a body by its type (`body_text`, `body_html`, `body_xhtml`, with any suffix). Versions 2.x and 3.x
hold lists (`bodies`, `headlines`, `descriptions`) of values with a `role` and a `contenttype`. Of several bodies the
one with the most text is the story; the others say the same in another form. `associations` are other items, never the
story.
"""

from collections.abc import Iterator
from typing import Any, Final

from streams.formats.article import FeedArticle, Item, LeftOut, Status, from_fields, read_status, read_version
from streams.formats.markup import count_text

_MARKS: Final = frozenset({"versioncreated", "pubstatus", "representationtype", "body_html", "body_text", "body_xhtml"})
"""Names that no other format that is read here uses."""

_LISTS: Final = ("bodies", "headlines")
"""The same, where they are lists: Arc XP has an object `headlines`."""

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

_TEXT_TYPES: Final = frozenset({"text", "composite", ""})
"""`type` of items that carry a story; a composite does where it has a body of its own."""

_TEXTUAL: Final = ("text/", "application/xhtml", "application/nitf", "application/html", "application/vnd.iptc.nitf")
"""How the content types of bodies begin that hold text."""

JsonObject = dict[str, Any]


def is_ninjs(raw: JsonObject) -> bool:
    """Return whether an object has the marks of ninjs."""
    standard = raw.get("standard")
    if isinstance(standard, dict) and str(standard.get("name", "")).lower() == "ninjs":
        return True
    if not _MARKS.isdisjoint(raw) or any(isinstance(raw.get(name), list) for name in _LISTS):
        return True
    return "uri" in raw and any(name.startswith(("body_", "headline_")) for name in raw)


def read_ninjs(raw: JsonObject) -> Item:
    """Return the article, or what was left out where the item is a picture, a video, an event or an empty package."""
    body_from, body = max(_bodies(raw), key=lambda each: count_text(each[1]), default=("", ""))
    kind = str(raw.get("type") or raw.get("profile") or "").lower()
    status = read_status(raw.get("pubstatus"))
    is_text = kind in _TEXT_TYPES - {"composite"} or kind.startswith("text")
    if not body and not is_text and status is not Status.CANCELED:
        return LeftOut(kind, _text(raw, "uri", "guid")[1])
    summary_from, summary = _described(raw, "description", "descriptions")
    if not body and summary:
        body_from, body = summary_from, summary
    title_from, title = _title(raw)
    id_from, given_id = _text(raw, "uri", "guid")
    date_from, published_at = _text(raw, "firstpublished", "firstcreated", "contentcreated", "versioncreated")
    publisher_from, publisher = _publisher(raw)
    return FeedArticle(
        format=_format(raw),
        body=body,
        title=title,
        id=given_id,
        url=_text(raw, "url", "canonical", "link")[1],
        publisher=publisher,
        language=_text(raw, "language")[1],
        published_at=published_at,
        version=read_version(raw.get("version")),
        versioned_at=_text(raw, "versioncreated")[1],
        embargoed_until=_text(raw, "embargoed", "embargo")[1],
        status=status,
        source=_source(raw),
        origins=_origins(
            body=body_from, title=title_from, id=id_from, published_at=date_from, publisher=publisher_from
        ),
    )


def _format(raw: JsonObject) -> str:
    standard = raw.get("standard")
    version = standard.get("version") if isinstance(standard, dict) else None
    if isinstance(version, str) and version:
        return f"ninjs {version}"
    return "ninjs 2" if isinstance(raw.get("bodies") or raw.get("headlines"), list) else "ninjs 1"


def _bodies(raw: JsonObject) -> Iterator[tuple[str, str]]:
    for place, each in enumerate(_objects(raw.get("bodies"))):
        value, content_type = each.get("value"), str(each.get("contenttype") or "text/")
        if isinstance(value, str) and value.strip() and content_type.lower().startswith(_TEXTUAL):
            yield f"bodies[{place}]", value
    for name, value in raw.items():
        if name.startswith("body_") and isinstance(value, str) and value.strip():
            yield name, value


def _title(raw: JsonObject) -> tuple[str, str | None]:
    name, text = _described(raw, "headline", "headlines")
    return (name, text) if text else _text(raw, "title", "name")


def _described(raw: JsonObject, name: str, plural: str) -> tuple[str, str | None]:
    """Return the main text of a list of 2.x, else the text of 1.x, with the name that it has."""
    listed = [
        each for each in _objects(raw.get(plural)) if isinstance(each.get("value"), str) and each["value"].strip()
    ]
    if listed:
        best = next(
            (each for each in listed if str(each.get("role", "main")).rpartition(":")[2] in {"main", ""}), listed[0]
        )
        return f"{plural}[{listed.index(best)}]", best["value"].strip()
    names = (name, *(each for each in raw if each.startswith(f"{name}_")))
    return _text(raw, *names)


def _publisher(raw: JsonObject) -> tuple[str, str | None]:
    for place, each in enumerate(_objects(raw.get("infosources") or raw.get("infosource"))):
        name = each.get("name") or each.get("literal")
        if isinstance(name, str) and name.strip():
            return f"infosources[{place}]", name.strip()
    return _text(raw, "provider", "source", "copyrightholder")


def _source(raw: JsonObject) -> dict[str, Any]:
    subjects = [*_objects(raw.get("subjects")), *_objects(raw.get("subject"))]
    places = [*_objects(raw.get("places")), *_objects(raw.get("place"))]
    authors = [each.get("name") for each in _objects(raw.get("authors"))]
    genres = [*_objects(raw.get("genres")), *_objects(raw.get("genre"))]
    return from_fields(
        (
            ("format", _format(raw)),
            ("urgency", raw.get("urgency")),
            ("genre", [each.get("name") for each in genres] or raw.get("genre")),
            ("slugline", raw.get("slugline")),
            ("section", [each.get("name") for each in _objects(raw.get("service"))]),
            ("authors", authors or _text(raw, "byline", "by")[1]),
            ("keywords", raw.get("keywords")),
            ("subjects", [_subject(each) for each in subjects]),
            ("image_url", _image(raw)),
            ("place", [each.get("name") for each in places] or raw.get("located")),
            ("rights", _text(raw, "copyrightnotice", "copyrightholder")[1]),
            ("usage_terms", raw.get("usageterms")),
            ("embargoed_until", _text(raw, "embargoed", "embargo")[1]),
        )
    )


def _subject(subject: JsonObject) -> str | None:
    """Return a subject's IPTC id where it has one, else its name."""
    code = str(subject.get("code") or subject.get("qcode") or subject.get("uri") or subject.get("literal") or "")
    scheme = str(subject.get("scheme") or "")
    digits = code.rpartition("/")[2].rpartition(":")[2]
    if digits.isdecimal() and ("medtop" in code + scheme or "mediatopic" in code + scheme):
        return f"medtop:{digits}"
    name = subject.get("name")
    return name if isinstance(name, str) else code or None


def _image(raw: JsonObject) -> str | None:
    associations = raw.get("associations")
    listed = associations.values() if isinstance(associations, dict) else _objects(associations)
    for each in (raw, *listed):
        renditions = each.get("renditions") if isinstance(each, dict) else None
        for rendition in renditions.values() if isinstance(renditions, dict) else _objects(renditions):
            href = rendition.get("href") if isinstance(rendition, dict) else None
            kind = str(rendition.get("mimetype") or rendition.get("contenttype") or "") if href else ""
            if isinstance(href, str) and kind.startswith("image/"):
                return href
    return None


def _text(raw: JsonObject, *names: str) -> tuple[str, str | None]:
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and value.strip():
            return name, value.strip()
    return "", None


def _objects(value: object) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _origins(**names: str) -> dict[str, str]:
    return {field: name for field, name in names.items() if name}
