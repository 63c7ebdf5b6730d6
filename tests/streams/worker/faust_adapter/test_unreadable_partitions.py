"""The fetcher pauses what cannot be read, and reads everything else."""

from collections.abc import Iterator

import aiokafka.consumer.consumer
import pytest
from aiokafka import errors
from aiokafka.consumer.fetcher import Fetcher

from streams.brokers.skips import Skip
from streams.errors import BrokerUnreachableError
from streams.worker.faust_adapter import unreadable_partitions
from streams.worker.faust_adapter.unreadable_partitions import PausingFetcher, pause_unreadable_partitions
from streams.worker.partition_faults import PartitionFaults, Place, Silences
from tests.streams.worker.faust_adapter.damaged import (
    AT_ONCE,
    BAD,
    GOOD,
    NEVER,
    Desk,
    damaged,
    no_skip,
    ten,
    with_desk,
)
from tests.streams.worker.faust_adapter.test_header_names import at


@pytest.fixture(autouse=True)
def _one_fetcher_class() -> Iterator[None]:
    """Put aiokafka's own fetcher back."""
    before = aiokafka.consumer.consumer.Fetcher
    yield
    aiokafka.consumer.consumer.Fetcher = before


def test_everything_that_can_be_read_is_delivered() -> None:
    """Intact records before a damaged batch of the same fetch, and all of another partition, come once and in order."""
    logs = {BAD: {0: ten(0), 10: damaged(ten(10)), 20: ten(20)}, GOOD: {0: ten(0), 10: ten(10)}}

    async def story(desk: Desk) -> tuple[dict[int, list[int]], list[tuple[object, ...]]]:
        found = await desk.read(
            lambda found: len(found[0]) >= 10 and len(found[1]) >= 20 and bool(desk.faults.current())
        )
        return found, [(fault.place, fault.offset, fault.cause, fault.error) for fault in desk.faults.current()]

    found, faults = with_desk(logs, story)

    assert found == {0: list(range(10)), 1: list(range(20))}
    assert faults == [(Place("raw", 0), 10, "corrupt", "CorruptRecord: Invalid CRC")]


def test_a_paused_partition_is_not_fetched_and_the_other_one_is() -> None:
    """While its back-off lasts, a partition is left out; new records of the other one are delivered."""
    logs = {BAD: {0: damaged(ten(0))}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[int, dict[int, list[int]]]:
        await desk.read(lambda found: len(found[1]) >= 10 and bool(desk.faults.current()))
        desk.broker.logs[GOOD][10] = ten(10)
        found = await desk.read(lambda found: len(found[1]) >= 10)
        return desk.faults.current()[0].failures, found

    assert with_desk(logs, story) == (1, {0: [], 1: list(range(10, 20))})


def test_a_partition_that_is_repaired_is_read_again() -> None:
    """A retry that succeeds delivers the records that could not be read, and the fault is gone."""
    logs = {BAD: {0: damaged(ten(0)), 10: ten(10)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> dict[int, list[int]]:
        await desk.read(lambda _: bool(desk.faults.current()))
        desk.broker.logs[BAD][0] = ten(0)
        found = await desk.read(lambda found: len(found[0]) >= 20)
        await desk.read(lambda _: not desk.faults.current())
        return found

    assert with_desk(logs, story, PartitionFaults(backoff=AT_ONCE))[0] == list(range(20))


def test_a_skip_leads_past_the_damage() -> None:
    """A partition is read on behind the offsets of a skip that covers the place where it stands."""
    skipped: list[int] = []
    logs = {BAD: {0: ten(0), 10: damaged(ten(10)), 20: ten(20)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> dict[int, list[int]]:
        return await desk.read(lambda found: len(found[0]) >= 20)

    found = with_desk(logs, story, PartitionFaults(skipped.append, NEVER), lambda _, __: Skip(5, 20))

    assert found[0] == [*range(10), *range(20, 30)]
    assert skipped == [10]


@pytest.mark.parametrize("skip", [Skip(11, 20), Skip(0, 10)], ids=["behind", "before"])
def test_a_skip_of_other_offsets_is_not_taken(skip: Skip) -> None:
    """A skip that does not cover the place where the partition stands changes nothing."""
    logs = {BAD: {0: ten(0), 10: damaged(ten(10)), 20: ten(20)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> dict[int, list[int]]:
        return await desk.read(lambda _: bool(desk.faults.current()) and desk.faults.current()[0].failures >= 5)

    assert with_desk(logs, story, PartitionFaults(backoff=AT_ONCE), lambda _, __: skip)[0] == list(range(10))


def test_a_skip_that_cannot_be_looked_up_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Where the look-up fails, a line says so, and the partition is retried as always."""

    def fail(_: str, __: int) -> Skip | None:
        raise BrokerUnreachableError("no broker")

    async def story(desk: Desk) -> bool:
        await desk.read(lambda _: "cannot look up a skip of partition 0 of raw: no broker" in caplog.messages)
        return bool(desk.faults.current())

    assert with_desk({BAD: {0: damaged(ten(0))}, GOOD: {0: ten(0)}}, story, find_skip=fail)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (errors.CorruptRecordException, "corrupt"),
        (errors.LeaderNotAvailableError, "broker"),
        (errors.KafkaStorageError, "broker"),
        (errors.UnknownError, "broker"),
    ],
)
def test_an_error_of_the_broker_pauses_the_partition(error: type[errors.BrokerResponseError], cause: str) -> None:
    """What a broker answers about one partition is its fault until the broker answers otherwise."""
    logs = {BAD: {0: ten(0)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[str, list[int]]:
        desk.broker.codes[BAD] = error.errno
        await desk.read(lambda found: len(found[1]) >= 10 and bool(desk.faults.current()))
        (fault,) = desk.faults.current()
        desk.broker.codes.clear()
        found = await desk.read(lambda found: len(found[0]) >= 10)
        await desk.read(lambda _: not desk.faults.current())
        return fault.cause, found[0]

    assert with_desk(logs, story, PartitionFaults(backoff=AT_ONCE)) == (cause, list(range(10)))


def test_a_partition_without_a_leader_costs_one_request_a_retry() -> None:
    """A partition without a leader is reported, the other one is read, and the metadata is not asked for endlessly."""
    logs = {BAD: {0: ten(0)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[str, int, int, list[int]]:
        desk.broker.cluster.leaderless.add(BAD)
        await desk.read(lambda found: len(found[1]) >= 10 and desk.broker.fetches >= 50)
        (fault,) = desk.faults.current()
        updates = desk.broker.updates
        desk.broker.cluster.leaderless.clear()
        found = await desk.read(lambda found: len(found[0]) >= 10)
        return fault.cause, fault.failures, updates, found[0]

    assert with_desk(logs, story) == ("no_leader", 1, 1, list(range(10)))


def test_a_length_beyond_what_was_sent_is_damage() -> None:
    """A batch that says that it is longer than what the broker sends is reported at its own offset."""
    longer = ten(10)[:8] + b"\x00\xff\xff\xff" + ten(10)[12:]
    logs = {BAD: {0: ten(0), 10: longer}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[list[int], int | None]:
        found = await desk.read(lambda found: len(found[0]) >= 10 and bool(desk.faults.current()))
        return found[0], desk.faults.current()[0].offset

    assert with_desk(logs, story) == (list(range(10)), 10)


@pytest.mark.parametrize("length", [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x80\x00\x00\x00"])
def test_a_length_that_is_none_is_damage(length: bytes) -> None:
    """A batch with a length of zero or below is reported, whatever the client makes of it."""
    logs = {BAD: {0: ten(0)[:8] + length + ten(0)[12:]}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> list[int]:
        found = await desk.read(lambda found: len(found[1]) >= 10 and bool(desk.faults.current()))
        return found[0]

    assert with_desk(logs, story) == []


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (2, "from 2 to 11"),
        (9, "from 9 to 18"),
        (245, "from 245 to 254"),
        (-1, "from -1 to 8"),
        (2**56, f"from {2**56} to"),
    ],
)
def test_a_first_offset_that_cannot_be_true_is_damage(offset: int, shown: str) -> None:
    """A batch whose offsets overlap with those before it, or are beyond the end, is not taken for what they say."""
    logs = {BAD: {0: ten(0), 10: at(offset, ten(10)), 20: ten(20)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[list[int], int | None, str]:
        found = await desk.read(lambda found: len(found[0]) >= 10 and bool(desk.faults.current()))
        (fault,) = desk.faults.current()
        return found[0], fault.offset, fault.error

    found, at_offset, error = with_desk(logs, story)

    assert (found, at_offset) == (list(range(10)), 10)
    assert f"CorruptRecord: a batch {shown}" in error


def test_a_gap_between_batches_is_no_damage() -> None:
    """Offsets that compaction has taken away are stepped over."""
    logs = {BAD: {0: ten(0), 20: ten(20)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> list[int]:
        found = await desk.read(lambda found: len(found[0]) >= 20)
        assert not desk.faults.current()
        return found[0]

    assert with_desk(logs, story) == [*range(10), *range(20, 30)]


def test_a_broker_that_sends_nothing_is_reported() -> None:
    """A partition whose records the broker does not send, although it has some, is reported when that lasts."""
    logs = {BAD: {0: ten(0)}, GOOD: {0: ten(0)}}

    async def story(desk: Desk) -> tuple[int | None, str]:
        seconds = iter(range(10**9))
        desk.fetcher._silences = Silences(lambda: next(seconds))
        desk.broker.logs[BAD] = {10: b""}
        await desk.read(lambda found: len(found[1]) >= 10 and bool(desk.faults.current()))
        (fault,) = desk.faults.current()
        return fault.offset, fault.error

    assert with_desk(logs, story) == (0, "the broker sends none of the records up to 20")


@pytest.mark.parametrize("is_pausing", [True, False])
def test_only_the_consumer_of_the_group_gets_the_fetcher(*, is_pausing: bool) -> None:
    """Other clients of the same process keep aiokafka's own fetcher, and share no faults."""

    async def story(desk: Desk) -> type:
        pause_unreadable_partitions(desk.faults, no_skip)
        token = unreadable_partitions._pauses.set(is_pausing)
        fetcher = aiokafka.consumer.consumer.Fetcher(desk.broker, desk.subscriptions)
        unreadable_partitions._pauses.reset(token)
        await fetcher.close()
        return type(fetcher)

    kind = with_desk({BAD: {0: ten(0)}, GOOD: {0: ten(0)}}, story)

    assert kind is (PausingFetcher if is_pausing else Fetcher)
