"""CloudEvents 1.0 on the way in: the modes, attributes and data of an event, and the trace context of a record.

Of an event only the data is the article. Its `id` and `time` name the event (the article was crawled, or corrected),
not the article, so they are no fallback for an article's id and date. Its `source` scopes the article's id where the
article gives neither publisher nor address. Values are parsed by `payload`; nothing here reads JSON.

Sources: CloudEvents 1.0.2 (core, JSON format, Kafka protocol binding, distributed tracing extension) and W3C Trace
Context.
"""

import base64
import re
from enum import Enum, auto

from streams.records.origin import Headers
from streams.records.rejection import PayloadError, RejectReason, undecodable
from streams.stages.strict_json import JsonObject, JsonValue

_ATTRIBUTE_PREFIX = "ce_"
_REQUIRED = ("id", "source", "type")
_VERSION = "1.0"
_STRUCTURED = "application/cloudevents+json"
_BATCHED = "application/cloudevents-batch"

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[ -~]{0,200})?")
_MEMBER = r"[ \t]*+(?>([a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{1,256}+)?)[ \t]*+"
"""Spaces may precede, end and follow a value: possessive repeats and atomic groups divide them in one way only."""
_TRACESTATE = re.compile(rf"{_MEMBER}(,{_MEMBER}){{0,31}}")
_TRACESTATE_CHARS = 512
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
"""It names the encoding that the document had as bytes, which its text has no more."""

_TRACEPARENT_CHARS = 55
"""The length of version 00; only later versions may be longer."""


class Mode(Enum):
    """How the headers of a record announce an event: attributes in headers, or the event as the value."""

    BINARY = auto()
    STRUCTURED = auto()


def announced_mode(headers: Headers) -> Mode | None:
    """Return the mode that the headers announce, or None where they announce no event.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent` for a batch of events.
    """
    content_type = _last(headers, "content-type").lower()
    if content_type.startswith(_BATCHED):
        raise _fault("batches of events are not supported: send one event in each record")
    if content_type.startswith(_STRUCTURED):
        return Mode.STRUCTURED
    return Mode.BINARY if any(name == "ce_specversion" for name, _ in headers) else None


def is_structured(raw: JsonObject) -> bool:
    """Return whether an object that no header announces is an event: it has data and every required attribute."""
    return "specversion" in raw and ("data" in raw or "data_base64" in raw) and all(name in raw for name in _REQUIRED)


def header_attributes(headers: Headers) -> JsonObject:
    """Return the attributes of an event in binary mode."""
    return {
        name.removeprefix(_ATTRIBUTE_PREFIX): _text(content)
        for name, content in headers
        if name.startswith(_ATTRIBUTE_PREFIX)
    }


def source_of(attributes: JsonObject) -> str:
    """Return the source of an event whose version and required attributes are valid.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent` where one of them is not.
    """
    if attributes.get("specversion") != _VERSION:
        raise _fault(f"specversion is {attributes.get('specversion')!r}, and only {_VERSION!r} is supported")
    for name in _REQUIRED:
        if not isinstance(attributes.get(name), str) or not attributes[name]:
            raise _fault(f"the attribute {name!r} must be non-empty text")
    return str(attributes["source"])


def data_of(event: JsonObject) -> JsonObject | bytes:
    """Return the data of an event in structured mode: an object, or the bytes of what came as base 64 or as text.

    Text is what the event's `datacontenttype` calls XML or text; without that attribute the data is JSON.

    Raises
    ------
    PayloadError
        With reason `not_a_cloudevent`, `empty_value` or `not_an_object`.
    """
    data, encoded = event.get("data"), event.get("data_base64")
    if data is not None and encoded is not None:
        raise _fault("it has both data and data_base64")
    if encoded is not None:
        return _decoded(encoded)
    if data is None:
        raise undecodable(RejectReason.EMPTY_VALUE, "the event has no data: put the article there")
    if isinstance(data, str) and data.strip() and _is_text(event.get("datacontenttype")):
        return _XML_DECLARATION.sub("", data).encode()
    if not isinstance(data, dict):
        raise undecodable(RejectReason.NOT_AN_OBJECT, "the event's data is not a JSON object: put the article there")
    return data


def trace_context(headers: Headers, attributes: JsonObject | None = None) -> Headers:
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


def _decoded(encoded: JsonValue) -> bytes:
    try:
        return base64.b64decode(_string(encoded), validate=True)
    except ValueError as error:
        raise _fault(f"data_base64 is not base 64: {error}") from error


def _is_text(content_type: JsonValue) -> bool:
    kind = _string(content_type).partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("/xml", "+xml"))


def _fault(what: str) -> PayloadError:
    return undecodable(RejectReason.NOT_A_CLOUDEVENT, f"the event cannot be read: {what}")


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
