"""Outputs that are too large for some of their topics, with a broker in memory: one outcome for each record."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime

import pytest

from streams.dead_letters.composer import OMITTED_HEADER, DeadLetterComposer
from streams.dead_letters.letter import DeadLetter
from streams.records.origin import OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import RecordResult
from streams.stages.route import WITHDRAWN_EVENT
from streams.worker.publish.delivery import Delivered, Delivery
from streams.worker.publish.publishing import OutputSender
from tests.streams.worker.records import ScriptedOutlet, TooLargeError, raw, tagged

LIMITS = {"tagged": 1_000, "routed": 10, "rejected": 1_000}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BAD_JSON = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON at byte 3")

Processed = tuple[RawRecord, RecordResult]


class UnevenOutlet(ScriptedOutlet):
    """A broker whose topics accept records of different sizes, key, value and headers together."""

    def __init__(self, limits: dict[str, int]) -> None:
        super().__init__()
        self._limits = limits

    async def send(self, record: OutputRecord) -> Awaitable[object]:
        """Refuse a record that is too large for its topic."""
        headers = sum(len(name) + len(value or b"") for name, value in record.headers)
        if len(record.key or b"") + len(record.value or b"") + headers > self._limits[record.topic]:
            raise TooLargeError
        return await super().send(record)


def article(offset: int, value: bytes, key: bytes = b"key") -> Processed:
    """Return an article that is routed to two topics."""
    outputs = tuple(OutputRecord(topic, key, value, (("ce_type", b"t"),)) for topic in ("tagged", "routed"))
    return RawRecord(raw(offset).origin, key, value), RecordResult(tagged(), outputs)


def deliver(outlet: ScriptedOutlet, *batch: Processed) -> Delivered:
    """Deliver a batch."""
    delivery = Delivery(OutputSender(outlet, attempts=1), DeadLetterComposer("rejected", lambda: NOON))
    return asyncio.run(delivery.deliver([record for record, _ in batch], [result for _, result in batch]))


def last_values(taken: Sequence[OutputRecord], topic: str) -> dict[bytes | None, bytes | None]:
    """Return the last value of each key of a topic."""
    return {record.key: record.value for record in taken if record.topic == topic}


def test_a_rejected_record_is_delivered_as_a_dead_letter() -> None:
    """A rejected record, which has no outputs of its own, becomes one dead letter with the record as it came."""
    outlet = UnevenOutlet(LIMITS | {"routed": 20})

    delivered = deliver(outlet, article(0, b"1"), (raw(1, b"{..."), RecordResult(BAD_JSON, ())))

    (letter,) = (record for record in outlet.taken if record.topic == "rejected")
    assert (letter.key, letter.value) == (b"key", b"{...")
    assert (dict(letter.headers)["copytaster.error.reason"], delivered.outputs) == (b"not_json", 3)
    assert delivered.outcomes == (tagged(), BAD_JSON)


def test_each_record_needs_a_result() -> None:
    """Nothing is sent where records and results cannot be paired."""
    outlet = UnevenOutlet(LIMITS)
    delivery = Delivery(OutputSender(outlet, attempts=1), DeadLetterComposer("rejected"))

    with pytest.raises(ValueError, match="shorter"):
        asyncio.run(delivery.deliver([raw(0), raw(1)], [RecordResult(tagged(), ())]))

    assert outlet.sent == 0


def test_an_output_that_one_topic_refuses_is_retracted_from_the_others() -> None:
    """An article that only one of its topics accepts is rejected, and a tombstone follows it on that topic."""
    outlet = UnevenOutlet(LIMITS | {"routed": 20})

    delivered = deliver(outlet, article(0, b"x" * 50), article(1, b"fits", b"2"))

    outcome = delivered.outcomes[0]
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.OUTPUT_TOO_LARGE
    assert outcome.message == "the output for 'routed' has 61 bytes, more than client or broker accept"
    assert last_values(outlet.taken, "tagged") == {b"key": None, b"2": b"fits"}
    assert last_values(outlet.taken, "routed") == {b"2": b"fits"}
    assert dict(next(each for each in outlet.taken if each.value is None).headers) == {
        "ce_type": WITHDRAWN_EVENT.encode()
    }
    assert delivered.outputs == len(outlet.taken)


def test_a_later_revision_follows_the_tombstone() -> None:
    """A later output of the same batch for the same article is sent again behind the tombstone."""
    outlet = UnevenOutlet(LIMITS | {"routed": 20})

    deliver(outlet, article(0, b"x" * 50), article(1, b"second"))

    assert [record.value for record in outlet.taken if record.topic == "tagged"] == [
        b"x" * 50,
        b"second",
        None,
        b"second",
    ]
    assert last_values(outlet.taken, "routed") == {b"key": b"second"}


def test_a_dead_letter_is_made_to_fit() -> None:
    """Where the key alone is too large for the rejected topic, the dead letter has only its error headers."""
    outlet = UnevenOutlet({"rejected": 1_000, "tagged": 10, "routed": 10})
    long = RawRecord(raw(0).origin, b"k" * 2_000, b"v" * 3_000, (("own", b"h"),))

    delivered = deliver(outlet, (long, RecordResult(tagged(), (OutputRecord("tagged", b"k", b"v" * 300),))))

    (letter,) = outlet.taken
    assert (letter.topic, letter.key, letter.value) == ("rejected", None, None)
    assert letter.headers[-1] == (OMITTED_HEADER, b"3000")
    assert ("own", b"h") not in letter.headers
    read = DeadLetter.from_record(RawRecord(long.origin, letter.key, letter.value, letter.headers))
    assert (read.reason, read.origin, read.value_omitted) == ("output_too_large", "raw[0]@0", True)
    assert isinstance(delivered.outcomes[0], Rejected)


def test_a_dead_letter_that_was_refused_is_not_sent_whole_again() -> None:
    """A dead letter is refused with its batch and alone; after that it is sent without its value only."""
    values: list[bytes | None] = []

    class WatchedOutlet(UnevenOutlet):
        async def send(self, record: OutputRecord) -> Awaitable[object]:
            values.append(record.value)
            return await super().send(record)

    delivered = deliver(WatchedOutlet(LIMITS), (raw(0, b"v" * 3_000), RecordResult(BAD_JSON, ())))

    assert values == [b"v" * 3_000, b"v" * 3_000, None]
    assert delivered == Delivered((BAD_JSON,), 1)


@pytest.mark.parametrize("before", range(10))
def test_a_dead_letter_is_the_same_in_any_batch(before: int) -> None:
    """Topics are named in the order of the outputs, whatever precedes the record, so a repeated letter is the same."""
    limits = {"tagged": 40, "routed": 40, "rejected": 1_000}
    single = (raw(0), RecordResult(tagged(), (OutputRecord("tagged", b"k", b"v"),)))

    delivered = deliver(UnevenOutlet(limits), *[single] * before, article(1, b"x" * 50))

    outcome = delivered.outcomes[-1]
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("the output for 'tagged' has 61 bytes and the output for 'routed' has 61 bytes")
