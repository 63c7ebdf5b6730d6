"""Output records are sent to a broker in memory, and retried."""

import asyncio

import pytest

from streams.errors import DeliveryError
from streams.records.origin import OutputRecord
from streams.worker.publish.publishing import BACKOFF, OutputSender
from tests.streams.worker.records import ScriptedOutlet


def output(value: bytes, key: bytes | None = None, topic: str = "tagged") -> OutputRecord:
    """Return an output record."""
    return OutputRecord(topic, key, value)


def deliver(outlet: ScriptedOutlet, *outputs: OutputRecord, attempts: int = 5) -> tuple[frozenset[int], list[float]]:
    """Return the positions of the records that are too large, and the pauses of the delivery."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    sender = OutputSender(outlet, attempts, sleep=sleep, backoff=BACKOFF._replace(jitter=lambda: 1.0))
    return asyncio.run(sender.send_all(outputs)), pauses


def test_everything_is_sent_once() -> None:
    """Records that the broker acknowledges are sent once and in order."""
    outlet = ScriptedOutlet()

    too_large, pauses = deliver(outlet, output(b"a"), output(b"b"))

    assert (too_large, pauses) == (frozenset(), [])
    assert outlet.values() == [b"a", b"b"]


def test_nothing_is_delivered() -> None:
    """A batch without outputs is delivered at once."""
    assert deliver(ScriptedOutlet()) == (frozenset(), [])


def test_only_failures_are_sent_again() -> None:
    """A record that failed is sent again, and those that were acknowledged are not."""
    outlet = ScriptedOutlet({b"b": 2})

    deliver(outlet, output(b"a"), output(b"b"), output(b"c"))

    assert outlet.values() == [b"a", b"c", b"b"]


def test_retries_are_reported_at_once() -> None:
    """A retry is reported before its pause, also for a delivery that fails in the end."""
    reported: list[int | float] = []

    async def sleep(seconds: float) -> None:
        reported.append(seconds)

    backoff = BACKOFF._replace(jitter=lambda: 0.5)
    sender = OutputSender(ScriptedOutlet({b"a": 1, b"b": 9}), 3, reported.append, sleep, backoff)

    with pytest.raises(DeliveryError):
        asyncio.run(sender.send_all([output(b"a"), output(b"b")]))
    assert reported == [2, 0.05, 1, 0.1]


def test_pauses_double_up_to_a_limit() -> None:
    """Each pause is twice as long as the one before, up to the longest."""
    _, pauses = deliver(ScriptedOutlet({b"a": 8}), output(b"a"), attempts=9)

    assert pauses[:3] == [0.1, 0.2, 0.4]
    assert pauses[-1] == BACKOFF.max_seconds


def test_attempts_are_bounded() -> None:
    """After the last attempt the delivery fails, and the error has the numbers."""
    with pytest.raises(DeliveryError, match=r"1 of 2 output records in 3 attempts, the first for topic 'tagged'"):
        deliver(ScriptedOutlet({b"b": 3}), output(b"a"), output(b"b"), attempts=3)


def test_the_last_record_of_a_key_stays_the_last() -> None:
    """A record that overtook one of its key and topic is sent again behind it; others are not."""
    outlet = ScriptedOutlet({b"old": 1})
    outputs = (output(b"old", b"k"), output(b"new", b"k"), output(b"other", b"l"), output(b"routed", b"k", "routed"))

    deliver(outlet, *outputs)

    assert set(outlet.values()[:3]) == {b"new", b"other", b"routed"}
    assert outlet.values()[3:] == [b"old", b"new"]


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_record_that_is_too_large_is_named(attempts: int) -> None:
    """A record over the size limit is named, and the others are delivered."""
    outlet = ScriptedOutlet(limit_bytes=3)

    too_large, _ = deliver(outlet, output(b"a"), output(b"large"), output(b"c"), attempts=attempts)

    assert too_large == {1}
    assert outlet.values() == [b"a", b"c"]


def test_a_request_that_is_too_large_is_split() -> None:
    """Records that are too large only together are delivered one by one, and none is at fault."""
    outlet = ScriptedOutlet(request_bytes=2)

    too_large, _ = deliver(outlet, output(b"aa"), output(b"bb"), attempts=1)

    assert too_large == set()
    assert outlet.values() == [b"aa", b"bb"]


def test_a_cancelled_future_is_a_failure() -> None:
    """A producer that drops a record by cancelling its future has not delivered it."""

    class DroppingOutlet(ScriptedOutlet):
        async def send(self, record: OutputRecord) -> "asyncio.Future[object]":
            del record
            future = asyncio.get_running_loop().create_future()
            future.cancel()
            return future

    with pytest.raises(DeliveryError):
        deliver(DroppingOutlet(), output(b"a"), attempts=2)
