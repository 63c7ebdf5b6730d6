"""The id that the same article always has."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cleaning import CleanText
from streams.records.article import DecodedArticle
from streams.stages import identity
from streams.stages.identity import MAX_ID_BYTES, canonical_url, id_of_key, identify
from tests.strategies import articles, urls

TEXT = CleanText(title="Rain", body="Rain fell.")


def sha256(text: str) -> str:
    """Return the hexadecimal digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def article(**fields: Any) -> DecodedArticle:  # noqa: ANN401  # whatever an article has
    """Return an article with these fields."""
    return DecodedArticle(title="Rain", body="Rain fell.", **fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"given_id": "42", "publisher": "www.Example.ORG"}, "example.org:42", id="publisher"),
        pytest.param({"given_id": "42", "publisher": "A: 5%"}, "a%3A 5%25:42", id="publisher with a colon"),
        pytest.param({"given_id": "a:b%", "publisher": "p"}, "p:a:b%", id="id with a colon"),
        pytest.param(
            {"given_id": "42", "publisher": "p", "url": "https://example.org/a"}, "p:42", id="publisher before host"
        ),
        pytest.param({"given_id": "42", "url": "https://m.example.org:8080/a"}, "example.org:42", id="host of the URL"),
        pytest.param({"given_id": "42", "url": "https://"}, "42", id="no host"),
        pytest.param({"given_id": "42"}, "42", id="bare"),
        pytest.param({"given_id": "urn:newsml:w:a1", "publisher": "p"}, "urn:newsml:w:a1", id="a URN"),
        pytest.param({"given_id": "tag:example.org,2021:42", "publisher": "p"}, "tag:example.org,2021:42", id="a tag"),
        pytest.param({"given_id": "x" * 512}, "x" * 512, id="as long as may be"),
        pytest.param({"given_id": "x" * 513}, sha256("x" * 513), id="too long"),
        pytest.param({"given_id": "\u65b0" * 170}, "\u65b0" * 170, id="as long as may be in UTF-8"),
        pytest.param({"given_id": "\u65b0" * 171}, sha256("\u65b0" * 171), id="too long in UTF-8"),
        pytest.param({"given_id": "x" * 511, "publisher": "p"}, sha256("p:" + "x" * 511), id="too long with its scope"),
        pytest.param({"url": "http://www.example.org/a/"}, sha256("https://example.org/a"), id="URL"),
        pytest.param({"url": "nowhere", "publisher": "p"}, sha256("Rain\n\nRain fell."), id="text"),
    ],
)
def test_an_article_is_named_by_id_then_address_then_text(fields: dict[str, str], expected: str) -> None:
    """The given id in its scope names an article, else its canonical URL, else its cleaned text."""
    assert identify(article(**fields), TEXT) == expected


@given(articles, st.text(max_size=600))
def test_every_article_has_an_id_of_bounded_length(each: DecodedArticle, given_id: str) -> None:
    """An id is never empty and never longer than the limit."""
    named = DecodedArticle(title=each.title, body=each.body, given_id=given_id, url=each.url, publisher=each.publisher)
    assert 1 <= len(identify(named, TEXT).encode()) <= MAX_ID_BYTES


@given(articles)
def test_a_withdrawal_by_id_names_the_article(each: DecodedArticle) -> None:
    """The id of a tagged record, as the key of a null value, names that record."""
    name = identify(each, TEXT)
    assert canonical_url(name) is not None or id_of_key(name) == name


def table() -> list[tuple[str, str]]:
    """Return the examples of the table in the module's docstring, made to whole addresses."""
    rows = [line.split("|")[2:4] for line in (identity.__doc__ or "").splitlines() if line.startswith("| ")][2:]
    whole = [[_whole(cell.strip().strip("`")) for cell in row] for row in rows]
    return [(given, canonical) for given, canonical in whole]


def _whole(example: str) -> str:
    if example.startswith("?"):
        example = f"/{example}"
    return example if "://" in example.lower() else f"https://example.org{example}"


@pytest.mark.parametrize(("address", "canonical"), table())
def test_the_table_of_rules_is_true(address: str, canonical: str) -> None:
    """Each rule's example is what the code does."""
    assert canonical_url(address) == canonical


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://[2001:DB8:0::1]:443/a", "https://[2001:db8::1]/a"),
        ("https://www.m.example.org/a", "https://example.org/a"),
        ("https://m.org/a", "https://m.org/a"),
        ("https://www.org/a", "https://www.org/a"),
        ("https://example.org/../../a/.", "https://example.org/a"),
        ("https://example.org/%2e%2E/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/amp", "https://example.org/amp"),
        ("https://example.org/Story", "https://example.org/Story"),
        ("https://example.org/?UTM%5FSource=a", "https://example.org/"),
        ("https://example.org/?p=2&p=1&p=2", "https://example.org/?p=1&p=2&p=2"),
        ("https://example.org/?ref=a&source=b&page=2", "https://example.org/?page=2&ref=a&source=b"),
        ("https://example.org/?a=b%26c", "https://example.org/?a=b%26c"),
        ("https://example.org/?", "https://example.org/"),
        ("https://example.org/#/story/5", "https://example.org/#/story/5"),
    ],
)
def test_addresses_in_canonical_form(address: str, canonical: str) -> None:
    """An address is settled without making two articles one."""
    assert canonical_url(address) == canonical


@pytest.mark.parametrize(
    "address",
    [
        "",
        "rain",
        "example.org/a",
        "//example.org/a",
        "ftp://example.org/a",
        "mailto:me@example.org",
        "https://",
        "https:///a",
        "https://./a",
        "https://exa mple.org/a",
        "https://example..org/a",
        "https://[::1/a",
        "https://[nothing]/a",
        "https://[fe80::1%25eth0]/a",
        "https://example.org:port/a",
        "https://example.org:99999/a",
        "https://" + "a" * 64 + "é.org/",
        "https://" + "a." * 127 + "org/",
        "https://\ud800.org/",
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(address: str) -> None:
    """Anything but a sound http or https address gives None."""
    assert canonical_url(address) is None


@given(urls | st.text().map("https://{}".format) | st.text().map("https://example.org/{}".format))
def test_the_canonical_form_is_its_own(address: str) -> None:
    """Settling an address twice changes nothing more, and the result is ASCII."""
    canonical = canonical_url(address)
    if canonical is not None:
        assert canonical.isascii()
        assert canonical_url(canonical) == canonical


def test_a_text_longer_than_any_address_is_none() -> None:
    """An address has at most 8,192 characters, and a longer key is replaced by its digest as it is."""
    start = "https://www.example.org/"
    longest = start + "a" * (identity.MAX_URL_CHARS - len(start))

    assert canonical_url(longest) == longest.replace("www.", "")
    assert canonical_url(longest + "a") is None
    assert id_of_key(longest + "a") == sha256(longest + "a")


def test_a_host_longer_than_any_name_is_no_address() -> None:
    """A host of more than 253 characters makes no address, whatever prefixes it has."""
    assert canonical_url(f"https://{'www.' * 60}example.org/") == "https://example.org/"
    assert canonical_url(f"https://{'www.' * 70}example.org/") is None
