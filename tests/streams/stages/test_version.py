"""The version of an article: computed from the raw record alone, and kept by replays."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dead_letters.composer import DeadLetterComposer
from streams.dead_letters.letter import DeadLetter
from streams.records.article import DecodedArticle, Withdrawal
from streams.records.origin import Headers, Origin, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.records.version import MAX_VERSION, StatedVersion, Version
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.version import version_of

RECEIVED = 1_678_100_000_000
MADE = datetime(2023, 3, 6, 10, 15, tzinfo=UTC)
MADE_MS = 1_678_097_700_000
BAD_JSON = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON")


def raw(value: object = None, *, at: int | None = RECEIVED, headers: Headers = (), offset: int = 7) -> RawRecord:
    """Return a raw record."""
    content = None if value is None else json.dumps(value).encode()
    return RawRecord(Origin("raw", 1, offset), b"1", content, headers, at)


def version(record: RawRecord) -> Version:
    """Return the version of a decoded record."""
    decoded: DecodedArticle | Withdrawal = Decoder(LimitsSettings()).decode(record)
    return version_of(record, decoded.version)


def replayed(record: RawRecord, *, at: int, force: bool = False) -> RawRecord:
    """Return a record after its dead letter was replayed at a time."""
    letter = DeadLetterComposer("rejected").compose(record, BAD_JSON)
    stored = RawRecord(Origin("rejected", 0, 0), letter.key, letter.value, letter.headers, at - 1)
    headers = DeadLetter.from_record(stored).replay_headers(force=force)
    return RawRecord(Origin("raw", 0, 900), record.key, record.value, headers, at)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, (RECEIVED, 0), id="nothing stated"),
        pytest.param({"versioned_at": "2023-03-06T10:15:00Z"}, (MADE_MS, 0), id="own name"),
        pytest.param({"date_modify": "2023-03-06 10:15:00", "version": "4"}, (MADE_MS, 4), id="news-please, numbered"),
        pytest.param({"dateModified": "2023-03-06T11:15:00+01:00"}, (MADE_MS, 0), id="schema.org"),
        pytest.param({"versioncreated": "2023-03-06T10:15:00Z", "version": "3"}, (MADE_MS, 3), id="ninjs"),
        pytest.param({"published_at": "2023-03-06T10:15:00Z"}, (RECEIVED, 0), id="publication is no version"),
        pytest.param({"versioned_at": "2123-03-06T10:15:00Z", "version": 2}, (RECEIVED, 2), id="in the future"),
        pytest.param({"versioned_at": "6/3/23"}, (RECEIVED, 0), id="no date"),
        pytest.param({"versioned_at": "1923-03-06"}, (0, 0), id="before 1970"),
        pytest.param({"version": 10**30}, (RECEIVED, 0), id="a number beyond all bounds"),
    ],
)
def test_the_version_is_the_time_that_the_source_states_else_the_timestamp(
    fields: dict[str, object], expected: tuple[int, int]
) -> None:
    """The source's own time counts up to the Kafka timestamp, and its number breaks ties."""
    found = version(raw({"body": "Rain fell.", **fields}))

    assert (found.ms, found.number) == expected
    assert (found.offset, found.partition) == (7, 1)


def test_a_tombstone_has_its_timestamp() -> None:
    """A withdrawal without a value is as new as its record."""
    assert version(raw()).ms == RECEIVED


def test_a_replay_keeps_the_version() -> None:
    """However often a record is replayed, its version is that of its first attempt."""
    first = raw({"body": "Rain fell."})
    once = replayed(first, at=RECEIVED + 60_000)
    twice = replayed(once, at=RECEIVED + 120_000)

    assert version(once) == version(twice) == version(first)


def test_a_replay_by_force_is_the_newest() -> None:
    """A forced replay takes the timestamp of its own attempt; a later replay of it is as old as the record again."""
    first = raw({"body": "Rain fell.", "versioned_at": "2023-03-06T10:15:00Z", "version": 2})
    forced = replayed(first, at=RECEIVED + 60_000, force=True)

    assert version(forced) == Version(RECEIVED + 60_000, 0, 900, 0)
    assert version(replayed(forced, at=RECEIVED + 90_000)) == version(first)


def test_a_letter_without_the_timestamp_is_as_old_as_its_rejection() -> None:
    """Letters of earlier releases hold no timestamp: the time at which they were written stands for it."""
    headers = (("copytaster.error.rejected_at", b"2023-03-06T10:15:00+00:00"),)
    letter = DeadLetter.from_record(RawRecord(Origin("rejected", 0, 0), b"1", b"{}", headers, RECEIVED))

    assert letter.first_timestamp_ms == MADE_MS


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.one_of(st.none(), st.integers()),
    st.one_of(st.none(), st.integers(min_value=-1, max_value=MAX_VERSION)),
)
def test_a_version_is_an_integer_that_every_reader_takes(
    at: datetime, number: int | None, timestamp: int | None
) -> None:
    """Whatever a source states, the version is in range, and never later than the timestamp."""
    found = version_of(raw(at=timestamp), StatedVersion(at, number))

    assert 0 <= found.ms <= MAX_VERSION
    assert 0 <= found.number <= MAX_VERSION
    assert timestamp is None or found.ms <= max(0, timestamp)
