"""Dead-letter composer: the record of the rejected topic for a raw record that can never be tagged.

Key, value and headers are those of the raw record, untouched; headers under `copytaster.error.` state the fault.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from streams.records.origin import Headers, OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.stages.route import attempt_of

ERROR_PREFIX = "copytaster.error."

OMITTED_HEADER = ERROR_PREFIX + "value_omitted_bytes"
"""On a dead letter whose value even the rejected topic refuses for its size: the length of the omitted value."""

MAX_MESSAGE_BYTES = 4_096
"""Longest error message in a header. All error headers together stay far below the 64 KiB that the rejected topic
takes beyond the raw topic's largest record."""


class DeadLetterComposer:
    """Composes dead letters.

    Parameters
    ----------
    topic
        The Kafka topic for dead letters.
    now
        The current time, aware.
    """

    def __init__(self, topic: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._topic = topic
        self._now = now

    def compose(self, record: RawRecord, rejection: Rejected) -> OutputRecord:
        """Return the dead letter of a record."""
        headers = (*record.headers, *_error_headers(record, rejection, self._now()))
        return OutputRecord(self._topic, record.key, record.value, headers)


def _error_headers(record: RawRecord, rejection: Rejected, at: datetime) -> Headers:
    origin = record.origin
    facts = {
        "stage": rejection.stage,
        "reason": rejection.reason,
        "class": rejection.error,
        "message": rejection.message,
        "topic": origin.topic,
        "partition": str(origin.partition),
        "offset": str(origin.offset),
        "disposition": "dead_letter",
        "rejected_at": at.isoformat(),
    }
    named = tuple((ERROR_PREFIX + name, _cut(fact)) for name, fact in facts.items())
    return (*named, (f"{ERROR_PREFIX}attempt", b"%d" % attempt_of(record.headers)))


def _cut(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")[:MAX_MESSAGE_BYTES].decode("utf-8", "ignore").encode()
