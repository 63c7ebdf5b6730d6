"""Tests of how dead letters are shown."""

from datetime import UTC, datetime

from streams.dead_letters.letter import DeadLetter
from streams.records.origin import Headers, Origin, RawRecord
from streams.terminal.rejection import VALUE_CHARS, rejection_detail, rejection_view, rejections_table, shown_bytes
from tests.streams.terminal.articles import drawn

HEADERS: Headers = (
    ("traceparent", b"00-1"),
    ("copytaster.error.stage", b"decode"),
    ("copytaster.error.reason", b"not_json"),
    ("copytaster.error.class", b"PayloadError"),
    ("copytaster.error.message", b"no JSON at byte 3\x1b[2J"),
    ("copytaster.error.topic", b"raw"),
    ("copytaster.error.partition", b"2"),
    ("copytaster.error.offset", b"17"),
    ("copytaster.error.rejected_at", b"2026-01-31T09:00:00+00:00"),
)
LETTER = DeadLetter.from_record(RawRecord(Origin("rejected", 0, 5), b"key\xff", b'{"body": \x1b[2J', HEADERS))


def test_a_dead_letter_is_read_back() -> None:
    """The error headers become fields, and the headers of the raw record stay."""
    assert (LETTER.stage, LETTER.reason, LETTER.origin) == ("decode", "not_json", "raw[2]@17")
    assert LETTER.rejected_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert LETTER.headers == (("traceparent", b"00-1"),)


def test_a_record_of_others_is_read_too() -> None:
    """A record without error headers is a dead letter whose facts are unknown."""
    headers = (("copytaster.error.rejected_at", b"?"),)
    letter = DeadLetter.from_record(RawRecord(Origin("rejected", 0, 6), None, None, headers))

    assert (letter.stage, letter.reason, letter.rejected_at) == ("unknown", "unknown", None)


def test_a_row_has_the_place_that_show_takes() -> None:
    """The table has the place of each record, its stage, reason, time and message."""
    shown = drawn(rejections_table([LETTER]), 120)

    for part in ("0:5", "2026-01-31 09:00", "decode", "not_json", "no JSON at byte 3"):
        assert part in shown


def test_everything_is_shown_safely() -> None:
    """Key, headers and bytes are shown as text, with escapes for unprintable characters."""
    shown = drawn(rejection_detail(LETTER), 120)

    for part in ("raw[2]@17", r"key\xff", "traceparent: 00-1", r'{"body": \u001b[2J'):
        assert part in shown
    assert "\x1b" not in shown


def test_a_rejection_among_articles_says_where_and_why() -> None:
    """Two lines state reason, stage, origin and message."""
    first, second = drawn(rejection_view("decode", "not_json", "no JSON \x1b[2Jat byte 3", "raw[2]@17")).splitlines()

    assert {"not_json", "decode", "raw[2]@17"} <= set(first.split())
    assert "no JSON at byte 3" in second


def test_long_values_are_cut() -> None:
    """A long value is cut, with the number of bytes that are not shown; a null value differs from an empty one."""
    shown = shown_bytes(b"x" * (VALUE_CHARS + 5))

    assert shown.count("x") == VALUE_CHARS
    assert "5" in shown
    assert shown_bytes(None) != shown_bytes(b"")
