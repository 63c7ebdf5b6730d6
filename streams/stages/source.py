"""Source: what the feed said of an article beyond its text, bounded.

A format of the news industry states it by its own names (`FeedArticle.source`), other objects by those of
`shapes.SOURCE`. Values stay as they are written: nothing downstream depends on them.
"""

from collections.abc import Iterator, Mapping

import msgspec

from streams.formats.article import SOURCE_FIELDS, read_embargo
from streams.records.article import Source
from streams.stages.payload import Payload
from streams.stages.shapes import PROGRAMS, SOURCE
from streams.stages.strict_json import JsonObject, JsonValue

MAX_SOURCE_BYTES = 4096
"""Enough for the metadata of every sample that was read; a feed that repeats its text there makes no record double."""

_MAX_TEXT_CHARS = 500
_NAMES = ("name", "term", "title", "label")
"""Where an author, a keyword or a section that is an object has its name."""

_EMPTY_BYTES = len(msgspec.json.encode(Source()))
_EMBARGO_NAMES = frozenset(SOURCE["embargoed_until"])
_ALL_NAMES = frozenset(name for names in SOURCE.values() for name in names)
"""Most articles of scrapers have none of these names, and need not be asked for each."""

_ONE_TEXT = frozenset({"format", "urgency", "slugline", "image_url", "rights", "usage_terms", "embargoed_until"})


def read_source(payload: Payload) -> Source | None:
    """Return what the feed said, None where it said nothing."""
    said = dict(_read_names(payload.article) if payload.feed is None else payload.feed.source)
    kept = dict(_bounded({**said, "format": format_of(payload), "embargoed_until": embargo_of(payload)}))
    return msgspec.convert(kept, Source, strict=False) if kept else None


def format_of(payload: Payload) -> str | None:
    """Return the format of an article, None where it has only our own names, or those of no program in particular."""
    if payload.feed is not None:
        return payload.feed.format
    stated = payload.article.get(SOURCE["format"][0])
    if isinstance(stated, str) and stated.strip():
        return stated
    names = payload.article.keys()
    return next((program for program, marks in PROGRAMS.items() if any(mark <= names for mark in marks)), None)


def embargo_of(payload: Payload) -> str | None:
    """Return the end of the embargo as it is written, None where there is none."""
    if payload.feed is not None:
        return payload.feed.embargoed_until
    if payload.article.keys().isdisjoint(_EMBARGO_NAMES):
        return None
    values = (read_embargo(payload.article.get(name)) for name in SOURCE["embargoed_until"])
    return next((value for value in values if value), None)


def _read_names(raw: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    if raw.keys().isdisjoint(_ALL_NAMES):
        return
    for field, names in SOURCE.items():
        value = next((raw[name] for name in names if raw.get(name)), None)
        if value is not None:
            yield field, value


def _bounded(stated: Mapping[str, object]) -> Iterator[tuple[str, str | list[str]]]:
    """Yield the fields in the order of a record, as long as there is room."""
    room = MAX_SOURCE_BYTES - _EMPTY_BYTES
    if not any(stated.values()):
        return
    for field in SOURCE_FIELDS:
        kept: list[str] = []
        value = stated.get(field)
        for text in () if value is None else _texts(value):
            room -= len(msgspec.json.encode(text)) + len(b",")
            if room < 0:
                break
            kept.append(text)
        if kept:
            yield field, kept[0] if field in _ONE_TEXT else kept
        room -= len(b"[]")


def _texts(value: object) -> list[str]:
    match value:
        case str() if value.strip():
            return [value.strip()[:_MAX_TEXT_CHARS]]
        case bool() | None:
            return []
        case int() | float():
            return [str(value)]
        case list():
            return list(dict.fromkeys(text for each in value for text in _texts(each) if not isinstance(each, list)))
        case dict():
            return next((texts for name in _NAMES if (texts := _texts(value.get(name)))), [])
        case _:
            return []
