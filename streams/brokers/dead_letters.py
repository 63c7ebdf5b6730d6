"""Dead letters, read back: the raw record as it came, and what its error headers say."""

from datetime import datetime

import msgspec

from streams.records.origin import Headers, RawRecord
from streams.stages.route import ERROR_PREFIX

UNKNOWN = "unknown"
"""Stands where a header is missing: other programs may write to the topic too."""


class DeadLetter(msgspec.Struct, frozen=True):
    """A record of the rejected topic.

    `origin` is the place of the raw record as `topic[partition]@offset`; `headers` are those that the scraper sent.
    """

    record: RawRecord
    stage: str
    reason: str
    error: str
    message: str
    origin: str
    rejected_at: datetime | None
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
        origin=f"{fact('topic')}[{fact('partition')}]@{fact('offset')}",
        rejected_at=_time(fact("rejected_at")),
        headers=tuple((name, value) for name, value in record.headers if not name.startswith(ERROR_PREFIX)),
    )


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
