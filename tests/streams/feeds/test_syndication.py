"""RSS and Atom files."""

import io
import json

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


def articles(content: bytes) -> list[dict[str, str]]:
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
            "published_at": "2021-03-23T10:15:00Z",
            "language": "en-gb",
        },
        {
            "url": "https://example.org/wind",
            "title": "Wind",
            "body": "Wind blew.",
            "publisher": "www.example.org",
            "language": "en-gb",
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


def test_no_file_is_read_for_an_external_entity() -> None:
    """An entity that names a file brings nothing of it into the article."""
    declared = b'<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    content = RSS_2.replace(b"?>", b"?>" + declared, 1).replace(b"Wind blew.", b"Wind &secret; blew.")
    assert "root:" not in articles(content)[1]["body"]


def test_a_feed_with_a_slip_is_read_all_the_same() -> None:
    """A bare ampersand, the most frequent fault of real feeds, does not cost the feed."""
    assert len(articles(RSS_2.replace(b"&amp;", b"&"))) == 2


def test_a_date_that_is_none_is_passed_on_as_it_is() -> None:
    """A date that feedparser cannot read is left to the worker, which notes it."""
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
    """A feed without its end is an error before an article that may be cut is given."""
    with pytest.raises(FeedError, match=r"'f.xml' is truncated"):
        articles(RSS_2[:-100])
