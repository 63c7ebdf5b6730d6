"""Dead letters, read back: the raw record as it came, and what its error headers say."""

import re
from datetime import datetime

import msgspec

from streams.dead_letters.writer import ERROR_PREFIX
from streams.records.origin import Headers, Origin, RawRecord
from streams.stages.route import ATTEMPT_HEADER, ORIGIN_HEADER, attempt_of, first_origin_of

UNKNOWN = "unknown"
"""Stands where a header is missing: other programs may write to the topic too."""

_NUMBERS = re.compile(r"(\d{1,10}) (\d{1,19})", re.ASCII)
"""Partition and offset: Kafka's are of 32 and of 64 bits."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the rejected topic.

    `origin` is the place of the raw record as `topic[partition]@offset`; of one that was replayed, the place that it
    had first. `raw_place` is where the worker read it, None where no worker wrote the letter. `attempt` counts from 1.
    `headers` are those of the raw record; `value_omitted` says that the value was too large to be kept.
    """

    record: RawRecord
    stage: str
    reason: str
    error: str
    message: str
    origin: str
    raw_place: Origin | None
    attempt: int
    rejected_at: datetime | None
    value_omitted: bool
    headers: Headers


def dead_letter(record: RawRecord) -> DeadLetter:
    """Return the dead letter in a record of the rejected topic, whatever is in it."""
    facts = {name: _text(value) for name, value in record.headers if name.startswith(ERROR_PREFIX)}

    def fact(name: str) -> str:
        return facts.get(ERROR_PREFIX + name) or UNKNOWN

    return DeadLetter(
        record=record,
        stage=fact("stage"),
        reason=fact("reason"),
        error=fact("class"),
        message=fact("message"),
        origin=first_origin_of(record.headers) or f"{fact('topic')}[{fact('partition')}]@{fact('offset')}",
        raw_place=_place(fact("topic"), fact("partition"), fact("offset")),
        attempt=attempt_of(record.headers),
        rejected_at=_time(fact("rejected_at")),
        value_omitted=ERROR_PREFIX + "value_omitted_bytes" in facts,
        headers=tuple((name, value) for name, value in record.headers if not name.startswith(ERROR_PREFIX)),
    )


def replayed(letter: DeadLetter) -> Headers:
    """Return the headers with which a letter goes back to the raw topic: its own, its first origin, one attempt more.

    Examples
    --------
    >>> place = {"topic": b"raw", "partition": b"2", "offset": b"17"}
    >>> headers = (("own", b"1"), *((f"copytaster.error.{name}", value) for name, value in place.items()))
    >>> replayed(dead_letter(RawRecord(Origin("rejected", 0, 5), None, b"", headers)))
    (('own', b'1'), ('copytaster.origin', b'raw[2]@17'), ('copytaster.attempt', b'2'))
    """
    own = tuple((name, value) for name, value in letter.headers if name not in {ORIGIN_HEADER, ATTEMPT_HEADER})
    return (*own, (ORIGIN_HEADER, letter.origin.encode()), (ATTEMPT_HEADER, b"%d" % (letter.attempt + 1)))


def _place(topic: str, partition: str, offset: str) -> Origin | None:
    numbers = _NUMBERS.fullmatch(f"{partition} {offset}")
    return None if topic == UNKNOWN or numbers is None else Origin(topic, int(numbers[1]), int(numbers[2]))


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
