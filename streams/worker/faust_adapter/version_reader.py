"""Version reader: follows the versions topic into the table, and reads raw records at their places.

Every worker reads all partitions, so that the client belongs to no consumer group. It lives in the event loop of the
batches: nothing reads the table while it changes.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError
from faust.transport.drivers import aiokafka as driver

from streams.brokers.layout import ENVELOPE_BYTES
from streams.brokers.rights import RIGHTS
from streams.errors import BrokerRefusedError, BrokerUnreachableError, CopytasterError, TopicsError
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import Settings
from streams.versions.claim import read_claim
from streams.versions.table import VersionTable
from streams.worker.faust_adapter.client_watch import READING_TASKS, ClientFaultError, require_tasks
from streams.worker.faust_adapter.configuration import CLIENT_ID, credentials

FETCH_WAIT_MS = 25
"""How long a broker may hold a fetch while nothing arrives. Apache Kafka answers as soon as a claim arrives, the
embedded broker at the end of this time; docs/operations.md has the measurement."""

POLL_MS = 200
RETRY_SECONDS = 0.25
STALL_SECONDS = 5.0
"""After which a client that has read nothing is replaced; a broker answers in a fraction of a second. One whose topic
was deleted and created again may ask a broker that does not know its partitions."""

RAW_READ_SECONDS = 10.0
"""How long a raw record at a known place may take to arrive before it counts as deleted."""

logger = logging.getLogger(__name__)


class VersionReader:
    """Reads the versions topic.

    Parameters
    ----------
    settings
        Brokers, topics, and how long a broker may be away.
    table
        Takes the claims.
    """

    def __init__(self, settings: Settings, table: VersionTable) -> None:
        self._settings = settings
        self._topic = settings.topics.versions
        self._table = table
        self._started: list[AIOKafkaConsumer] = []
        self._partitions: frozenset[TopicPartition] = frozenset()
        self._positions: dict[TopicPartition, int] = {}
        self._ends_asked: Mapping[TopicPartition, int] = {}
        self._are_ends_exact = True
        self._progress = asyncio.Condition()
        self._following: asyncio.Task[None] | None = None
        self._loaded = asyncio.Event()

    async def start(self) -> None:
        """Connect, and read the topic up to the end that it has now.

        Raises
        ------
        TopicsError
            If the topic does not exist.
        BrokerRefusedError
            If the user may not read it.
        BrokerUnreachableError
            If no broker answers for `kafka.wait_seconds`.
        """
        started = time.monotonic()
        await self._open(started + self._settings.kafka.wait_seconds)
        await self.catch_up()
        self._loaded.set()
        seconds = time.monotonic() - started
        logger.info("knows the versions of %d articles of %s, read in %.1f s", len(self._table), self._topic, seconds)

    async def stop(self) -> None:
        """Disconnect."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            with suppress(asyncio.CancelledError, KafkaError, ClientFaultError):
                await following
        while self._started:
            await _close(self._started.pop())

    async def loaded(self) -> None:
        """Wait until `start` has read the topic."""
        await self._loaded.wait()

    async def catch_up(self) -> None:
        """Return when everything is read that is on the topic now.

        Raises
        ------
        BrokerUnreachableError
            If the broker does not answer for `kafka.wait_seconds`.
        ClientFaultError
            If a task of the client has ended.
        """
        deadline = time.monotonic() + self._settings.kafka.wait_seconds
        while True:
            before = dict(self._positions)
            try:
                async with asyncio.timeout(min(STALL_SECONDS, max(0.0, deadline - time.monotonic()))):
                    if await self._reads_to_end(deadline):
                        return
            except TimeoutError as error:
                if time.monotonic() >= deadline:
                    raise self._unreachable("its claims did not arrive in time") from error
                if self._positions != before:
                    continue
            # The topic is another one, or the client stands still.
            logger.warning("reads the versions topic %s again from its beginning", self._topic)
            await self.stop()
            await self._open(deadline)

    async def _open(self, deadline: float) -> None:
        """Connect, again and again up to a deadline while no broker answers."""
        while True:
            try:
                client = await self._connect(self._topic)
                break
            except BrokerUnreachableError:
                if time.monotonic() >= deadline:
                    raise
                await asyncio.sleep(RETRY_SECONDS)
        self._started.append(client)
        self._partitions, self._positions, self._ends_asked = client.assignment(), {}, {}
        self._following = asyncio.create_task(self._follow(client))

    async def _reads_to_end(self, deadline: float) -> bool:
        """Return whether all is read that the topic has now; false where it has other partitions or fewer claims."""
        if self._started[0].assignment() != self._partitions:
            return False
        ends = await self._ends(deadline)
        if await self._is_another_topic(ends):
            return False
        async with self._progress:
            await self._progress.wait_for(lambda: self._failed() or self._has_read(ends))
        if self._failed():
            failure = self._failure()
            if isinstance(failure, ClientFaultError):
                raise failure
            raise self._unreachable("its reader has ended") from failure
        return True

    async def _is_another_topic(self, ends: Mapping[TopicPartition, int]) -> bool:
        """Return whether the topic has fewer claims than it had."""
        if any(end < self._ends_asked.get(partition, 0) for partition, end in ends.items()):
            return True
        self._ends_asked = ends
        passed = {each: position for each, end in ends.items() if (position := self._positions.get(each, 0)) > end}
        if not passed or not self._are_ends_exact:
            return False
        # As the end the embedded broker gives the first record of the last batch. A fetch has no such fault: in another
        # topic it finds nothing behind its end, and begins again.
        await self._next_answer(passed)
        await self._next_answer(passed)  # to a fetch that began after now
        if any(self._positions.get(each, 0) < position for each, position in passed.items()):
            return True
        self._are_ends_exact = False
        return False

    async def _next_answer(self, partitions: Iterable[TopicPartition]) -> None:
        """Return when the broker has answered one more fetch of some partitions."""
        client = self._started[0]
        before = {each: client.last_poll_timestamp(each) for each in partitions}
        async with self._progress:
            await self._progress.wait_for(
                lambda: self._failed() or all(client.last_poll_timestamp(each) != at for each, at in before.items())
            )

    async def read_raw(self, origins: Sequence[Origin]) -> list[RawRecord]:
        """Return the raw records at some places, without those that are deleted."""
        client = await self._connect()
        try:
            return [record for origin in origins if (record := await _record_at(client, origin)) is not None]
        except KafkaError as error:
            raise self._unreachable(f"raw records cannot be read: {type(error).__name__}") from error
        finally:
            await _close(client)

    async def _connect(self, *topics: str) -> AIOKafkaConsumer:
        """Return a client that reads all partitions of some topics from their beginning."""
        kafka, worker = self._settings.kafka, self._settings.worker
        client = AIOKafkaConsumer(
            *topics,
            client_id=f"{CLIENT_ID}-versions",
            group_id=None,
            bootstrap_servers=kafka.bootstrap_servers.split(","),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_partition_fetch_bytes=self._settings.limits.max_record_bytes + ENVELOPE_BYTES,
            request_timeout_ms=int(kafka.request_timeout_seconds * 1000),
            isolation_level="read_committed" if worker.read_committed else "read_uncommitted",
            **driver.credentials_to_aiokafka_auth(credentials(kafka)),
        )
        try:
            await client.start()
        except KafkaError as error:
            await _close(client)
            raise self._failure_of(error) from error
        return client

    async def _follow(self, client: AIOKafkaConsumer) -> None:
        """Read claims until the reader is stopped."""
        try:
            while True:
                found = await client.getmany(timeout_ms=POLL_MS)
                require_tasks(client, READING_TASKS)
                for messages in found.values():
                    for message in messages:
                        self._take(message.key, message.value)
                self._positions |= {each: await client.position(each) for each in self._partitions}
                await self._report_progress()
        finally:
            await self._report_progress()

    async def _report_progress(self) -> None:
        async with self._progress:
            self._progress.notify_all()

    def _take(self, key: bytes | None, value: bytes | None) -> None:
        if value is None:
            self._table.forget((key or b"").decode("utf-8", "replace"))
        elif claim := read_claim(key, value):
            self._table.apply(claim)

    async def _ends(self, deadline: float) -> Mapping[TopicPartition, int]:
        """Return the offset behind the last record, by partition."""
        while True:
            try:
                ends: dict[TopicPartition, int] = await self._started[0].end_offsets(self._partitions)
            except KafkaError as error:
                if time.monotonic() > deadline:
                    raise self._unreachable(type(error).__name__) from error
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return ends

    def _has_read(self, ends: Mapping[TopicPartition, int]) -> bool:
        return all(self._positions.get(partition, -1) >= end for partition, end in ends.items())

    def _failed(self) -> bool:
        return self._following is not None and self._following.done()

    def _failure(self) -> BaseException | None:
        return None if self._following is None or self._following.cancelled() else self._following.exception()

    def _failure_of(self, error: KafkaError) -> CopytasterError:
        if isinstance(error, UnknownTopicOrPartitionError):
            return TopicsError(
                f"the broker has no topic {self._topic}: create it with: copytaster topics create, or set "
                "versions.enabled to false"
            )
        if isinstance(error, TopicAuthorizationFailedError):
            return BrokerRefusedError(f"the user may not read {self._topic}: {RIGHTS}")
        return self._unreachable(type(error).__name__)

    def _unreachable(self, what: str) -> BrokerUnreachableError:
        address = self._settings.kafka.bootstrap_servers
        return BrokerUnreachableError(f"the versions topic {self._topic} at {address} cannot be read: {what}")


async def _close(client: AIOKafkaConsumer) -> None:
    """Close a client, which may let the cancellation of a fetch escape that waits for its retry: see `orderly_stop`."""
    with suppress(asyncio.CancelledError):
        await client.stop()


async def _record_at(client: AIOKafkaConsumer, origin: Origin) -> RawRecord | None:
    """Return the record at a place, None where it is deleted."""
    place = TopicPartition(origin.topic, origin.partition)
    client.assign([place])
    if origin.offset < (await client.beginning_offsets([place]))[place]:
        return None
    client.seek(place, origin.offset)
    try:
        async with asyncio.timeout(RAW_READ_SECONDS):
            message = await client.getone(place)
    except TimeoutError:
        return None
    headers = tuple((name, value) for name, value in message.headers or ())
    timestamp_ms = message.timestamp if message.timestamp >= 0 else None
    found = RawRecord(origin, message.key, message.value, headers, timestamp_ms)
    return found if message.offset == origin.offset else None
