"""XML files, distinguished by their root."""

import io

import pytest

from streams.errors import FeedError
from streams.feeds.xml_files import read

NITF = b'<?xml version="1.0"?>\n<nitf><body><body.content><p>Rain.</p></body.content></body></nitf>'
RSS = b"<rss><channel><title>T</title><item><title>Rain</title></item></channel></rss>"


def places(content: bytes) -> list[str]:
    """Return the places of the articles in a file."""
    return [place for _, place in read(io.BytesIO(content), "f.xml")]


def test_a_document_of_the_news_industry_stays_as_it_is() -> None:
    """NITF and NewsML-G2 are passed on byte for byte."""
    assert list(read(io.BytesIO(NITF), "f.xml")) == [(NITF, "f.xml")]
    message = NITF.replace(b"<nitf>", b'<nar:newsMessage xmlns:nar="http://iptc.org/std/nar/2006-10-01/">')
    assert places(message) == ["f.xml"]


def test_a_feed_gives_its_entries() -> None:
    """RSS is read by its entries."""
    assert places(RSS) == ["f.xml#1"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"></urlset>', "a Google News sitemap"),
        (b"<urlset></urlset>", "a sitemap"),
        (b"<sitemapindex/>", "a sitemap"),
        (b"<NewsML/>", "'NewsML'"),
        (b"<html/>", "'html'"),
        (b"no XML", "no root element"),
        (b"", "no root element"),
    ],
)
def test_another_document_is_refused_by_its_name(content: bytes, name: str) -> None:
    """What is not read is named, so that its user knows what it is."""
    with pytest.raises(FeedError, match=f"'f.xml' is .*{name}"):
        places(content)
