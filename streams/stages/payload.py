"""The payload of a record: its value parsed, and the raw article taken out of the CloudEvent that it may be in."""

import msgspec

from streams.records.origin import Headers
from streams.stages import cloudevents
from streams.stages.strict_json import JsonObject, parse_object


class Payload(msgspec.Struct, frozen=True):
    """The raw article of a record, the source of the event that it came in, and the trace context to pass on."""

    article: JsonObject
    source: str | None = None
    trace: Headers = ()


def read_payload(value: bytes, headers: Headers, max_depth: int) -> Payload:
    """Return the payload of a record's value.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent` for an event that breaks the specification, or one of those of `parse_object`.

    Examples
    --------
    >>> read_payload(b'{"body": "Rain fell."}', (), max_depth=8).article
    {'body': 'Rain fell.'}
    """
    match cloudevents.announced_mode(headers):
        case cloudevents.Mode.BINARY:
            attributes = cloudevents.header_attributes(headers)
            source = cloudevents.source_of(attributes)
            return Payload(parse_object(value, max_depth), source, cloudevents.trace_context(headers, attributes))
        case cloudevents.Mode.STRUCTURED:
            return _from_event(parse_object(value, max_depth), headers, max_depth)
        case None:
            raw = parse_object(value, max_depth)
            if cloudevents.is_structured(raw):
                return _from_event(raw, headers, max_depth)
            return Payload(raw, None, cloudevents.trace_context(headers))


def _from_event(event: JsonObject, headers: Headers, max_depth: int) -> Payload:
    source, data = cloudevents.source_of(event), cloudevents.data_of(event)
    article = parse_object(data, max_depth) if isinstance(data, bytes) else data
    return Payload(article, source, cloudevents.trace_context(headers, event))
