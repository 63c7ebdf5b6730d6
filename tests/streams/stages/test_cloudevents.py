"""The grammar of the trace context, and the modes and attributes of events."""

import pytest

from streams.records.origin import Headers
from streams.records.rejection import PayloadError, RejectReason
from streams.stages.cloudevents import Mode, announced_mode, data_of, is_structured, trace_context
from streams.stages.strict_json import JsonObject

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("headers", "mode"),
    [
        ((), None),
        ((("content-type", b"application/json"),), None),
        ((("ce_specversion", b"1.0"),), Mode.BINARY),
        ((("Content-Type", b"application/cloudevents+json; charset=UTF-8"),), Mode.STRUCTURED),
    ],
    ids=["no header", "plain JSON", "binary", "structured"],
)
def test_headers_announce_the_mode_of_an_event(headers: Headers, mode: Mode | None) -> None:
    """Headers announce an event in binary or structured mode, or no event."""
    assert announced_mode(headers) is mode


def test_a_batch_of_events_is_rejected() -> None:
    """A record that announces a batch of events is rejected as no CloudEvent."""
    with pytest.raises(PayloadError) as caught:
        announced_mode((("content-type", b"application/cloudevents-batch+json"),))
    assert caught.value.reason is RejectReason.NOT_A_CLOUDEVENT


def test_an_object_is_an_event_with_every_required_attribute() -> None:
    """An object that no header announces is an event only with data and all required attributes."""
    event: JsonObject = {"specversion": "1.0", "id": "1", "source": "/crawler", "type": "t", "data": {}}
    assert is_structured(dict(event))
    assert not any(is_structured({name: event[name] for name in event if name != left}) for left in event)


def test_data_in_base_64_is_left_to_the_parser() -> None:
    """Data that came as base 64 is returned as the bytes that it encodes."""
    assert data_of({"data_base64": "e30="}) == b"{}"


def test_the_state_travels_with_its_parent() -> None:
    """A well-formed `tracestate` is kept beside its `traceparent`."""
    headers: Headers = (("traceparent", PARENT.encode()), ("tracestate", b"rojo=00f067, congo=t61"))
    assert trace_context(headers) == headers


@pytest.mark.parametrize(
    "parent",
    [
        "",
        PARENT.upper(),
        PARENT + "-00",
        PARENT + "\n",
        "ff" + PARENT[2:],
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        "00-0af7-b7ad-01",
    ],
)
def test_a_malformed_trace_parent_is_dropped(parent: str) -> None:
    """What breaks the grammar of W3C Trace Context is not passed on, and its state neither."""
    assert trace_context((("traceparent", parent.encode()), ("tracestate", b"a=b"))) == ()


def test_a_later_version_of_the_trace_context_may_be_longer() -> None:
    """A version that is not 00 may hold more fields."""
    parent = b"01" + PARENT[2:].encode() + b"-what-comes"
    assert trace_context((("traceparent", parent),)) == (("traceparent", parent),)


@pytest.mark.parametrize(
    "state",
    [
        b"A=b",
        b"a",
        b"a=b;c=\xff",
        b"a=" + b"b" * 600,
        b",".join([b"a=b"] * 33),
        pytest.param(b"  ," * 31 + b"\xff", id="spaces"),
        pytest.param(b"a=b  ," * 31 + b"\xff", id="values-and-spaces"),
    ],
)
def test_a_malformed_state_is_dropped_alone(state: bytes) -> None:
    """A broken `tracestate` does not cost the `traceparent`."""
    assert trace_context((("traceparent", PARENT.encode()), ("tracestate", state))) == (
        ("traceparent", PARENT.encode()),
    )
