"""WARC files of crawled pages."""

import gzip
import io
import json
from pathlib import Path

import brotli
import pytest
import zstandard

from streams.errors import FeedError
from streams.feeds import Feed
from streams.feeds.content_codings import MAX_BODY_BYTES
from streams.feeds.warc import read

PAGE = "<html><head><title>Fähre</title></head><body><p>The ferry stops.</p></body></html>"


def record(
    body: bytes, *headers: str, kind: str = "response", status: str = "200 OK", uri: str = "https://e.org/a"
) -> bytes:
    """Return one record of a WARC file."""
    http = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")).encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2023-03-06T10:15:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


HTML = "Content-Type: text/html; charset=utf-8"


def articles(content: bytes) -> list[dict[str, str]]:
    """Return the articles of a file."""
    return [json.loads(value) for value, _ in read(io.BytesIO(content), "f.warc")]


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("identity", PAGE.encode()),
        ("gzip", gzip.compress(PAGE.encode())),
        ("br", brotli.compress(PAGE.encode())),
        ("zstd", zstandard.compress(PAGE.encode())),
    ],
    ids=["identity", "gzip", "br", "zstd"],
)
def test_a_page_is_unpacked(coding: str, packed: bytes) -> None:
    """The body of a response is decoded from its content coding."""
    [article] = articles(record(packed, HTML, f"Content-Encoding: {coding}"))
    assert (article["title"], article["url"], article["body"]) == ("Fähre", "https://e.org/a", PAGE)


def test_the_charset_of_the_response_counts() -> None:
    """A page that declares no encoding is read in that of its response."""
    [article] = articles(record(PAGE.encode("iso-8859-1"), "Content-Type: text/html; charset=ISO-8859-1"))
    assert article["title"] == "Fähre"


def test_a_relative_address_is_resolved_against_the_request() -> None:
    """A page that declares its address without the host has that of its request."""
    page = f'<link rel="canonical" href="/ferry">{PAGE}'
    [article] = articles(record(page.encode(), HTML, uri="<https://e.org/a?session=1>"))
    assert (article["url"], article["publisher"], article["source_format"]) == ("https://e.org/ferry", "e.org", "WARC")


def test_what_is_no_page_is_left_out() -> None:
    """Requests, other types, and answers without success are no articles."""
    content = (
        record(PAGE.encode(), HTML, kind="request")
        + record(b"{}", "Content-Type: application/json")
        + record(PAGE.encode(), HTML, status="404 Not Found")
        + record(PAGE.encode(), HTML, uri="https://e.org/b")
    )
    assert [article["url"] for article in articles(content)] == ["https://e.org/b"]


def test_a_packed_file_gives_its_pages(tmp_path: Path) -> None:
    """Each record of a .warc.gz is packed by itself, as crawlers write it."""
    path = tmp_path / "news.warc.gz"
    path.write_bytes(b"".join(gzip.compress(record(PAGE.encode(), HTML, uri=f"https://e.org/{n}")) for n in range(3)))
    assert len(list(Feed([path]))) == 3


def test_a_file_that_is_cut_gives_the_pages_before(tmp_path: Path) -> None:
    """The fault of a packed file is reported once its pages before the fault were given."""
    path = tmp_path / "news.warc.gz"
    path.write_bytes(b"".join(gzip.compress(record(PAGE.encode(), HTML)) for _ in range(3))[:-60])
    faults: list[FeedError] = []
    assert len(list(Feed([path], on_fault=faults.append))) == 2
    assert len(faults) == 1


@pytest.mark.parametrize(
    "broken",
    [record(b"no gzip", HTML, "Content-Encoding: gzip"), record(b"(zz", HTML, "Content-Encoding: br")],
    ids=["gzip", "brotli"],
)
def test_a_page_that_cannot_be_unpacked_leaves_the_others(broken: bytes) -> None:
    """The pages around a broken one are read, and the file is reported at its end."""
    pages = read(io.BytesIO(record(PAGE.encode(), HTML) + broken + record(PAGE.encode(), HTML)), "f.warc")
    assert [json.loads(next(pages)[0])["title"] for _ in range(2)] == ["Fähre", "Fähre"]
    with pytest.raises(FeedError, match=r"1 pages of 'f.warc' are cut"):
        next(pages)


def test_a_page_that_is_cut_is_no_article() -> None:
    """Of a plain file that ends in the middle of a page, that page is not given."""
    with pytest.raises(FeedError, match=r"1 pages of 'f.warc' are cut"):
        articles(record(PAGE.encode(), HTML)[:-30])


def test_a_response_of_another_protocol_is_left_out() -> None:
    """An answer of DNS, which crawlers keep as well, is no page."""
    answer = record(b"").replace(b"application/http", b"text/dns").replace(b"HTTP/1.1 200 OK", b"0123456789 ABCD")
    assert [each["url"] for each in articles(answer + record(PAGE.encode(), HTML))] == ["https://e.org/a"]


def test_another_file_is_refused_by_name() -> None:
    """A file that is no WARC file is an error, and not an empty feed."""
    with pytest.raises(FeedError, match=r"'f.warc' is no WARC file"):
        articles(b"plain text")


def test_a_body_over_the_bound_is_left_out(tmp_path: Path) -> None:
    """A body that no coding packs is bounded as well: its page is left out, and the next one is read."""
    path = tmp_path / "f.warc.gz"
    path.write_bytes(gzip.compress(record(b"0" * (MAX_BODY_BYTES + 1), HTML) + record(PAGE.encode(), HTML), 1))
    faults: list[FeedError] = []
    assert [json.loads(item.value)["title"] for item in Feed([path], on_fault=faults.append)] == ["Fähre"]
    assert [str(fault).partition("' are")[2] for fault in faults] == [
        " cut, too large or cannot be unpacked; its other pages were read"
    ]
