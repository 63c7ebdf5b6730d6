"""JSON files and text files."""

import io
import json

import pytest

from streams.errors import FeedError
from streams.feeds.documents import read_json, read_text


def values(content: bytes) -> list[bytes | FeedError]:
    """Return the values that a JSON file gives."""
    return [value for value, _ in read_json(io.BytesIO(content), "f.json")]


def article(content: bytes) -> dict[str, str]:
    """Return the raw article that a text file gives."""
    [(value, place)] = read_text(io.BytesIO(content), "f.txt")
    assert place == "f.txt"
    article: dict[str, str] = json.loads(value)
    return article


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b' {"body":\n "x"} \n', [b'{"body":\n "x"}'], id="an object"),
        pytest.param(b'[{"a": 1.0}, {"b": [2]} ]', [b'{"a": 1.0}', b'{"b": [2]}'], id="an array"),
        pytest.param(b'{"a": 1}\n{"b": NaN}\n', [b'{"a": 1}', b'{"b": NaN}'], id="lines of objects"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', [b'{"a": 1}'], id="a byte order mark"),
        pytest.param(b'{\n"a": NaN\n}', [b'{\n"a": NaN\n}'], id="a broken object as it is"),
        pytest.param(b'[{"a": 1}, {', [b'[{"a": 1}, {'], id="a broken array as it is"),
        pytest.param(b"[" * 10_000, [b"[" * 10_000], id="deep nesting as it is"),
        pytest.param(b"[]", [], id="an empty array"),
        pytest.param(b" \n", [], id="an empty file"),
    ],
)
def test_a_json_file_gives_its_articles_byte_for_byte(content: bytes, expected: list[bytes]) -> None:
    """An object, elements of an array and lines are returned unchanged, and so is anything else."""
    assert values(content) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    """A document that another system wrote with a byte order mark is passed on in UTF-8."""
    assert values('[{"title": "ä"}]'.encode(encoding)) == [b'{"title": "\xc3\xa4"}']


def test_the_place_of_an_element_is_its_number() -> None:
    """Elements of an array are counted from one."""
    assert [place for _, place in read_json(io.BytesIO(b"[{}, {}]"), "f.json")] == ["f.json#1", "f.json#2"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"Rain\n\nRain fell.\nMuch.", {"title": "Rain", "body": "Rain fell.\nMuch."}, id="title and body"),
        pytest.param(b"\n# Rain\nRain fell.\n", {"title": "Rain", "body": "Rain fell."}, id="Markdown"),
        pytest.param(b"Rain fell.\n", {"body": "Rain fell."}, id="one line"),
        pytest.param(b"x" * 201 + b"\ny", {"body": "x" * 201 + "\ny"}, id="a first line too long for a title"),
        pytest.param("\ufeffRain\nä".encode(), {"title": "Rain", "body": "ä"}, id="a byte order mark"),
        pytest.param("Rain\nä".encode("utf-16"), {"title": "Rain", "body": "ä"}, id="UTF-16"),
        pytest.param(b"Rain\n\x93\xe4\x94\x81", {"title": "Rain", "body": "“ä”\x81"}, id="Windows-1252"),
    ],
)
def test_a_text_file_is_an_article(content: bytes, expected: dict[str, str]) -> None:
    """A short first line is the title, the rest the body, whatever the encoding."""
    assert article(content) == expected


def test_an_empty_text_file_is_no_article() -> None:
    """A file without text gives nothing."""
    assert list(read_text(io.BytesIO(b" \n"), "f.txt")) == []
