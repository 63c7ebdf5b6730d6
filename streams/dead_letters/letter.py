"""Dead letter: a record of the rejected topic, with the raw record that it holds and the error in its headers."""

import re
from datetime import datetime
from typing import Self

import msgspec

from streams.dead_letters.composer import ERROR_PREFIX, OMITTED_HEADER, redrive_headers
from streams.records.origin import Headers, Origin, RawRecord
from streams.settings.schema import LimitsSettings
from streams.stages.embargo import embargo_end_of
from streams.stages.publisher_name import publisher_of
from streams.stages.route import ATTEMPT_HEADER, ORIGIN_HEADER, attempt_of, first_origin_of
from streams.stages.version import FIRST_TIMESTAMP_HEADER, FORCED_HEADER, first_timestamp_ms

UNKNOWN = "unknown"
"""Stands for a missing header: other programs may write to the topic, too."""

_REPLAY_HEADERS = frozenset({ORIGIN_HEADER, ATTEMPT_HEADER, FIRST_TIMESTAMP_HEADER, FORCED_HEADER})
_NUMBERS = re.compile(r"(\d{1,10}) (\d{1,19})", re.ASCII)
"""Partition and offset: Kafka's have 32 and 64 bits."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the rejected topic.

    `origin` is the place of the raw record as `topic[partition]@offset`; of a replayed record, its first place.
    `raw_place` is where the worker read the raw record, None where no worker wrote the letter. `attempt` counts from 1.
    `first_timestamp_ms` is the Kafka timestamp of the first attempt. `headers` are those of the raw record;
    `value_omitted` states that the value was too large to be kept.
    """

    record: RawRecord
    stage: str
    reason: str
    error: str
    message: str
    origin: str
    raw_place: Origin | None
    attempt: int
    first_timestamp_ms: int | None
    rejected_at: datetime | None
    value_omitted: bool
    headers: Headers

    @classmethod
    def from_record(cls, record: RawRecord) -> Self:
        """Return the dead letter in any record of the rejected topic; missing facts are `unknown`."""
        facts = {name: _decode(value) for name, value in record.headers if name.startswith(ERROR_PREFIX)}

        def fact(name: str) -> str:
            return facts.get(ERROR_PREFIX + name) or UNKNOWN

        rejected_at = _parse_time(fact("rejected_at"))
        place = _parse_place(fact("topic"), fact("partition"), fact("offset"))
        return cls(
            record=record,
            stage=fact("stage"),
            reason=fact("reason"),
            error=fact("class"),
            message=fact("message"),
            origin=first_origin_of(record.headers) or f"{fact('topic')}[{fact('partition')}]@{fact('offset')}",
            raw_place=place,
            attempt=attempt_of(record.headers),
            first_timestamp_ms=first_timestamp_ms(
                RawRecord(record.origin, None, None, record.headers, _parse_ms(fact("timestamp_ms"), rejected_at))
            ),
            rejected_at=rejected_at,
            value_omitted=OMITTED_HEADER in facts,
            headers=_own_headers(record.headers, place),
        )

    def publisher(self, limits: LimitsSettings) -> str | None:
        """Return the publisher of the raw article, in lower case and without `www.`, or None where it is unknown."""
        return publisher_of(msgspec.structs.replace(self.record, headers=self.headers), limits)

    def embargo_end(self, limits: LimitsSettings) -> datetime | None:
        """Return when the embargo of the raw article ends, aware and in UTC, None where no time is stated."""
        return embargo_end_of(msgspec.structs.replace(self.record, headers=self.headers), limits)

    def replay_headers(self, *, force: bool = False) -> Headers:
        """Return the headers of the replayed record: those of the raw record, its first place and time, the attempt.

        Parameters
        ----------
        force
            Whether the record is to be published in spite of newer versions of its article.

        Examples
        --------
        >>> place = {"topic": b"raw", "partition": b"2", "offset": b"17"}
        >>> headers = (("own", b"1"), *((f"copytaster.error.{name}", value) for name, value in place.items()))
        >>> DeadLetter.from_record(RawRecord(Origin("rejected", 0, 5), None, b"", headers)).replay_headers()
        (('own', b'1'), ('copytaster.origin', b'raw[2]@17'), ('copytaster.attempt', b'2'))
        """
        own = [(name, value) for name, value in self.headers if name not in _REPLAY_HEADERS]
        first, forced = self.first_timestamp_ms, ((FORCED_HEADER, b"1"),) if force else ()
        return (
            *own,
            (ORIGIN_HEADER, self.origin.encode()),
            (ATTEMPT_HEADER, b"%d" % (self.attempt + 1)),
            *(() if first is None else ((FIRST_TIMESTAMP_HEADER, b"%d" % first),)),
            *forced,
        )


def _own_headers(headers: Headers, place: Origin | None) -> Headers:
    """Return the headers without those that the dead letter added, of which the raw record may have had its own."""
    own = [header for header in headers if not header[0].startswith(ERROR_PREFIX)]
    added = redrive_headers(place) if place else ()
    return tuple(own[: -len(added)] if added and tuple(own[-len(added) :]) == added else own)


def _parse_place(topic: str, partition: str, offset: str) -> Origin | None:
    numbers = _NUMBERS.fullmatch(f"{partition} {offset}")
    return None if topic == UNKNOWN or numbers is None else Origin(topic, int(numbers[1]), int(numbers[2]))


def _parse_ms(text: str, rejected_at: datetime | None) -> int | None:
    """Return a timestamp of milliseconds; for letters that do not hold it, the time at which they were written."""
    if text.isascii() and text.isdecimal():
        return int(text)
    return None if rejected_at is None or rejected_at.tzinfo is None else int(rejected_at.timestamp() * 1000)


def _decode(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _parse_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
