"""The payload of a record: the one article in its value, taken out of the CloudEvent and the format that it came in.

    JSON object                    the article, or what `streams.formats` finds in it
    XML, wire text                 the one article that `streams.formats` finds in it
    an envelope of several         PayloadError `several_articles`: files are split by `copytaster produce`

An article of a known format is given in this project's own field names; names that its format does not define are read
as in any other object.
"""

from collections.abc import Sequence

import msgspec

from streams.formats import recognition
from streams.formats.article import FeedArticle, Item, LeftOut
from streams.formats.wire_text import decode_wire_text, read_wire_text, split_stories
from streams.records.origin import Headers
from streams.records.rejection import RejectReason, undecodable
from streams.stages import cloudevents
from streams.stages.strict_json import JsonObject, parse_object


class Payload(msgspec.Struct, frozen=True):
    """The raw article of a record, the source of the event that it came in, and the trace context to pass on.

    `feed` is the article as its format states it, None for an object in the field names of `shapes`.
    """

    article: JsonObject
    source: str | None = None
    trace: Headers = ()
    feed: FeedArticle | None = None


def read_payload(value: bytes, headers: Headers, max_depth: int) -> Payload:
    """Return the payload of a record's value.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent` for an event that breaks the specification, `several_articles` or
        `unknown_format` for what is not one article, or one of those of `parse_object` and `parse_xml`.

    Examples
    --------
    >>> read_payload(b'{"body": "Rain fell."}', (), max_depth=8).article
    {'body': 'Rain fell.'}
    """
    match cloudevents.announced_mode(headers):
        case cloudevents.Mode.BINARY:
            attributes = cloudevents.header_attributes(headers)
            source = cloudevents.source_of(attributes)
            return _payload(_parse(value, max_depth), source, cloudevents.trace_context(headers, attributes))
        case cloudevents.Mode.STRUCTURED:
            return _from_event(parse_object(value, max_depth), headers, max_depth)
        case None:
            raw = _parse(value, max_depth)
            if isinstance(raw, dict) and cloudevents.is_structured(raw):
                return _from_event(raw, headers, max_depth)
            return _payload(raw, None, cloudevents.trace_context(headers))


def _from_event(event: JsonObject, headers: Headers, max_depth: int) -> Payload:
    source, data = cloudevents.source_of(event), cloudevents.data_of(event)
    parsed = _parse(data, max_depth) if isinstance(data, bytes) else data
    return _payload(parsed, source, cloudevents.trace_context(headers, event))


def _parse(value: bytes, max_depth: int) -> JsonObject | list[Item]:
    """Return the object of a value in JSON, the items of one in XML or wire text."""
    if recognition.is_xml(value):
        return recognition.read_xml_items(value)
    if recognition.is_wire_text(value):
        return [read_wire_text(story) for story in split_stories(decode_wire_text(value))]
    return parse_object(value, max_depth)


def _payload(parsed: JsonObject | list[Item], source: str | None, trace: Headers) -> Payload:
    found = _only(parsed if isinstance(parsed, list) else recognition.read_json_items(parsed))
    if not isinstance(found, FeedArticle):
        return Payload(found, source, trace)
    # The object of an item is what its format and other programs wrote into it; that of an envelope is not.
    others = parsed if isinstance(parsed, dict) and recognition.is_item(parsed) else {}
    return Payload(others | own_names(found), source, trace, found)


def own_names(item: FeedArticle) -> JsonObject:
    """Return the fields of an article in this project's own names, without those that are absent."""
    named: JsonObject = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "body": item.body or None,
        "publisher": item.publisher,
        "published_at": item.published_at,
        "versioned_at": item.versioned_at,
        "language": item.language,
    }
    return {name: value for name, value in named.items() if value is not None}


def _only(items: Sequence[Item | JsonObject]) -> FeedArticle | JsonObject:
    articles = [item for item in items if not isinstance(item, LeftOut)]
    if len(articles) == 1:
        return articles[0]
    if articles:
        raise undecodable(
            RejectReason.SEVERAL_ARTICLES,
            f"the value has {len(articles)} articles: send one in each record, or the file to `copytaster produce`",
        )
    kinds = ", ".join(sorted({item.kind for item in items if isinstance(item, LeftOut)}))
    if not kinds:
        raise undecodable(RejectReason.EMPTY_VALUE, "the envelope in the value is empty: send one article")
    raise undecodable(
        RejectReason.UNKNOWN_FORMAT, f"the item is no article, its kind is {kinds!r}: send the articles alone"
    )
