"""A fetcher, with a client that answers as a broker does whose partitions are partly damaged."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import TopicPartition

from streams.backoff import Backoff
from streams.brokers.skips import Skip
from streams.worker.faust_adapter.unreadable_partitions import NO_NODE, FindSkip, PausingFetcher
from streams.worker.partition_faults import PartitionFaults
from tests.streams.worker.faust_adapter.test_header_names import at, batch

BAD, GOOD = TopicPartition("raw", 0), TopicPartition("raw", 1)
WAIT_SECONDS = 0.1
AT_ONCE = Backoff(first_seconds=0, max_seconds=0)
NEVER = Backoff(first_seconds=3_600, max_seconds=3_600, jitter=lambda: 1.0)

Answer = TypeVar("Answer")


def ten(first: int) -> bytes:
    """Return a batch of ten records."""
    return at(first, batch(*["a"] * 10))


def damaged(data: bytes) -> bytes:
    """Return a batch with another last byte."""
    return data[:-1] + bytes([data[-1] ^ 0xFF])


class Fetched(NamedTuple):
    """An answer to a fetch, as aiokafka reads it."""

    API_VERSION: int
    topics: list[Any]


class Cluster:
    """The metadata of a cluster with one node."""

    def __init__(self) -> None:
        self.leaderless: set[TopicPartition] = set()

    def leader_for_partition(self, partition: TopicPartition) -> int:
        """Return the number of the leader."""
        return NO_NODE if partition in self.leaderless else 1


class Broker:
    """A client that is connected with one broker.

    It has batches by partition and first offset, and errors that it answers with instead.
    """

    _metadata_max_age_ms = 300_000

    def __init__(self, logs: dict[TopicPartition, dict[int, bytes]]) -> None:
        self._loop = asyncio.get_running_loop()
        self.cluster = Cluster()
        self.logs = logs
        self.codes: dict[TopicPartition, int] = {}
        self.updates = 0
        self.fetches = 0

    def force_metadata_update(self) -> "asyncio.Future[bool]":
        """Return a future that is done."""
        self.updates += 1
        done = self._loop.create_future()
        done.set_result(True)
        return done

    async def send(self, _: int, request: FetchRequest) -> Fetched:
        """Answer a fetch, without holding it for longer than a moment while there is nothing."""
        await asyncio.sleep(0.001)
        self.fetches += 1
        return Fetched(
            11,
            [
                (topic, [self._answer(TopicPartition(topic, number), offset) for number, offset, _ in partitions])
                for topic, partitions in request.topics
            ],
        )

    def _answer(self, partition: TopicPartition, offset: int) -> tuple[Any, ...]:
        log = self.logs[partition]
        end = max(log) + 10
        data = b"".join(data for first, data in sorted(log.items()) if first + 10 > offset)
        code = self.codes.get(partition, 0)
        return (partition.partition, code, end, end, 0, [], -1, b"" if code else data)


class Desk:
    """A fetcher, its faults and its broker, inside of an event loop."""

    def __init__(self, broker: Broker, faults: PartitionFaults, find_skip: FindSkip) -> None:
        self.broker, self.faults = broker, faults
        self.subscriptions = SubscriptionState()
        self.subscriptions.assign_from_user([BAD, GOOD])
        self.fetcher = PausingFetcher(
            broker,
            self.subscriptions,
            faults=faults,
            find_skip=find_skip,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetcher_timeout=0.01,
        )
        for partition in (BAD, GOOD):
            self.subscriptions.seek(partition, 0)

    async def read(self, enough: Callable[[dict[int, list[int]]], bool]) -> dict[int, list[int]]:
        """Return the offsets that were read, by partition, when they are enough."""
        found: dict[int, list[int]] = {0: [], 1: []}
        async with asyncio.timeout(10):
            while not enough(found):
                for partition, records in (await self.fetcher.fetched_records(None, WAIT_SECONDS)).items():
                    found[partition.partition] += [record.offset for record in records]
        return found


def no_skip(_: str, __: int) -> Skip | None:
    """Return that no operator has decided anything."""
    return None


def with_desk(
    logs: dict[TopicPartition, dict[int, bytes]],
    story: Callable[[Desk], Awaitable[Answer]],
    faults: PartitionFaults | None = None,
    find_skip: FindSkip = no_skip,
) -> Answer:
    """Return what a story about a fetcher returns."""

    async def told() -> Answer:
        desk = Desk(Broker(logs), faults or PartitionFaults(backoff=NEVER), find_skip)
        try:
            return await story(desk)
        finally:
            await desk.fetcher.close()

    return asyncio.run(told())
