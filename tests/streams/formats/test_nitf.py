"""NITF: the story and nothing else of a document."""

import contextlib

import pytest

from streams.formats.markup import parse_xml
from streams.formats.nitf import read_nitf, read_story
from streams.records.rejection import PayloadError
from tests.streams.formats.stories import HTML, TITLE

DOCUMENT = f"""<nitf xml:lang="en"><head><title>Other</title>
<tobject><tobject.subject tobject.subject.refnum="04000000"/></tobject>
<docdata><doc-id id-string="nw-1" regsrc="NW"/><date.issue norm="20230306T101500Z"/><urgency ed-urg="4"/>
<doc.copyright holder="Northern Wire" year="2023"/><key-list><keyword key="Ferry"/></key-list></docdata></head>
<body><body.head><hedline><hl1>{TITLE}</hl1><hl2>Below</hl2></hedline><byline>By A Person</byline>
<dateline><location>Nordholm</location></dateline></body.head><body.content>{HTML}
<media media-type="image"><media-caption>A ferry in Norway.</media-caption></media></body.content>
<body.end><tagline>All rights reserved.</tagline></body.end></body></nitf>"""


def test_headline_and_content_are_the_story() -> None:
    """The main headline is the title, and captions, bylines and tag lines stay out of the body."""
    article = read_nitf(parse_xml(DOCUMENT.encode()))

    assert (article.title, article.body, article.id) == (TITLE, HTML, "nw-1")


def test_what_a_document_says_of_itself() -> None:
    """Date, publisher, language, place and subjects are read."""
    article = read_nitf(parse_xml(DOCUMENT.encode()))

    assert (article.published_at, article.publisher, article.language) == ("20230306T101500Z", "Northern Wire", "en")
    assert article.source == {
        "format": "NITF",
        "urgency": "4",
        "authors": ["By A Person"],
        "keywords": ["Ferry"],
        "subjects": ["subj:04000000"],
        "place": ["Nordholm"],
        "rights": "Northern Wire",
    }


def test_a_document_without_a_story_has_none() -> None:
    """A head alone is an article without a body."""
    article = read_nitf(parse_xml(b"<nitf><head><title>Only</title></head></nitf>"))

    assert (article.title, article.body, article.id) == ("Only", "", None)


@pytest.mark.parametrize("doctype", ["", '<!DOCTYPE nitf SYSTEM "nitf-3-2.dtd">'])
def test_named_characters_are_read_without_their_dtd(doctype: str) -> None:
    """Entities of HTML, which the DTD of NITF defines, are characters, and what follows them is kept."""
    markup = "<p>caf&eacute;&nbsp;<em>au</em>&mdash;lait &amp; <![CDATA[&eacute;]]> &unknown; end</p>"
    content = f"{doctype}<nitf><body><body.content>{markup}</body.content></body></nitf>".encode()

    body = read_story(parse_xml(content))

    assert body == "<p>café\xa0<em>au</em>—lait &amp; &amp;eacute; &amp;unknown; end</p>"


def test_deep_markup_is_read_or_refused() -> None:
    """Nesting up to the parser's limit is read, and more is no XML."""
    for depth, is_read in ((200, True), (100_000, False)):
        markup = "<i>" * depth + "x" + "</i>" * depth
        content = f"<nitf><body><body.content>{markup}</body.content></body></nitf>".encode()
        with contextlib.nullcontext() if is_read else pytest.raises(PayloadError, match="no XML"):
            assert "x" in read_story(parse_xml(content))


def test_a_body_without_its_content_element_is_the_story() -> None:
    """Where `body.content` is missing, the body is the story without its head and its end."""
    body = f"<body><body.head><hl1>Head</hl1></body.head>{HTML}<body.end><p>End.</p></body.end></body>"

    assert read_nitf(parse_xml(f"<nitf>{body}</nitf>".encode())).body == HTML


def test_a_place_is_read_with_its_country() -> None:
    """The parts of a dateline have commas between them; its country, and that of the event, are countries."""
    dateline = "<dateline><location><city>Nordholm</city><country>Denmark</country></location></dateline>"
    head = '<head><docdata><evloc iso-cc="DK"/></docdata></head>'
    document = f"<nitf>{head}<body><body.head>{dateline}</body.head></body></nitf>"
    source = read_nitf(parse_xml(document.encode())).source

    assert (source["place"], source["country"]) == (["Nordholm, Denmark"], ["Denmark", "DK"])


def test_a_subject_of_an_agency_has_its_name() -> None:
    """A number that is not the IPTC's is no subject code."""
    subject = '<tobject.subject tobject.subject.refnum="F01001000" tobject.subject.type="Politics"/>'
    document = f"<nitf><head><tobject>{subject}</tobject></head></nitf>"

    assert read_nitf(parse_xml(document.encode())).source["subjects"] == ["Politics"]


def test_a_byline_in_another_is_read_with_it() -> None:
    """The text of nested elements is read once."""
    content = b"<nitf><body><body.head><byline>By <byline>Jane Doe</byline></byline></body.head></body></nitf>"

    assert read_nitf(parse_xml(content)).source["authors"] == ["By Jane Doe"]
