"""Outputs that are too large for some of their topics, with a broker in memory: one outcome each, never half of one."""

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from streams.records.origin import OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason
from streams.stages.pipeline import Processed
from streams.stages.route import WITHDRAWN_EVENT
from streams.worker.classify.executor import ThreadExecutor
from streams.worker.publish.delivery import Delivered, Delivery
from streams.worker.publish.publishing import Publisher
from tests.streams.worker.records import EchoProcessor, ScriptedOutlet, TooLargeError, raw, tagged

LIMITS = {"tagged": 1_000, "routed": 10, "rejected": 1_000}


class UnevenOutlet(ScriptedOutlet):
    """A broker whose topics take records of different sizes, key, value and headers together."""

    def __init__(self, limits: dict[str, int]) -> None:
        super().__init__()
        self._limits = limits

    async def send(self, record: OutputRecord) -> Awaitable[object]:
        """Refuse what is too large for its topic."""
        headers = sum(len(name) + len(value or b"") for name, value in record.headers)
        if len(record.key or b"") + len(record.value or b"") + headers > self._limits[record.topic]:
            raise TooLargeError
        return await super().send(record)


def article(offset: int, value: bytes, key: bytes = b"key") -> Processed:
    """Return an article that goes to two topics."""
    outputs = tuple(OutputRecord(topic, key, value, (("ce_type", b"t"),)) for topic in ("tagged", "routed"))
    return Processed(RawRecord(raw(offset).origin, key, value), tagged(), outputs)


def deliver(outlet: ScriptedOutlet, *batch: Processed) -> Delivered:
    """Return what became of a batch."""
    delivery = Delivery(ThreadExecutor(EchoProcessor()), Publisher(outlet, attempts=1))
    return asyncio.run(delivery.deliver(batch))


def last_values(taken: Sequence[OutputRecord], topic: str) -> dict[bytes | None, bytes | None]:
    """Return what a reader of a topic knows in the end."""
    return {record.key: record.value for record in taken if record.topic == topic}


def test_what_one_topic_refuses_is_taken_back_from_the_others() -> None:
    """An article that only one of its topics takes is rejected, and a tombstone follows it on that topic."""
    outlet = UnevenOutlet(LIMITS | {"routed": 20})

    delivered = deliver(outlet, article(0, b"x" * 50), article(1, b"fits", b"2"))

    outcome = delivered.processed[0].outcome
    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.OUTPUT_TOO_LARGE
    assert outcome.message == "the output for 'routed' has 61 bytes, more than client or broker accept"
    assert last_values(outlet.taken, "tagged") == {b"key": None, b"2": b"fits"}
    assert last_values(outlet.taken, "routed") == {b"2": b"fits"}
    assert dict(next(each for each in outlet.taken if each.value is None).headers) == {
        "ce_type": WITHDRAWN_EVENT.encode()
    }
    assert delivered.outputs == len(outlet.taken)


def test_a_later_revision_is_the_last_word() -> None:
    """What the batch holds of the same article behind one that is taken back stands after its tombstone."""
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
    """Where key and headers alone are too large for the rejected topic, the letter has what is known of the fault."""
    outlet = UnevenOutlet({"rejected": 100, "tagged": 10, "routed": 10})
    long = RawRecord(raw(0).origin, b"k" * 200, b"v" * 300, (("own", b"h"),))

    delivered = deliver(outlet, Processed(long, tagged(), (OutputRecord("tagged", b"k", b"v" * 300),)))

    (letter,) = outlet.taken
    assert (letter.topic, letter.key, letter.value) == ("rejected", None, None)
    assert letter.headers == (("reason", b"output_too_large"), ("copytaster.error.value_omitted_bytes", b"300"))
    assert delivered.processed[0].outputs == (letter,)


@pytest.mark.parametrize("before", range(10))
def test_a_dead_letter_is_the_same_in_any_batch(before: int) -> None:
    """Topics are named in the order of the outputs, whatever stands before the record: a letter made again is equal."""
    limits = {"tagged": 40, "routed": 40, "rejected": 1_000}
    single = Processed(raw(0), tagged(), (OutputRecord("tagged", b"k", b"v"),))

    delivered = deliver(UnevenOutlet(limits), *[single] * before, article(1, b"x" * 50))

    outcome = delivered.processed[-1].outcome
    assert isinstance(outcome, Rejected)
    assert outcome.message.startswith("the output for 'tagged' has 61 bytes and the output for 'routed' has 61 bytes")
