"""Tests of whose article a raw record is."""

import json

import pytest

from streams.records.origin import Headers, Origin, RawRecord
from streams.settings.schema import LimitsSettings
from streams.stages.publisher_name import publisher_of


def of(value: object, key: bytes | None = None, headers: Headers = ()) -> str | None:
    """Return the publisher of a record with this value, as JSON unless it is bytes."""
    content = value if isinstance(value, bytes | None) else json.dumps(value).encode()
    return publisher_of(RawRecord(Origin("raw", 0, 0), key, content, headers), LimitsSettings())


@pytest.mark.parametrize(
    ("article", "publisher"),
    [
        ({"publisher": "WWW.Example.org"}, "example.org"),
        ({"source_domain": "example.org", "title": 3}, "example.org"),
        ({"link": "https://www.example.org/a"}, "example.org"),
        ({"publisher": {"name": "The Example"}, "url": "https://a.example"}, "the example"),
        ({"body": "text"}, None),
        ([1], None),
    ],
    ids=["named", "of news-please", "by address", "name before address", "nothing", "no object"],
)
def test_an_article_tells_its_publisher(article: object, publisher: str | None) -> None:
    """The publisher's field decides, else the host of the address."""
    assert of(article) == publisher


@pytest.mark.parametrize(
    ("key", "publisher"),
    [
        (b"https://www.example.org/a", "example.org"),
        (b"example.org:17", "example.org"),
        (b"12:30", None),
        (b"17", None),
        (b"\xff", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("value", [b"{", b"\xff", b'{"a":' * 10_000, None], ids=["cut", "bytes", "deep", "null"])
def test_the_key_tells_what_the_value_does_not(value: bytes | None, key: bytes | None, publisher: str | None) -> None:
    """Of a record that cannot be read, a key that is an address or a scoped id names the publisher."""
    assert of(value, key) == publisher


def test_an_event_tells_its_source() -> None:
    """An article without publisher and address is that of its event's source."""
    headers = (
        ("ce_specversion", b"1.0"),
        ("ce_id", b"1"),
        ("ce_type", b"t"),
        ("ce_source", b"https://example.org/feed"),
    )

    assert of({"body": "text"}, headers=headers) == "example.org"
