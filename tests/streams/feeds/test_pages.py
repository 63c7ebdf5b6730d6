"""Pages of the web as files."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.pages import read, read_page

PAGE = """<!doctype html><html lang="en-GB"><head><title>Rain | Example Times</title>
<link rel="canonical" href="https://example.org/rain"><meta property="og:title" content="Rain">
<meta property="og:site_name" content="Example Times">
<meta property="article:published_time" content="2021-03-23T10:15:00Z"></head><body><p>Rain fell.</p></body></html>"""


def article(content: bytes) -> dict[str, str]:
    """Return the raw article of a page."""
    [(value, _)] = read(io.BytesIO(content), "f.html")
    article: dict[str, str] = json.loads(value)
    return article


def test_the_head_says_whose_article_it_is() -> None:
    """The page is the body, and what its head declares are the other fields."""
    assert article(PAGE.encode()) == {
        "url": "https://example.org/rain",
        "title": "Rain",
        "body": PAGE,
        "publisher": "Example Times",
        "published_at": "2021-03-23T10:15:00Z",
        "language": "en-GB",
        "source_format": "HTML",
    }


def test_a_page_that_declares_nothing_has_a_body_alone() -> None:
    """A fragment is a page too."""
    assert article(b"<p>Rain fell.") == {"body": "<p>Rain fell.", "source_format": "HTML"}


def test_the_title_of_the_window_stands_in() -> None:
    """Without Open Graph the title is that of the page."""
    assert article(b"<title> Rain </title><p>Rain fell.")["title"] == "Rain"


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [('<meta charset="iso-8859-2">', "iso-8859-2"), ("<meta charset=nonsense>", "windows-1252"), ("", "windows-1252")],
)
def test_a_page_is_read_in_the_encoding_that_it_declares(declaration: str, encoding: str) -> None:
    """A page that is not UTF-8 is read as it says, or as browsers read it."""
    page = f"{declaration}<p>ä ö"
    assert article(page.encode(encoding))["body"] == page


def test_an_empty_page_is_no_article() -> None:
    """A file of white space gives nothing."""
    assert list(read(io.BytesIO(b" \n"), "f.html")) == []


TAGS = (
    *(b"<h1>", b"</h1>", b"<p>", b"<time datetime='2021-03-23'>", b"<meta name=date content='", b"' >", b"<title>"),
    *(b"<script type='application/ld+json'>", b"</script>", b'{"@type":"Article","headline":"', b'"}', b"\\ud800"),
    *(b"<base href='http://[", b"<link rel=canonical href='//", b"<html lang=ja>", b"<meta charset=", b"utf-16", b"'>"),
)


@given(st.lists(st.sampled_from(TAGS) | st.binary(max_size=8)).map(b"".join), st.none() | st.text())
def test_any_bytes_are_a_page(content: bytes, header: str | None) -> None:
    """Whatever a page holds and its header declares, it becomes a raw article."""
    assert json.loads(read_page(content, header, "https://[").to_bytes())["source_format"] == "HTML"
