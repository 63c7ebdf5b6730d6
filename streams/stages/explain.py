"""Explain: what becomes of a raw record and why, without a model: the dry run of `copytaster check`."""

from typing import Literal

import msgspec

from streams.formats.article import FeedArticle
from streams.formats.ninjs import READ_NAMES
from streams.records.article import DecodedArticle, Note, Source, Withdrawal
from streams.records.origin import RawRecord
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.settings.schema import LimitsSettings
from streams.stages.dates import received_at
from streams.stages.decode import Decoder
from streams.stages.field_reader import FieldReader
from streams.stages.payload import Payload, own_names, read_payload
from streams.stages.shapes import FIELDS, SOURCE
from streams.stages.source import format_of
from streams.stages.story import StoryCleaner

_SHOWN_CHARS = 80


class FieldOrigin(msgspec.Struct, frozen=True):
    """A value that was read: the name that it has in the value, its length, and how it begins."""

    field: str
    name: str
    chars: int
    begins: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one raw record.

    `outcome` is what the worker would do, short of a fault of the models; `stage`, `reason` and `message` are those of
    a rejection, `withdraws` is the id of an article that is withdrawn. `text_chars` counts the cleaned text.
    `ignored` are the fields that nothing reads.
    """

    place: str
    outcome: Literal["tagged", "rejected", "withdrawn"]
    format: str | None = None
    fields: tuple[FieldOrigin, ...] = ()
    ignored: tuple[str, ...] = ()
    source: Source | None = None
    notes: tuple[Note, ...] = ()
    text_chars: int | None = None
    withdraws: str | None = None
    stage: Stage | None = None
    reason: RejectReason | None = None
    message: str | None = None


def explain(record: RawRecord, decoder: Decoder, cleaner: StoryCleaner) -> Explanation:
    """Return what becomes of a record; its place is the topic of its origin."""
    known = _fields(record, cleaner.limits)
    try:
        decoded = decoder.decode(record)
        chars = len(cleaner.story_of(decoded).text) if isinstance(decoded, DecodedArticle) else None
    except PayloadError as error:
        return msgspec.structs.replace(
            known, outcome="rejected", stage=error.stage, reason=error.reason, message=str(error)
        )
    if isinstance(decoded, Withdrawal):
        return msgspec.structs.replace(known, outcome="withdrawn", withdraws=decoded.article_id)
    return msgspec.structs.replace(known, notes=decoded.notes, source=decoded.source, text_chars=chars)


def _fields(record: RawRecord, limits: LimitsSettings) -> Explanation:
    """Return what was read of a record, nothing where its value cannot be parsed."""
    empty = Explanation(place=record.origin.topic, outcome="tagged")
    if record.value is None or len(record.value) > limits.max_record_bytes:
        return empty
    try:
        payload = read_payload(record.value, record.headers, limits.max_depth)
    except PayloadError:
        return empty
    reader = FieldReader(payload.article, limits, received_at(record))
    origins = tuple(_origins(payload, reader))
    noted = {name for note in reader.notes for name in FIELDS[note.field]}
    return msgspec.structs.replace(
        empty,
        format=format_of(payload),
        fields=origins,
        ignored=_ignored(payload, {each.name.partition("[")[0].partition(".")[0] for each in origins} | noted),
    )


def _origins(payload: Payload, reader: FieldReader) -> list[FieldOrigin]:
    readings = {
        "body": reader.body,
        "title": reader.title,
        "id": reader.given_id,
        "url": reader.url,
        "publisher": reader.publisher,
        "published_at": reader.published_at,
        "versioned_at": reader.versioned_at,
        "language": reader.language,
    }
    origins = []
    for field, read in readings.items():
        try:
            value = read()
        except PayloadError:  # the decoder reports it
            continue
        if value is not None and (name := reader.names.get(field)):
            text = str(value)
            begins = " ".join(text[: 2 * _SHOWN_CHARS].split())[:_SHOWN_CHARS]
            origins.append(FieldOrigin(field, _name(payload.feed, field, name), len(text), begins))
    return origins


def _name(feed: FeedArticle | None, field: str, name: str) -> str:
    return feed.origins.get(field, name) if feed else name


def _ignored(payload: Payload, used: set[str]) -> tuple[str, ...]:
    if payload.feed is None:
        known = used | {name for names in SOURCE.values() for name in names} | {"version"}
        return tuple(name for name in payload.article if name not in known)
    known = used | READ_NAMES | set(own_names(payload.feed)) | set(FIELDS["url"])
    return tuple(name for name in payload.article if not {name, name.lower()} & known)
