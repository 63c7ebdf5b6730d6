"""NewsML-G2: items alone and in messages, with each kind of content."""

from base64 import b64encode

import pytest

from streams.formats.article import FeedArticle, Item, LeftOut, Status
from streams.formats.markup import parse_xml
from streams.formats.newsml_g2 import is_newsml_g2, read_newsml_g2
from tests.streams.formats.stories import FIRST, HTML, TEXT, TITLE

GUID = "urn:newsml:wire.example:20230306:g2-1"
XHTML = f"""<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Inner</title></head><body>{HTML}</body></html></inlineXML>"""
NITF = f"""<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body>
<body.head><hedline><hl1>Inner</hl1></hedline></body.head><body.content>{HTML}</body.content></body></nitf></inlineXML>"""
BASE64 = b64encode(HTML.encode()).decode()
PLAIN = f'<inlineData contenttype="text/plain">{TEXT}</inlineData>'


def item(content: str, *, kind: str = "text", status: str = "usable", headlines: str = "") -> str:
    """Return a news item."""
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{GUID}" version="2" standard="NewsML-G2"
 standardversion="2.31" xml:lang="en"><itemMeta><itemClass qcode="ninat:{kind}"/>
<provider qcode="nprov:NW"><name>Northern Wire</name></provider><versionCreated>2023-03-06T10:15:00Z</versionCreated>
<firstCreated>2023-03-06T09:00:00Z</firstCreated><pubStatus qcode="stat:{status}"/></itemMeta>
<contentMeta><urgency>4</urgency><language tag="en"/><subject qcode="medtop:20000763"/>
{headlines or f"<headline>{TITLE}</headline>"}</contentMeta><contentSet>{content}</contentSet></newsItem>"""


def read(document: str) -> list[Item]:
    """Return the items of a document."""
    return read_newsml_g2(parse_xml(document.encode()))


def read_one(document: str) -> FeedArticle:
    """Return the one article of a document."""
    (found,) = read(document)
    assert isinstance(found, FeedArticle)
    return found


@pytest.mark.parametrize(
    ("content", "body"), [(XHTML, HTML), (NITF, HTML), (PLAIN, TEXT)], ids=["xhtml", "nitf", "plain"]
)
def test_each_kind_of_content_is_the_story(content: str, body: str) -> None:
    """XHTML, NITF and plain text are read, without the title that stands in them."""
    article = read_one(item(content))

    assert (article.body, article.title, article.id) == (body, TITLE, GUID)


def test_what_an_item_says_of_itself() -> None:
    """Provider, dates, version, language and subjects are read."""
    article = read_one(item(XHTML))

    assert (article.publisher, article.language, article.version) == ("Northern Wire", "en", 2)
    assert (article.published_at, article.versioned_at) == ("2023-03-06T09:00:00Z", "2023-03-06T10:15:00Z")
    assert (article.source["subjects"], article.source["urgency"]) == (["medtop:20000763"], "4")


def test_the_content_with_the_most_text_is_the_story() -> None:
    """Of several contents one is read."""
    short = f'<inlineData contenttype="text/plain">{FIRST}</inlineData>'

    assert read_one(item(short + XHTML)).body == HTML


def test_the_main_headline_is_the_title() -> None:
    """Of several headlines the one without another role is taken."""
    headlines = f'<headline role="hld:subHeadline">Below</headline><headline role="hld:main">{TITLE}</headline>'

    assert read_one(item(XHTML, headlines=headlines)).title == TITLE


def test_a_message_holds_several_items() -> None:
    """Each news item of a message is an article, and other items are left out by their kind."""
    message = f"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>{item(XHTML)}
<packageItem guid="p1"/><planningItem guid="p2"/>{item(PLAIN)}{item("", kind="picture")}</itemSet></newsMessage>"""
    found = read(message)

    assert [each.body for each in found if isinstance(each, FeedArticle)] == [HTML, TEXT]
    assert [each.kind for each in found if isinstance(each, LeftOut)] == ["packageItem", "planningItem", "picture"]


def test_a_canceled_item_is_canceled() -> None:
    """The status of an item is read from its code."""
    assert read_one(item(XHTML, status="canceled")).status is Status.CANCELED


def test_roots() -> None:
    """Only the roots of NewsML-G2 are its own."""
    assert [is_newsml_g2(parse_xml(each)) for each in (b"<newsItem/>", b"<nitf/>", b"<rss/>")] == [True, False, False]


@pytest.mark.parametrize(
    "content",
    [
        f'<inlineXML contenttype="text/html">{HTML}</inlineXML>',
        f'<inlineXML contenttype="application/xhtml+xml"><![CDATA[{HTML}]]></inlineXML>',
        f"<inlineXML>{HTML.replace('<', '&lt;')}</inlineXML>",
        f'<inlineData contenttype="text/html"><![CDATA[{HTML}]]></inlineData>',
        f'<inlineData contenttype="text/html" encoding="enctyp:base64">{BASE64}</inlineData>',
    ],
    ids=["no document", "cdata", "escaped", "data", "base64"],
)
def test_a_story_without_a_document_around_it_is_read(content: str) -> None:
    """All paragraphs of an inline content are the story, also where the markup is escaped, quoted or encoded."""
    assert read_one(item(content)).body == HTML


def test_a_story_that_lies_elsewhere_is_left_out() -> None:
    """A headline whose text has to be fetched is no article."""
    remote = '<remoteContent contenttype="text/html" href="https://wire.example/a.html"/>'

    assert [type(each) for each in read(item(remote))] == [LeftOut]
    assert isinstance(read(item(remote + PLAIN))[0], FeedArticle)


def test_a_description_stands_in_for_a_missing_story() -> None:
    """An item without contents has the text of its description."""
    described = item("").replace("</contentMeta>", f"<description>{FIRST}</description></contentMeta>")

    assert read_one(described).body == FIRST


def test_a_country_is_named() -> None:
    """The country around the place of a story is known by its type or its code."""
    located = (
        '<located qcode="city:nordholm"><name>Nordholm</name>'
        '<broader qcode="iso3166-1a2:DK"><name>Denmark</name></broader></located></contentMeta>'
    )
    article = read_one(item(PLAIN).replace("</contentMeta>", located))

    assert (article.source["country"], article.source["place"]) == (["Denmark"], ["Nordholm"])


def test_headline_and_language_are_those_of_the_story() -> None:
    """Of an item in two languages, the title and the language are those of the content that is read."""
    german = '<inlineData contenttype="text/plain" xml:lang="de">Die Fähre hält.</inlineData>'
    english = PLAIN.replace("<inlineData", '<inlineData xml:lang="en-GB"')
    headlines = f'<headline xml:lang="de">Fähre hält</headline><headline xml:lang="en">{TITLE}</headline>'
    article = read_one(item(german + english, headlines=headlines))

    assert (article.title, article.body, article.language) == (TITLE, TEXT, "en-GB")


def test_a_provider_without_a_name_has_its_code() -> None:
    """The vocabulary of a code is no part of the publisher's name."""
    coded = item(PLAIN).replace("<name>Northern Wire</name>", "")

    assert read_one(coded).publisher == "NW"


def test_the_permanent_address_on_the_web_is_read() -> None:
    """A link to the page of the item is its address, a link to another page is not."""
    links = (
        '<link rel="irel:seeAlso" href="https://wire.example/b"/>'
        '<link rel="irel:isPermanentWebLink" href="https://wire.example/a"/></itemMeta>'
    )

    assert read_one(item(PLAIN).replace("</itemMeta>", links)).url == "https://wire.example/a"
