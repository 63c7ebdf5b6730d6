"""Batches delivered in the order of versions, with a broker in memory: claims, outputs and repairs."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from streams.dead_letters.composer import DeadLetterComposer
from streams.errors import DeliveryError
from streams.records.origin import Origin, OutputRecord, RawRecord
from streams.records.outcome import Outcome, Rejected, Withdrawn
from streams.records.rejection import RejectReason
from streams.records.version import Version
from streams.stages.pipeline import BatchResult, RecordResult
from streams.versions.claim import Claim, read_claim
from streams.versions.table import VersionTable
from streams.worker.classify.executor import ChildEndedError
from streams.worker.publish.delivery import Delivered, Delivery
from streams.worker.publish.ordered import OrderedDelivery, Versions
from streams.worker.publish.publishing import OutputSender
from tests.streams.worker.records import ScriptedOutlet, tagged

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TOPIC = "versions"


def raw(ms: int, offset: int = 0, partition: int = 0) -> RawRecord:
    """Return the raw record of a version of the one article; a version of 0 is a withdrawal."""
    return RawRecord(Origin("raw", partition, offset), b"1", b"%d" % ms if ms else None, (), ms)


class Broker(ScriptedOutlet):
    """A broker in memory: the versions topic, the raw topic and the outputs, and other workers who claim.

    Parameters
    ----------
    interlude
        Claims that other workers make when the first output is sent.
    records
        The raw topic.
    """

    def __init__(
        self, *, interlude: Sequence[Claim] = (), records: Sequence[RawRecord] = (), limit: int = 1_000
    ) -> None:
        super().__init__(limit_bytes=limit)
        self.table = VersionTable("raw", 100)
        self._interlude = list(interlude)
        self._records = {record.origin: record for record in records}
        self._read = 0

    async def loaded(self) -> None:
        """Return: there was nothing to read."""

    async def catch_up(self) -> None:
        """Read the claims that were taken."""
        claims = [each for each in self.taken if each.topic == TOPIC]
        for record in claims[self._read :]:
            claim = read_claim(record.key, record.value)
            assert claim is not None
            self.table.apply(claim)
        self._read = len(claims)
        if any(each.topic == "tagged" for each in self.taken):
            while self._interlude:
                self.table.apply(self._interlude.pop())

    async def read_raw(self, origins: Sequence[Origin]) -> list[RawRecord]:
        """Return what is on the raw topic."""
        return [self._records[origin] for origin in origins if origin in self._records]

    def outputs(self, topic: str = "tagged") -> list[bytes | None]:
        """Return the values of a topic."""
        return [each.value for each in self.taken if each.topic == topic]


def process(record: RawRecord) -> RecordResult:
    """Return the result of a raw record."""
    version = Version(record.timestamp_ms or 7, 0, record.origin.offset, record.origin.partition)
    outcome: Outcome = tagged() if record.value else Withdrawn("article-1")
    return RecordResult(outcome, (OutputRecord("tagged", b"article-1", record.value),), version)


async def process_all(records: Sequence[RawRecord]) -> BatchResult:
    """Return the results of raw records."""
    return BatchResult(tuple(map(process, records)), {})


async def end(_: Sequence[RawRecord]) -> BatchResult:
    """End as a child process does."""
    raise ChildEndedError(RejectReason.PROCESS_DIED, "the child process ended")


def deliver(broker: Broker, *records: RawRecord, again: Callable = process_all) -> Delivered:  # type: ignore[type-arg]
    """Deliver a batch."""
    sender = OutputSender(broker, attempts=1)
    delivery = Delivery(sender, DeadLetterComposer("rejected", lambda: NOON))
    ordered = OrderedDelivery(delivery, sender, Versions(TOPIC, broker.table, broker), again)
    return asyncio.run(ordered.deliver(records, [process(record) for record in records]))


def claim(record: RawRecord) -> Claim:
    """Return the claim on a raw record."""
    result = process(record)
    assert result.version is not None
    return Claim("article-1", result.version, record.origin, isinstance(result.outcome, Withdrawn))


def test_a_version_is_claimed_before_it_is_published() -> None:
    """The claim is the first record that the broker takes."""
    broker = Broker()

    delivered = deliver(broker, raw(5))

    assert [each.topic for each in broker.taken] == [TOPIC, "tagged"]
    assert delivered.outputs == 1


def test_an_older_version_becomes_a_dead_letter() -> None:
    """It is rejected as superseded, and the message names the newer version."""
    broker = Broker()
    broker.table.apply(claim(raw(9, partition=1)))

    (outcome,) = deliver(broker, raw(5)).outcomes

    assert isinstance(outcome, Rejected)
    assert outcome.reason is RejectReason.SUPERSEDED
    assert "published in the newer version 9 of raw[1]@0, this one is 5" in outcome.message
    assert [each.topic for each in broker.taken] == ["rejected"]


def test_an_article_that_is_older_than_its_withdrawal_stays_withdrawn() -> None:
    """The message says that the article is withdrawn."""
    broker = Broker()
    broker.table.apply(claim(raw(0, partition=1)))

    (outcome,) = deliver(broker, raw(5)).outcomes

    assert isinstance(outcome, Rejected)
    assert "is withdrawn in the newer version 7" in outcome.message
    assert broker.outputs() == []


@pytest.mark.parametrize("ms", [9, 0], ids=["article", "withdrawal"])
def test_a_newer_version_that_came_between_is_published_again(ms: int) -> None:
    """Its raw record is read and processed again, so that it is the last one."""
    newer = raw(ms, offset=3, partition=1)
    broker = Broker(interlude=[claim(newer)], records=[newer])

    delivered = deliver(broker, raw(5))

    assert broker.outputs() == [b"5", newer.value]
    assert delivered.outputs == 2


def test_a_newer_version_whose_raw_record_is_deleted_is_left_as_it_is() -> None:
    """The batch ends all the same: nothing can be published again."""
    broker = Broker(interlude=[claim(raw(9, partition=1))])

    assert deliver(broker, raw(5)).outputs == 1


def test_a_newer_version_that_ends_the_child_process_is_left_as_it_is() -> None:
    """The batch ends all the same, or it would be redelivered without end."""
    newer = raw(9, partition=1)
    broker = Broker(interlude=[claim(newer)], records=[newer])

    assert deliver(broker, raw(5), again=end).outputs == 1


def test_a_raw_record_of_another_version_is_not_published() -> None:
    """Where the raw topic was recreated, another record may be at the place of the newer version."""
    newer, other = raw(9, partition=1), raw(2, partition=1)
    broker = Broker(interlude=[claim(newer)], records=[other])

    deliver(broker, raw(5))

    assert broker.outputs() == [b"5"]


def test_a_claim_that_is_refused_for_its_size_stops_the_worker() -> None:
    """Without its claim a version is not published."""
    broker = Broker(limit=10)

    with pytest.raises(DeliveryError, match="refuses a claim on versions"):
        deliver(broker, raw(5))
    assert broker.taken == []


def test_records_without_a_version_pass() -> None:
    """A rejected record claims nothing."""
    broker = Broker()
    rejected = msgspec.structs.replace(process(raw(5)), version=None)
    sender = OutputSender(broker, attempts=1)
    delivery = Delivery(sender, DeadLetterComposer("rejected", lambda: NOON))
    ordered = OrderedDelivery(delivery, sender, Versions(TOPIC, broker.table, broker), process_all)

    asyncio.run(ordered.deliver([raw(5)], [rejected]))

    assert [each.topic for each in broker.taken] == ["tagged"]
