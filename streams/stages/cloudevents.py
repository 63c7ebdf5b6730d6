"""CloudEvents 1.0 on the way in, structured and binary mode, and the trace context that travels with a record.

Of an event only the data is the article. Its `id` and `time` name the event (the article was crawled, or corrected),
not the article, so they are no fallback for an article's id and date. Its `source` scopes the article's id where the
article says neither publisher nor address. A record that is no event is taken as it is.

Sources: CloudEvents 1.0.2 (core, JSON format, Kafka protocol binding, distributed tracing extension) and W3C Trace
Context.
"""

import base64
import re
from typing import NoReturn

import msgspec

from streams.records.origin import Headers
from streams.records.rejection import RejectReason
from streams.stages.strict_json import JsonObject, JsonValue, parse_object, reject

_ATTRIBUTE_PREFIX = "ce_"
_REQUIRED = ("id", "source", "type")
_VERSION = "1.0"
_STRUCTURED = "application/cloudevents+json"
_BATCHED = "application/cloudevents-batch"

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[ -~]{0,200})?")
_MEMBER = r"[ \t]*([a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{1,256})?[ \t]*"
_TRACESTATE = re.compile(rf"{_MEMBER}(,{_MEMBER}){{0,31}}")
_TRACESTATE_CHARS = 512
_TRACEPARENT_CHARS = 55
"""The length of version 00; only later versions may be longer."""


class Payload(msgspec.Struct, frozen=True):
    """The raw article in a record, who sent it as an event, and the trace context of the event."""

    article: JsonObject
    source: str | None = None
    trace: Headers = ()


def read_payload(value: bytes, headers: Headers, max_depth: int) -> Payload:
    """Return the raw article that a record's value holds, out of its event if it is in one.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent` for an event that breaks the specification, or one of those of `parse_object`.
    """
    content_type = _last(headers, "content-type").lower()
    if content_type.startswith(_BATCHED):
        _refuse("batches of events are not read: send one event in each record")
    if content_type.startswith(_STRUCTURED):
        return _structured(parse_object(value, max_depth), headers, max_depth)
    if any(name == "ce_specversion" for name, _ in headers):
        return _binary(value, headers, max_depth)
    raw = parse_object(value, max_depth)
    return _structured(raw, headers, max_depth) if _looks_structured(raw) else Payload(raw, None, _trace(headers))


def _binary(value: bytes, headers: Headers, max_depth: int) -> Payload:
    attributes: JsonObject = {
        name.removeprefix(_ATTRIBUTE_PREFIX): _text(content)
        for name, content in headers
        if name.startswith(_ATTRIBUTE_PREFIX)
    }
    source = _checked_source(attributes)
    return Payload(parse_object(value, max_depth), source, _trace(headers, attributes))


def _structured(event: JsonObject, headers: Headers, max_depth: int) -> Payload:
    source = _checked_source(event)
    return Payload(_data(event, max_depth), source, _trace(headers, event))


def _looks_structured(raw: JsonObject) -> bool:
    return "specversion" in raw and ("data" in raw or "data_base64" in raw) and all(name in raw for name in _REQUIRED)


def _checked_source(attributes: JsonObject) -> str:
    if attributes.get("specversion") != _VERSION:
        _refuse(f"specversion is {attributes.get('specversion')!r}, and {_VERSION!r} is read")
    for name in _REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            _refuse(f"the attribute {name!r} must be a text that is not empty")
    return str(attributes["source"])


def _data(event: JsonObject, max_depth: int) -> JsonObject:
    data, encoded = event.get("data"), event.get("data_base64")
    if data is not None and encoded is not None:
        _refuse("it has both data and data_base64")
    if encoded is not None:
        return parse_object(_decoded(encoded), max_depth)
    if data is None:
        reject(RejectReason.EMPTY_VALUE, "the event has no data: the article goes there")
    if not isinstance(data, dict):
        reject(RejectReason.NOT_AN_OBJECT, "the event's data is no JSON object: the article goes there")
    return data


def _decoded(encoded: JsonValue) -> bytes:
    try:
        return base64.b64decode(_string(encoded), validate=True)
    except ValueError as error:
        _refuse(f"data_base64 is not base 64: {error}", error)


def _refuse(what: str, cause: Exception | None = None) -> NoReturn:
    reject(RejectReason.NOT_A_CLOUDEVENT, f"the event cannot be read: {what}", cause)


def _trace(headers: Headers, attributes: JsonObject | None = None) -> Headers:
    """Return the trace context of the record's headers, else that of the event, where it is well-formed."""
    if not headers and attributes is None:
        return ()
    event = attributes or {}
    for parent, state in (
        (_last(headers, "traceparent"), _last(headers, "tracestate")),
        (_string(event.get("traceparent")), _string(event.get("tracestate"))),
    ):
        if _is_traceparent(parent):
            return (("traceparent", parent.encode()), *_tracestate(state))
    return ()


def _is_traceparent(text: str) -> bool:
    found = _TRACEPARENT.fullmatch(text)
    return found is not None and (len(text) == _TRACEPARENT_CHARS or not text.startswith("00"))


def _tracestate(text: str) -> Headers:
    if not text or len(text) > _TRACESTATE_CHARS or not _TRACESTATE.fullmatch(text):
        return ()
    return (("tracestate", text.encode()),)


def _last(headers: Headers, name: str) -> str:
    found = [content for header, content in headers if header.lower() == name]
    return _text(found[-1]) if found else ""


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="replace")


def _string(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
