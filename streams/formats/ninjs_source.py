"""What an item of ninjs says beyond its text: people, places, subjects and rights."""

from typing import Any

from streams.formats.article import SourceValue, from_fields
from streams.formats.subjects import is_country, subject_of

JsonObject = dict[str, Any]


def read_source(raw: JsonObject, format_name: str) -> dict[str, SourceValue]:
    """Return what an item says beyond its text; its names are in lower case."""
    subjects = [*objects_in(raw.get("subjects")), *objects_in(raw.get("subject"))]
    places = [*objects_in(raw.get("places")), *objects_in(raw.get("place"))]
    authors = [each.get("name") for each in objects_in(raw.get("authors"))]
    genres = [*objects_in(raw.get("genres")), *objects_in(raw.get("genre"))]
    return from_fields(
        (
            ("format", format_name),
            ("urgency", raw.get("urgency")),
            ("genre", [each.get("name") for each in genres] or raw.get("genre")),
            ("slugline", raw.get("slugline")),
            ("section", [each.get("name") for each in objects_in(raw.get("service"))]),
            ("authors", authors or read_text(raw, "byline", "by")[1]),
            ("keywords", raw.get("keywords")),
            ("subjects", [_subject(each) for each in subjects]),
            ("image_url", _image(raw)),
            ("country", [_country(each) for each in places]),
            ("place", [each.get("name") for each in places] or raw.get("located")),
            ("rights", read_text(raw, "copyrightnotice", "copyrightholder")[1]),
            ("usage_terms", raw.get("usageterms")),
            ("embargoed_until", read_text(raw, "embargoed", "embargo")[1]),
        )
    )


def _subject(subject: JsonObject) -> str | None:
    codes = [subject.get(name) for name in ("code", "qcode", "uri", "literal")]
    return subject_of(subject.get("name"), *codes, scheme=subject.get("scheme"))


def _country(place: JsonObject) -> str | None:
    """Return the country that a place is or lies in: in Superdesk's dialect it names one, at the AP it has a type."""
    stated, name, kind = place.get("country"), place.get("name"), place.get("locationtype")
    if isinstance(stated, str) and stated.strip():
        return stated
    is_nation = isinstance(kind, dict) and kind.get("name") == "Nation"
    if is_nation or is_country(*(place.get(each) for each in ("scheme", "uri", "code", "qcode", "type"))):
        return name if isinstance(name, str) else None
    return None


def _image(raw: JsonObject) -> str | None:
    associations = raw.get("associations")
    listed = associations.values() if isinstance(associations, dict) else objects_in(associations)
    for each in (raw, *listed):
        renditions = each.get("renditions") if isinstance(each, dict) else None
        for rendition in renditions.values() if isinstance(renditions, dict) else objects_in(renditions):
            href = rendition.get("href") if isinstance(rendition, dict) else None
            kind = str(rendition.get("mimetype") or rendition.get("contenttype") or "") if href else ""
            if isinstance(href, str) and kind.startswith("image/"):
                return href
    return None


def read_text(raw: JsonObject, *names: str) -> tuple[str, str | None]:
    """Return the first of these names that has a text, and the text."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and value.strip():
            return name, value.strip()
    return "", None


def objects_in(value: object) -> list[JsonObject]:
    """Return the objects of a list, none where the value is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
