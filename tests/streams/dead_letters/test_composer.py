"""The dead letter of a raw record that can never be tagged."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dead_letters.composer import MAX_MESSAGE_BYTES, DeadLetterComposer, redrive_headers
from streams.dead_letters.letter import DeadLetter
from streams.records.origin import Headers, Origin, OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGIN = Origin("news.articles.raw.v1", 3, 1842)
RECORD = RawRecord(ORIGIN, b"key", b"value", (("trace", b"1"), ("trace", b"2"), ("empty", None)), 1_600_000_000_000)
REJECTED = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON at byte 3")

names = st.sampled_from(["own", *(name for name, _ in redrive_headers(ORIGIN))]) | st.text(max_size=5)
headers = st.lists(st.tuples(names, st.none() | st.binary(max_size=9)), max_size=8).map(tuple)


def letter(record: RawRecord = RECORD, rejection: Rejected = REJECTED) -> OutputRecord:
    """Return the dead letter of a record."""
    return DeadLetterComposer("news.articles.rejected.v1", lambda: AT).compose(record, rejection)


def test_a_dead_letter_holds_the_record_as_it_came() -> None:
    """Key, value and headers are untouched, repeated and null headers included, and the error headers follow."""
    output = letter()

    assert (output.topic, output.key, output.value) == ("news.articles.rejected.v1", b"key", b"value")
    assert output.headers[:3] == RECORD.headers
    assert dict(output.headers[3:]) == {
        "copytaster.error.stage": b"decode",
        "copytaster.error.reason": b"not_json",
        "copytaster.error.class": b"PayloadError",
        "copytaster.error.message": b"no JSON at byte 3",
        "copytaster.error.topic": b"news.articles.raw.v1",
        "copytaster.error.partition": b"3",
        "copytaster.error.offset": b"1842",
        "copytaster.error.disposition": b"dead_letter",
        "copytaster.error.rejected_at": b"2026-01-02T03:04:05+00:00",
        "copytaster.error.timestamp_ms": b"1600000000000",
        "copytaster.error.attempt": b"1",
        "x-original-topic": b"news.articles.raw.v1",
        "x-original-partition": b"3",
        "x-original-offset": b"1842",
        "kafka_dlt-original-topic": b"news.articles.raw.v1",
        "kafka_dlt-original-partition": b"\0\0\0\3",
        "kafka_dlt-original-offset": (1842).to_bytes(8, "big"),
    }


@given(headers, st.booleans())
def test_a_replay_restores_the_headers(own: Headers, repeated: bool) -> None:
    """The raw record's own headers come back from its dead letter, also those of the names that a letter adds."""
    kept = (*own, *redrive_headers(ORIGIN)) if repeated else own
    record = msgspec.structs.replace(RECORD, headers=kept)
    output = letter(record)

    read = DeadLetter.from_record(RawRecord(Origin(output.topic, 0, 0), output.key, output.value, output.headers))

    assert read.headers == kept
    assert read.raw_place == ORIGIN


@pytest.mark.parametrize(
    "message", ["x" * 100_000, "é" * 100_000, "\ud800" * 100_000], ids=["ascii", "utf-8", "surrogates"]
)
def test_an_error_message_is_cut(message: str) -> None:
    """Whatever the length and characters of the message, its header is valid UTF-8 of a bounded length."""
    header = dict(letter(rejection=msgspec.structs.replace(REJECTED, message=message)).headers)[
        "copytaster.error.message"
    ]

    assert header is not None
    assert 0 < len(header) <= MAX_MESSAGE_BYTES
    assert header.decode()


@pytest.mark.parametrize(
    ("header", "attempt"), [(b"2", b"2"), (b"0", b"1"), (b"-1", b"1"), (b"two", b"1"), (b"9" * 30, b"1")]
)
def test_a_dead_letter_counts_its_attempt(header: bytes, attempt: bytes) -> None:
    """A replayed record that fails again has the number of that attempt; an invalid number counts as the first."""
    record = msgspec.structs.replace(RECORD, headers=(("copytaster.attempt", header),))

    assert dict(letter(record).headers)["copytaster.error.attempt"] == attempt
