"""The article in a record's value, as it is or in a CloudEvent."""

import base64
import json

import pytest

from streams.records.origin import Headers
from streams.records.rejection import PayloadError, RejectReason
from streams.stages.payload import Payload, read_payload
from streams.stages.strict_json import JsonObject

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER_PARENT = "00-11111111111111111111111111111111-2222222222222222-00"
ARTICLE: JsonObject = {"body": "Rain fell."}
EVENT: JsonObject = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "https://crawler.example.org/feeds",
    "type": "org.example.article",
    "time": "2021-03-23T10:15:00Z",
    "data": ARTICLE,
}
BINARY: Headers = (
    ("ce_specversion", b"1.0"),
    ("ce_id", b"e-1"),
    ("ce_source", b"/crawler"),
    ("ce_type", b"org.example.article"),
    ("content-type", b"application/json"),
)
STRUCTURED: Headers = (("Content-Type", b"application/cloudevents+json; charset=UTF-8"),)


def read(value: object, headers: Headers = ()) -> Payload:
    """Return the payload of a record whose value is this JSON."""
    return read_payload(json.dumps(value).encode(), headers, max_depth=16)


def reason_of(value: object, headers: Headers = ()) -> RejectReason:
    """Return the reason for which a record is rejected."""
    with pytest.raises(PayloadError) as caught:
        read(value, headers)
    return caught.value.reason


def without(event: JsonObject, name: str) -> JsonObject:
    """Return an event that lacks one attribute."""
    return {key: value for key, value in event.items() if key != name}


def test_a_record_that_is_no_event_is_the_article() -> None:
    """A plain record is taken as it is."""
    assert read(ARTICLE) == Payload(ARTICLE)


@pytest.mark.parametrize("headers", [STRUCTURED, ()], ids=["announced", "recognised"])
def test_a_structured_event_holds_the_article(headers: Headers) -> None:
    """The data of a structured event is the article, whether or not a header announces the event."""
    assert read(EVENT, headers) == Payload(ARTICLE, "https://crawler.example.org/feeds")


def test_the_data_of_a_structured_event_may_be_base_64() -> None:
    """An event may hold the article as base 64 of its JSON."""
    encoded = base64.b64encode(json.dumps(ARTICLE).encode()).decode()
    assert read(without(EVENT, "data") | {"data_base64": encoded}).article == ARTICLE


def test_a_binary_event_has_the_article_as_its_value() -> None:
    """In binary mode the attributes are headers and the value is the article."""
    assert read(ARTICLE, BINARY) == Payload(ARTICLE, "/crawler")


XML = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<nitf><body><body.head><hedline><hl1>F\xe4hre</hl1></hedline></body.head><body.content><p>Rain.</p></body.content></body></nitf>
"""
WIRE = b"eca062 4 i 211 nwire nw 061\n\nFerry/\nFerry stops =\n\n   The ferry stops.\n"


@pytest.mark.parametrize("headers", [(), BINARY], ids=["plain", "binary event"])
@pytest.mark.parametrize(("value", "title"), [(XML, "Fähre"), (WIRE, "Ferry stops")], ids=["XML", "wire text"])
def test_a_value_may_be_xml_or_wire_text(value: bytes, title: str, headers: Headers) -> None:
    """A value that is no JSON is known by how it begins, and its fields get this project's names."""
    assert read_payload(value, headers, max_depth=16).article["title"] == title


@pytest.mark.parametrize(
    ("value", "kind"), [(XML, "application/xml"), (XML, "text/xml; charset=utf-8"), (WIRE, "text/plain")]
)
def test_a_structured_event_may_hold_text(value: bytes, kind: str) -> None:
    """Data that is text is read where the event's content type calls it XML or text."""
    text = value.decode("iso-8859-1")
    assert read(EVENT | {"datacontenttype": kind, "data": text}).article["title"] in {"Fähre", "Ferry stops"}


ITEM = {"id": "1", "title": "One", "content_text": "Rain fell."}
FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": [ITEM]}


def test_an_envelope_of_one_is_read() -> None:
    """A document with one item is that article."""
    assert read(FEED).article == {"id": "1", "title": "One", "body": "Rain fell.", "publisher": "Feed"}


@pytest.mark.parametrize(
    ("value", "reason", "words"),
    [
        (FEED | {"items": [ITEM, ITEM]}, RejectReason.SEVERAL_ARTICLES, "2 articles.*copytaster produce"),
        (FEED | {"items": []}, RejectReason.EMPTY_VALUE, "empty"),
        ({"type": "picture", "versioncreated": "2023", "headline": "A ship"}, RejectReason.UNKNOWN_FORMAT, "picture"),
    ],
    ids=["several", "none", "a picture"],
)
def test_a_value_that_is_not_one_article_is_rejected(value: object, reason: RejectReason, words: str) -> None:
    """The rejection says how many articles there are, or what kind of item it is."""
    with pytest.raises(PayloadError, match=words) as caught:
        read(value)
    assert caught.value.reason is reason


def test_several_wire_stories_are_several_articles() -> None:
    """A value with two stories of wire text is rejected, and none of them is lost."""
    story = "\x01nwd0123 4 i 100 nwire\n\nFerry/\n\x02Ferry stops =\n\nThe ferry stops.\n\x03061015 GMT Mar 23\n\x04"
    with pytest.raises(PayloadError, match="2 articles") as caught:
        read_payload((story + story).encode(), (), max_depth=8)

    assert caught.value.reason is RejectReason.SEVERAL_ARTICLES


def test_what_a_format_does_not_define_is_read_by_other_names() -> None:
    """A scraper that names its text as ninjs does keeps its own names for the other fields."""
    article = {"title": "One", "body_html": "<p>Rain fell.</p>", "published_at": "2021-03-23", "id": 7}
    assert read(article).article == article | {"body": "<p>Rain fell.</p>"}


def test_an_article_that_has_a_field_named_specversion_is_no_event() -> None:
    """Only an object with all the required attributes and data is taken for an event."""
    article = {"specversion": "1.0", "id": "42", "body": "Rain fell."}
    assert read(article).article == article


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        pytest.param(EVENT | {"specversion": "0.3"}, (), id="an older version"),
        pytest.param(EVENT | {"specversion": 1.0}, (), id="a version that is a number"),
        pytest.param(EVENT | {"id": ""}, (), id="an empty id"),
        pytest.param(EVENT | {"source": None}, (), id="a null source"),
        pytest.param(without(EVENT, "type"), STRUCTURED, id="announced, without a type"),
        pytest.param(ARTICLE, STRUCTURED, id="announced, a plain article"),
        pytest.param(EVENT | {"data_base64": "e30="}, (), id="data twice"),
        pytest.param(without(EVENT, "data") | {"data_base64": "{}"}, (), id="not base 64"),
        pytest.param(without(EVENT, "data") | {"data_base64": "é"}, (), id="not ASCII"),
        pytest.param([EVENT], (("content-type", b"application/cloudevents-batch+json"),), id="a batch"),
        pytest.param(ARTICLE, BINARY[:1], id="binary, a version alone"),
        pytest.param(ARTICLE, (*BINARY, ("ce_specversion", b"2.0")), id="binary, a later version"),
        pytest.param(ARTICLE, (*BINARY, ("ce_id", None)), id="binary, a null id"),
    ],
)
def test_an_event_that_breaks_the_specification_is_rejected(value: object, headers: Headers) -> None:
    """What says that it is an event must be a sound one."""
    assert reason_of(value, headers) is RejectReason.NOT_A_CLOUDEVENT


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (EVENT | {"data": None}, RejectReason.EMPTY_VALUE),
        (without(EVENT, "data") | {"data_base64": ""}, RejectReason.EMPTY_VALUE),
        (EVENT | {"data": "Rain fell."}, RejectReason.NOT_AN_OBJECT),
        (without(EVENT, "data") | {"data_base64": "W10="}, RejectReason.NOT_AN_OBJECT),
    ],
    ids=["null", "empty base 64", "text", "an array in base 64"],
)
def test_an_event_without_an_article_is_rejected(event: object, reason: RejectReason) -> None:
    """The data of an event must be an object."""
    assert reason_of(event, STRUCTURED) is reason


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        pytest.param(ARTICLE, (("traceparent", PARENT.encode()),), id="plain header"),
        pytest.param(ARTICLE, (*BINARY, ("ce_traceparent", PARENT.encode())), id="binary event"),
        pytest.param(EVENT | {"traceparent": PARENT}, (), id="structured event"),
        pytest.param(
            EVENT | {"traceparent": OTHER_PARENT}, (("traceparent", PARENT.encode()),), id="header before event"
        ),
        pytest.param(
            EVENT | {"traceparent": PARENT}, (("traceparent", b"broken"),), id="event where the header is broken"
        ),
        pytest.param(
            ARTICLE, (("traceparent", OTHER_PARENT.encode()), ("traceparent", PARENT.encode())), id="the last of two"
        ),
    ],
)
def test_the_trace_context_is_found(value: object, headers: Headers) -> None:
    """The trace context is read from the record's headers, else from the event."""
    assert read(value, headers).trace == (("traceparent", PARENT.encode()),)
