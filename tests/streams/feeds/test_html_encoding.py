"""A page is read in the encoding that browsers find for it."""

import time

import pytest

from streams.feeds.html_encoding import page_text

TEXT = "Паром вернулся"


def encoded(head: str) -> bytes:
    """Return a page in KOI8-R: what is read in another encoding is another text."""
    return f"{head}<p>{TEXT}".encode("koi8-r")


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("<meta charset=koi8-r>", id="plain"),
        pytest.param("<META CHARSET = 'KOI8'>", id="case-and-spaces"),
        pytest.param('<meta\n charset\t=\n" koi8_r " />', id="lines"),
        pytest.param("<meta charset=koi8-r/>", id="slash-in-the-value"),
        pytest.param("<meta http-equiv=Content-Type content='text/html; Charset = koi8-r'>", id="pragma"),
        pytest.param('<meta content="text/html;charset=koi8" http-equiv="CONTENT-TYPE">', id="pragma-last"),
        pytest.param("<meta http-equiv=content-type content=\"text/html; charset='koi8-r'\">", id="quoted-within"),
        pytest.param('<?xml version="1.0" encoding="koi8-r"?><html>', id="xml-declaration"),
        pytest.param("<meta charset=nonsense><meta charset=koi8-r>", id="unknown-label-first"),
        pytest.param('<?xml version="1.0" encoding="utf-8"?><meta charset="koi8-r">', id="meta-over-xml"),
        pytest.param("<!-- <meta charset=utf-8> --><meta charset=koi8-r>", id="comment"),
        pytest.param("<!--><meta charset=koi8-r>", id="empty-comment"),
        pytest.param('<script charset="utf-8" src="a.js"></script><meta charset=koi8-r>', id="script"),
        pytest.param("<link rel=stylesheet charset=big5><meta charset=koi8-r>", id="link"),
        pytest.param("<script>'<meta charset=utf-8>'</script><meta charset=koi8-r>", id="within-a-script"),
        pytest.param('<p title="<meta charset=utf-8>"><meta charset=koi8-r>', id="within-an-attribute"),
        pytest.param("<meta name=x content='a > b; charset=utf-8'><meta charset=koi8-r>", id="no-pragma"),
        pytest.param("<meta charset=koi8-r charset=utf-8>", id="repeated-attribute"),
        pytest.param(f"<style>{'p {} ' * 400}</style><meta charset=koi8-r>", id="late"),
        pytest.param("<html lang=ru><meta charset=koi8-r>", id="over-the-language"),
    ],
)
def test_declared(head: str) -> None:
    """The declaration is found in any spelling, and those of other things are passed over."""
    assert page_text(encoded(head)).endswith(TEXT)


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("x-sjis", "cp932", "フェリー①"),
        ("Shift_JIS", "cp932", "フェリー①"),
        ("euc-jp", "euc_jp", "船が戻る"),
        ("iso-2022-jp", "iso2022_jp", "船が戻る"),
        ("gb2312", "gbk", "渡轮镕"),
        ("big5", "big5hkscs", "渡輪嘅"),
        ("euc-kr", "cp949", "똠방각하"),
        ("koi8", "koi8-r", TEXT),
        ("windows-874", "cp874", "เรือ"),
        ("iso-8859-1", "cp1252", "“€5m”"),
        ("us-ascii", "cp1252", "“€5m”"),
        ("macintosh", "mac-roman", "“€5m”"),
        ("hz-gb-2312", "hz", "渡轮"),
    ],
)
def test_labels(label: str, encoding: str, text: str) -> None:
    """Every label of browsers is read in a `meta`, in an XML declaration and in the header."""
    for head in (f"<meta charset={label}>", f'<?xml version="1.0" encoding="{label}"?><html>'):
        assert page_text(f"{head}<p>{text}".encode(encoding)).endswith(text)
    assert page_text(f"<p>{text}".encode(encoding), f"text/html; charset={label}").endswith(text)


@pytest.mark.parametrize("content_type", ["text/html; charset=koi8-r", 'text/html;Charset="KOI8-R"; a=b'])
def test_header(content_type: str) -> None:
    """The header of the response precedes what the page declares."""
    assert page_text(encoded("<meta charset=utf-8>"), content_type).endswith(TEXT)


@pytest.mark.parametrize("content_type", [None, "", "text/html", "text/html; charset=nonsense"])
def test_header_without_an_encoding(content_type: str | None) -> None:
    """A header that declares nothing leaves it to the page."""
    assert page_text(encoded("<meta charset=koi8-r>"), content_type).endswith(TEXT)


@pytest.mark.parametrize("label", ["utf-16", "utf-16be", "unicode"])
def test_utf_16_in_a_meta(label: str) -> None:
    """A page whose declaration can be read is not UTF-16, but UTF-8."""
    assert page_text(f"<meta charset={label}><p>Fähre\ufffd".encode() + b"\xff").endswith("Fähre\ufffd\ufffd")


def test_language() -> None:
    """Where nothing is declared, the language of the page decides."""
    assert page_text(f'<!-- x --><html class=a lang="ru-RU"><p>{TEXT}'.encode("windows-1251")).endswith(TEXT)


@pytest.mark.parametrize(
    "content",
    [
        b"<!--" * 200_000,
        b'<meta "' * 100_000,
        b"<html " * 100_000,
        b"<meta charset=" + b" " * 500_000,
        b"<script>" * 99_999,
    ],
    ids=["comments", "quotes", "html", "spaces", "scripts"],
)
def test_cost(content: bytes) -> None:
    """No page takes more than a moment to find the encoding of."""
    start = time.process_time()
    assert page_text(content) == content.decode()
    assert time.process_time() - start < 2
