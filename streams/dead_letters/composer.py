"""Dead-letter composer: the record of the rejected topic for a raw record that can never be tagged.

Key, value and headers are those of the raw record, untouched; headers under `copytaster.error.` state the fault. The
place of the raw record is also in the headers that the redrive functions of other tools read.
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime

from streams.records.origin import Headers, Origin, OutputRecord, RawRecord
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
        errors = _error_headers(record, rejection, self._now())
        headers = (*record.headers, *errors, *redrive_headers(record.origin))
        return OutputRecord(self._topic, record.key, record.value, headers)


def redrive_headers(origin: Origin) -> Headers:
    r"""Return the place of a raw record in the headers by which other tools send dead letters back.

    `x-original-*` are decimal text, as most tools have them. `kafka_dlt-original-*` are Spring for Apache Kafka's
    (`KafkaHeaders.DLT_ORIGINAL_TOPIC` and its kin): a big-endian integer of 32 bits, and one of 64 bits.

    >>> dict(redrive_headers(Origin("raw", 2, 17)))["kafka_dlt-original-partition"]
    b'\x00\x00\x00\x02'
    """
    topic = origin.topic.encode()
    return (
        ("x-original-topic", topic),
        ("x-original-partition", b"%d" % origin.partition),
        ("x-original-offset", b"%d" % origin.offset),
        ("kafka_dlt-original-topic", topic),
        ("kafka_dlt-original-partition", struct.pack(">i", origin.partition)),
        ("kafka_dlt-original-offset", struct.pack(">q", origin.offset)),
    )


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
    if record.timestamp_ms is not None:
        facts["timestamp_ms"] = str(record.timestamp_ms)
    named = tuple((ERROR_PREFIX + name, _cut(fact)) for name, fact in facts.items())
    return (*named, (f"{ERROR_PREFIX}attempt", b"%d" % attempt_of(record.headers)))


def _cut(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")[:MAX_MESSAGE_BYTES].decode("utf-8", "ignore").encode()
