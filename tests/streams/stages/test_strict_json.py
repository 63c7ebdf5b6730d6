"""JSON that is exactly what the standard says, or the reason why it is not."""

import json

import pytest
from hypothesis import given

from streams.records.rejection import PayloadError, RejectReason
from streams.stages.strict_json import parse_object
from tests.strategies import json_values

MAX_DEPTH = 8


def reason_of(value: bytes) -> RejectReason:
    """Return the reason for which a value is refused."""
    with pytest.raises(PayloadError) as caught:
        parse_object(value, MAX_DEPTH)
    return caught.value.reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(b"", RejectReason.EMPTY_VALUE, id="nothing"),
        pytest.param(b" \t\r\n", RejectReason.EMPTY_VALUE, id="white space"),
        pytest.param(b"\xef\xbb\xbf", RejectReason.EMPTY_VALUE, id="a byte order mark alone"),
        pytest.param(b'{"body": "\xff"}', RejectReason.NOT_UTF8, id="broken UTF-8 in a string"),
        pytest.param(b'{"b\xffdy": "x"}', RejectReason.NOT_UTF8, id="broken UTF-8 in a key"),
        pytest.param(b'{"body": \xff}', RejectReason.NOT_UTF8, id="broken UTF-8 between tokens"),
        pytest.param(b'{"body": "\xed\xa0\x80"}', RejectReason.NOT_UTF8, id="a surrogate as bytes"),
        pytest.param('{"body": "x"}'.encode("utf-16"), RejectReason.NOT_UTF8, id="UTF-16"),
        pytest.param(b"Rain fell.", RejectReason.NOT_JSON, id="text"),
        pytest.param(b'{"body": "x"', RejectReason.NOT_JSON, id="a cut object"),
        pytest.param(b'{"body": "x"} {}', RejectReason.NOT_JSON, id="two objects"),
        pytest.param(b'{"body": "x",}', RejectReason.NOT_JSON, id="a trailing comma"),
        pytest.param(b'{"body": "\x00"}', RejectReason.NOT_JSON, id="a raw NUL"),
        pytest.param(b'{"body": "NaN"', RejectReason.NOT_JSON, id="cut after a text that says NaN"),
        pytest.param(b'{"score": NaN}', RejectReason.NOT_FINITE, id="NaN"),
        pytest.param(b'{"score": [-Infinity]}', RejectReason.NOT_FINITE, id="minus infinity"),
        pytest.param(b'{"score": 1e999}', RejectReason.NOT_FINITE, id="a number that would be infinite"),
        pytest.param(b'{"score": ' + b"9" * 5000 + b"}", RejectReason.NOT_FINITE, id="5,000 digits"),
        pytest.param(b"[]", RejectReason.NOT_AN_OBJECT, id="array"),
        pytest.param(b"null", RejectReason.NOT_AN_OBJECT, id="null"),
        pytest.param(b'"x"', RejectReason.NOT_AN_OBJECT, id="string"),
        pytest.param(b"17", RejectReason.NOT_AN_OBJECT, id="number"),
        pytest.param(b"true", RejectReason.NOT_AN_OBJECT, id="boolean"),
        pytest.param(b'{"a":' * 10_000, RejectReason.TOO_DEEP, id="10,000 objects left open"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, RejectReason.TOO_DEEP, id="10,000 arrays"),
        pytest.param(b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", RejectReason.TOO_DEEP, id="one level too deep"),
    ],
)
def test_a_value_that_is_no_sound_object_is_refused_with_its_reason(value: bytes, reason: RejectReason) -> None:
    """A value that is no sound JSON object is refused, and the reason says what it is instead."""
    assert reason_of(value) is reason


def test_nesting_up_to_the_limit_is_read() -> None:
    """An object at exactly the greatest depth is read."""
    assert parse_object(b'{"a":' + b"[" * 7 + b"]" * 7 + b"}", MAX_DEPTH)["a"]


def test_brackets_in_a_text_are_not_nesting() -> None:
    """Brackets inside a string do not count as nesting."""
    assert parse_object(json.dumps({"body": "[" * 1000}).encode(), MAX_DEPTH)["body"] == "[" * 1000


def test_of_repeated_keys_the_last_counts() -> None:
    """The last of repeated keys is kept."""
    assert parse_object(b'{"body": "first", "body": null, "body": "last"}', MAX_DEPTH) == {"body": "last"}


def test_a_byte_order_mark_is_forgiven() -> None:
    """A byte order mark before the object is ignored."""
    assert parse_object(b'\xef\xbb\xbf{"a": 1}', MAX_DEPTH) == {"a": 1}


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"\ude00 cut", "\ufffd cut"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\\ud83d \ud83d", "\\ud83d \ufffd"),
        (rb"\ud83d\u0041", "\ufffdA"),
    ],
)
def test_half_of_a_surrogate_pair_becomes_the_replacement_character(escaped: bytes, text: str) -> None:
    """Half a surrogate pair is replaced, whole pairs and escaped backslashes stay, and the text can be encoded."""
    parsed = parse_object(b'{"body": "' + escaped + b'"}', MAX_DEPTH)["body"]
    assert parsed == text
    assert parsed.encode()


def test_long_integers_keep_their_digits() -> None:
    """An integer beyond 64 bits is not rounded."""
    assert parse_object(b'{"id": 123456789012345678901234567890}', MAX_DEPTH) == {"id": 123456789012345678901234567890}


@given(json_values)
def test_what_the_strict_writer_of_python_writes_is_read_back(value: object) -> None:
    """Every object that Python writes without NaN and infinity is read as Python reads it."""
    try:
        written = json.dumps({"value": value}, allow_nan=False).encode()
    except ValueError:
        assert reason_of(json.dumps({"value": value}).encode()) is RejectReason.NOT_FINITE
    else:
        assert parse_object(written, max_depth=64) == {"value": value}
