"""RSS and Atom files."""

import io
import json
from typing import Any

import pytest

from streams.errors import FeedError
from streams.feeds.syndication import read

RSS_2 = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Example Times</title><link>https://www.example.org/</link><language>en-gb</language>
<item><title>Rain &amp; wind</title><link>/rain</link><guid isPermaLink="false">42</guid>
<pubDate>Tue, 23 Mar 2021 10:15:00 GMT</pubDate><description>The lead.</description>
<content:encoded><![CDATA[<p>Rain fell.</p>]]></content:encoded></item>
<item><title>Wind</title><link>https://example.org/wind</link><description>Wind blew.</description></item>
</channel></rss>"""
RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/rss"><title>Example Times</title>
<link>https://example.org</link></channel><item rdf:about="https://example.org/rain"><title>Rain</title>
<link>https://example.org/rain</link><description>Rain fell.</description><dc:date>2021-03-23T10:15:00Z</dc:date></item>
</rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Times</title><link href="https://example.org/"/>
<entry><title>Rain</title><id>tag:example.org,2021:42</id><link href="https://example.org/rain"/>
<updated>2021-03-23T10:15:00Z</updated><content type="html">&lt;p&gt;Rain fell.&lt;/p&gt;</content></entry></feed>"""


def articles(content: bytes) -> list[dict[str, Any]]:
    """Return the raw articles of a feed."""
    return [json.loads(value) for value, _ in read(io.BytesIO(content), "f.xml")]


def test_rss_2_gives_its_items_with_their_full_text() -> None:
    """An item gives its full text before its description, its address made whole, and its feed's language."""
    assert articles(RSS_2) == [
        {
            "id": "42",
            "url": "https://www.example.org/rain",
            "title": "Rain & wind",
            "body": "<p>Rain fell.</p>",
            "publisher": "www.example.org",
            "published_at": "Tue, 23 Mar 2021 10:15:00 GMT",
            "language": "en-gb",
            "source_format": "RSS 2.0",
        },
        {
            "url": "https://example.org/wind",
            "title": "Wind",
            "body": "Wind blew.",
            "publisher": "www.example.org",
            "language": "en-gb",
            "source_format": "RSS 2.0",
        },
    ]


@pytest.mark.parametrize("content", [RSS_1, ATOM], ids=["RSS 1.0", "Atom"])
def test_rss_1_and_atom_give_their_entries(content: bytes) -> None:
    """Entries of the other formats give the same fields."""
    [article] = articles(content)
    assert (article["title"], article["url"]) == ("Rain", "https://example.org/rain")
    assert "Rain fell." in article["body"]
    assert (article["publisher"], article["published_at"]) == ("example.org", "2021-03-23T10:15:00Z")


def test_the_place_of_an_entry_is_its_number() -> None:
    """Entries are counted from one."""
    assert [place for _, place in read(io.BytesIO(RSS_2), "f.xml")] == ["f.xml#1", "f.xml#2"]


@pytest.mark.parametrize("quote", [b'"', b"'"])
@pytest.mark.parametrize(
    "entity", [b'<!ENTITY s SYSTEM "file:///etc/passwd">', b'<!entity a "x]>"><!ENTITY b "&a;&a;">']
)
def test_a_feed_that_declares_entities_is_refused(entity: bytes, quote: bytes) -> None:
    """An entity brings neither a file nor its expansion into an article: the feed is refused by name."""
    content = RSS_2.replace(b"?>", b"?><!-- [ --><!DOCTYPE rss [" + entity.replace(b'"', quote) + b"]>", 1)
    with pytest.raises(FeedError, match=r"'f.xml' declares XML entities"):
        articles(content)


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        (b"&amp;", b"&"),
        (b"Wind blew.", b"Wind&nbsp;blew &eacute; &unknown; &#55296;."),
        (b"Wind blew.", b"<p>Wind <b>blew</p>"),
        (b"<link>/rain</link>", b"<link>/rain<link>"),
        (b"Wind blew.", b"Wind \x0b\x1b blew."),
        (b"Wind blew.", b"Wind blew.<unbound:tag>x</unbound:tag>"),
    ],
    ids=["ampersand", "entities of HTML", "markup", "a link not closed", "controls", "a prefix"],
)
def test_a_feed_with_a_slip_is_read_all_the_same(found: bytes, broken: bytes) -> None:
    """A fault of one entry costs neither the feed nor another entry."""
    both = articles(RSS_2.replace(found, broken))
    assert [each["title"] for each in both] == ["Rain & wind", "Wind"]
    assert both[1]["url"] == "https://example.org/wind"
    assert "Wind" in both[1]["body"]


@pytest.mark.parametrize(
    "content",
    [
        RSS_2 + b"\n<!-- cached -->" * 500,
        RSS_2.decode().encode("utf-16"),
        RSS_2.decode().encode("utf-16-be"),
        b"\n\n<!-- a comment --><?style x?>" + RSS_2.partition(b"?>")[2],
        RSS_2.replace(b"<item>", b"<item >"),
    ],
    ids=["bytes after it", "UTF-16", "UTF-16 without a mark", "comments before it", "spaces in tags"],
)
def test_what_is_around_a_feed_does_not_matter(content: bytes) -> None:
    """Bytes after the last tag, an encoding of two bytes and comments change nothing."""
    assert articles(content) == articles(RSS_2)


def test_captions_are_no_text() -> None:
    """The description of an entry is its own, wherever one of Media RSS stands."""
    media = b'<media:description xmlns:media="http://search.yahoo.com/mrss/">A caption.</media:description>'
    for content in (
        RSS_2.replace(b"<description>W", media + b"<description>W"),
        RSS_2.replace(b"blew.<", b"blew.<", 1),
    ):
        assert articles(content)[1]["body"] == "Wind blew."


def test_a_cdata_section_that_was_escaped_is_opened() -> None:
    """A section whose brackets were escaped once too often holds the text all the same."""
    content = RSS_2.replace(b"Wind blew.", b"&lt;![CDATA[&lt;p&gt;Wind blew.&lt;/p&gt;]]&gt;")
    assert articles(content)[1]["body"] == "<p>Wind blew.</p>"


def test_an_entry_of_an_aggregator_is_the_outlets() -> None:
    """The outlet is the publisher, its name leaves the title, and a list of links is no text."""
    links = b"&lt;ol&gt;&lt;li&gt;&lt;a href='x'&gt;Wind&lt;/a&gt; Other Times&lt;/li&gt;&lt;/ol&gt;"
    content = RSS_2.replace(b"<title>Wind", b"<title>Wind - Other Times").replace(
        b"Wind blew.</description>", links + b"</description><source url='https://other.example'>Other Times</source>"
    )
    article = articles(content)[1]
    assert (article["title"], article["body"], article["publisher"]) == ("Wind", "", "other.example")


@pytest.mark.parametrize(
    "links",
    [
        '<link href="https://m.example.org/a"/><link href="https://example.org/a"/>',
        '<link href="https://example.org/a/amp/"/><link href="https://example.org/a"/>',
        '<link href="https://example.org/a?m=1"/><link href="https://example.org/a"/>',
        '<link media="only screen and (max-width: 640px)" href="https://example.org/x"/><link href="https://example.org/a"/>',
        '<link hreflang="de" href="https://example.org/de/a"/><link hreflang="en" href="https://example.org/a"/>',
        '<link type="application/json" href="https://example.org/a.json"/><link href="https://example.org/a"/>',
        '<link rel="enclosure" href="https://example.org/a.mp3"/><link href="https://example.org/a"/>',
    ],
    ids=["mobile", "amp", "query", "media", "language", "type", "relation"],
)
def test_of_several_links_the_page_is_taken(links: str) -> None:
    """The address is the first page in the entry's language that is not for mobiles."""
    content = ATOM.replace(b'<link href="https://example.org/rain"/>', links.encode())
    assert articles(content.replace(b"<feed ", b'<feed xml:lang="en-US" '))[0]["url"] == "https://example.org/a"


def test_an_address_that_cannot_be_joined_stays_as_it_is() -> None:
    """Brackets without an address of IPv6 in them cost neither the entry nor the feed."""
    assert articles(RSS_2.replace(b"<link>/rain</link>", b"<link>https://[x/</link>"))[0]["url"] == "https://[x/"


def test_a_guid_that_is_no_address_gives_none() -> None:
    """Without a link an entry has an id alone."""
    article = articles(RSS_2.replace(b"<link>/rain</link>", b""))[0]
    assert (article["id"], article.get("url")) == ("42", None)


def test_what_a_feed_says_beyond_the_text_is_kept() -> None:
    """Authors, categories and the image of an entry are passed on."""
    more = b'<author>A. Writer</author><category>Weather</category><enclosure type="image/jpeg" url="https://e.org/i.jpg"/>'
    article = articles(RSS_2.replace(b"<title>Wind", more + b"<title>Wind"))[1]
    assert (article["authors"], article["keywords"], article["image_url"]) == (
        ["A. Writer"],
        ["Weather"],
        "https://e.org/i.jpg",
    )


def test_an_invalid_date_is_passed_on_as_it_is() -> None:
    """Dates are left to the worker, which notes what it cannot read."""
    content = RSS_2.replace(b"Tue, 23 Mar 2021 10:15:00 GMT", b"next week")
    assert articles(content)[0]["published_at"] == "next week"


@pytest.mark.parametrize(
    "content",
    [b"", b"no XML", b"<html><body>x</body></html>", b"<urlset></urlset>"],
    ids=["empty", "text", "page", "site map"],
)
def test_a_file_that_is_no_feed_is_named(content: bytes) -> None:
    """A file that is not RSS or Atom is an error that names the file."""
    with pytest.raises(FeedError, match=r"'f.xml' is not an RSS or Atom feed"):
        articles(content)


def test_a_feed_that_is_broken_off_is_named() -> None:
    """A feed without its end gives its whole entries, and then the fault; the entry that is cut is not given."""
    found: list[str] = []
    with pytest.raises(FeedError, match=r"'f.xml' is truncated"):
        found.extend(json.loads(value)["title"] for value, _ in read(io.BytesIO(RSS_2[:-60]), "f.xml"))

    assert found == ["Rain & wind"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [(RSS_2, "RSS 2.0"), (RSS_1, "RSS 1.0"), (ATOM, "Atom 1.0"), (RSS_2.replace(b' version="2.0"', b""), "RSS")],
    ids=["rss 2", "rss 1", "atom", "no version"],
)
def test_the_format_is_named(content: bytes, expected: str) -> None:
    """Each entry says which format and version its feed has."""
    assert {article["source_format"] for article in articles(content)} == {expected}


def test_a_prefix_that_is_not_declared_is_known() -> None:
    """A feed that forgets to declare the namespace of the full text gives the full text all the same."""
    undeclared = RSS_2.replace(b' xmlns:content="http://purl.org/rss/1.0/modules/content/"', b"")

    assert articles(undeclared)[0]["body"] == "<p>Rain fell.</p>"


def test_an_unknown_element_may_hold_the_story() -> None:
    """Without a body, texts that nothing reads are passed on by their names, so that the worker refuses the record."""
    story = "Rain fell on Monday, all day and all of the night. " * 8
    entry = f"<item><title>Rain</title><y:full-text xmlns:y='http://a.example/'>{story}</y:full-text></item>"

    (article,) = articles(f"<rss><channel>{entry}</channel></rss>".encode())

    assert article["y:full-text"] == story.strip()
