"""The one entry to the readers: which format a value has."""

import pytest

from streams.formats.article import FeedArticle
from streams.formats.recognition import is_wire_text, is_xml, read_json_items, read_xml_items
from streams.records.rejection import PayloadError, RejectReason
from tests.streams.formats.stories import HTML, TEXT, TITLE


def test_an_unknown_object_is_returned_as_it_came() -> None:
    """Field names of scrapers are not the business of the formats."""
    raw = {"maintext": TEXT, "title": TITLE}

    assert read_json_items(raw) == [raw]


def test_a_known_object_is_an_article() -> None:
    """An object with the marks of a format is read by its reader."""
    (found,) = read_json_items({"uri": "a", "versioncreated": "", "headline": TITLE, "body_html": HTML})

    assert isinstance(found, FeedArticle)


@pytest.mark.parametrize("root", ["rss", "feed", "urlset", "html", "anything"])
def test_an_xml_that_is_not_read_is_refused_by_name(root: str) -> None:
    """The root of a document says what it is."""
    with pytest.raises(PayloadError) as refused:
        read_xml_items(f"<{root}/>".encode())

    assert refused.value.reason is RejectReason.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<nitf><head></nitf>", RejectReason.NOT_XML),
        (b"<nitf", RejectReason.NOT_XML),
        (b'<!DOCTYPE nitf [<!ENTITY a "b">]><nitf/>', RejectReason.UNKNOWN_FORMAT),
        (b'<nitf xmlns="%s"/>' % (b"a" * 2_000), RejectReason.UNKNOWN_FORMAT),
        (b'<nitf xmlns:%s="a"/>' % (b"a" * 2_000), RejectReason.UNKNOWN_FORMAT),
        (b"<nitf %s/>" % b" ".join(b"xmlns:a%d='b'" % number for number in range(200)), RejectReason.UNKNOWN_FORMAT),
        (b"<nitf %s/>" % b" ".join(b'a%d="b"' % number for number in range(2_000)), RejectReason.UNKNOWN_FORMAT),
        (b"<newsMessage><itemSet>%s</itemSet></newsMessage>" % (b"<newsItem/>" * 2_000), RejectReason.SEVERAL_ARTICLES),
    ],
    ids=[
        "broken",
        "cut",
        "entities",
        "long-namespace",
        "long-prefix",
        "many-namespaces",
        "many-attributes",
        "many-items",
    ],
)
def test_broken_xml_is_rejected_with_its_reason(content: bytes, reason: RejectReason) -> None:
    """No exception but ours leaves the reader."""
    with pytest.raises(PayloadError) as refused:
        read_xml_items(content)

    assert refused.value.reason is reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_is_known_in_any_encoding(encoding: str) -> None:
    """The first sign of a document is an angle bracket, whatever its encoding."""
    assert is_xml("<nitf/>".encode(encoding))


def test_json_and_text_are_no_xml() -> None:
    """Other values are not parsed as XML."""
    assert not any(map(is_xml, (b'{"a": "<p>"}', b"Rain fell.", b"")))


def test_wire_text_is_known_by_its_header() -> None:
    """Bytes are wire text by their first line."""
    assert is_wire_text(b"\x01eca062 4 i 211 nwire nw 061\r\n")


@pytest.mark.parametrize(
    "content",
    [
        b"<nitf><body><body.content>%s</body.content></body></nitf>\x00\x1a",
        b"<nitf><body><body.content>%s</body.content></body></nitf>NNNN",
        b'\n\n<?xml version="1.0"?><nitf><body><body.content>%s</body.content></body></nitf>',
        b"<nitf><head><title>Smith & Sons</title></head><body><body.content>%s</body.content></body></nitf>",
        b"<nitf><head><title>Bell\x07</title></head><body><body.content>%s</body.content></body></nitf>",
    ],
    ids=["control characters behind", "text behind", "lines before", "ampersand", "control character"],
)
def test_faults_of_transmission_cost_no_story(content: bytes) -> None:
    """Bytes around a document, control characters and a bare ampersand are accepted."""
    (found,) = read_xml_items(content % HTML.encode())

    assert isinstance(found, FeedArticle)
    assert found.body == HTML


def test_an_envelope_of_ninjs_gives_articles() -> None:
    """The items of an envelope that an API returns are read by their own format."""
    item = {"uri": "a", "versioncreated": "2023-03-06T10:15:00Z", "headline": TITLE, "body_html": HTML}
    found = read_json_items({"_items": [item, item | {"uri": "b"}], "_meta": {"total": 2}})

    assert [each.id for each in found if isinstance(each, FeedArticle)] == ["a", "b"]
