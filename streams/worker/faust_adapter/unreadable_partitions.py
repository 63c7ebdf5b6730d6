"""Unreadable partitions: a fetcher that pauses the partition at fault and reads all others.

aiokafka raises what is wrong with one partition to the caller that reads all of them. Records of other partitions that
the same call had drained are lost with it, and so are intact records before a damaged batch of the same fetch. Faust
crashes, the group assigns the partition to the next worker, and that one crashes as well. Errors of a broker about one
partition, and partitions without a leader, are retried by aiokafka without a pause.

Here the end of what can be read looks like the end of what was fetched: intact records before it are delivered, the
fault is recorded, and the partition is left out of fetches until its back-off is over. An operator's decision to skip
the unreadable offsets is looked up with each failure.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from operator import attrgetter
from typing import Any, Final, NamedTuple
from weakref import WeakSet

import aiokafka.consumer.consumer
from aiokafka import AIOKafkaConsumer, errors
from aiokafka.consumer.fetcher import Fetcher, FetchError, FetchResult
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.brokers.skips import Skip
from streams.errors import CopytasterError
from streams.worker.faust_adapter.batch_order import OrderedBatches
from streams.worker.partition_faults import Cause, PartitionFaults, Place, Silences

NO_NODE: Final = -1
"""The leader of a partition that has none, in Kafka's metadata."""

_HANDLED: Final = (
    errors.NotLeaderForPartitionError,
    errors.UnknownTopicOrPartitionError,
    errors.OffsetOutOfRangeError,
    errors.TopicAuthorizationFailedError,
)
"""Errors of a fetch that aiokafka handles: it follows the metadata, resets its position, or raises."""

_CAUSES: Final = {
    errors.CorruptRecordException: Cause.CORRUPT,
    errors.UnsupportedCodecError: Cause.CODEC,
}
"""What an error of a broker means for the partition; every other one is the broker's own."""

_OF_BROKERS: Final = (Cause.NO_LEADER, Cause.BROKER)
"""Causes that are over when a broker answers a fetch."""

ROOM_BYTES: Final = 16 * 1024 * 1024
"""An answer has a maximal size, 50 MiB or more, so that the records of one partition may leave no room for those of
another. One of less than this size has room for a further record."""

FindSkip = Callable[[str, int], Skip | None]
"""Returns the last skip of a partition of a topic; it blocks, and is called in a thread."""

_fetcher_of = attrgetter("_thread._consumer._fetcher")

logger = logging.getLogger(__name__)


_pauses: Final[ContextVar[bool]] = ContextVar("pauses", default=False)
"""Whether the client that the current task starts pauses partitions."""


def pause_unreadable_partitions(faults: PartitionFaults, find_skip: FindSkip) -> None:
    """Let every `PausingClient` that this process starts from now on pause partitions that cannot be read."""
    aiokafka.consumer.consumer.Fetcher = functools.partial(_create_fetcher, faults=faults, find_skip=find_skip)


def _create_fetcher(*arguments: Any, faults: PartitionFaults, find_skip: FindSkip, **named: Any) -> Fetcher:  # noqa: ANN401
    if _pauses.get():
        return PausingFetcher(*arguments, faults=faults, find_skip=find_skip, **named)
    return Fetcher(*arguments, **named)


class PausingClient(AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka's consumer, for the partitions that the group assigns; other clients of the process keep its fetcher."""

    async def start(self) -> None:
        """Connect, with the fetcher that pauses partitions."""
        token = _pauses.set(True)
        try:
            await super().start()
        finally:
            _pauses.reset(token)


class PatientConsumer(driver.Consumer):
    """Faust's consumer, whose livelock check leaves out partitions that are known to be unreadable."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Check that a partition makes progress; Faust logs twice a second where one does not for five minutes."""
        fetcher = _fetcher_of(self)
        if not (isinstance(fetcher, PausingFetcher) and fetcher.has_fault(tp)):
            super().verify_event_path(now, tp)


class PausingFetcher(Fetcher):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka's fetcher, for which an unreadable partition is no reason to stop."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401  # aiokafka has no types
        *arguments: Any,  # noqa: ANN401
        faults: PartitionFaults,
        find_skip: FindSkip,
        **named: Any,  # noqa: ANN401
    ) -> None:
        self._faults = faults
        self._find_skip = find_skip
        self._guarded: WeakSet[Any] = WeakSet()
        self._silences = Silences()
        super().__init__(_ObservedClient(client, self._observe), *arguments, **named)

    def has_fault(self, partition: TopicPartition | TP) -> bool:
        """Return whether a partition cannot be read."""
        return self._faults.cause(_place(partition)) is not None

    def _get_actions_per_node(self, assignment: Any) -> Any:  # noqa: ANN401  # as its base
        """Return what to ask each node for, without the partitions that are paused."""
        self._faults.retain([_place(each) for each in assignment.tps])
        return super()._get_actions_per_node(
            _View([each for each in assignment.tps if self._is_due(each, assignment)], assignment.state_value)
        )

    def _is_due(self, partition: TopicPartition, assignment: Any) -> bool:  # noqa: ANN401
        place = _place(partition)
        is_waiting = self._faults.is_waiting(place)
        if self._client.cluster.leader_for_partition(partition) != NO_NODE:
            # The metadata that a retry asked for arrives after it, and may have a leader.
            return not is_waiting or self._faults.cause(place) is Cause.NO_LEADER
        if is_waiting:
            return False
        # The partition stays in for this time, so that the metadata is asked for once until the next retry.
        state = assignment.state_value(partition)
        offset = state.position if state.has_valid_position else None
        self._faults.record_failure(place, offset, Cause.NO_LEADER, "no broker leads it")
        return True

    async def _proc_fetch_request(self, assignment: Any, node_id: int, request: Any) -> bool:  # noqa: ANN401
        """Fetch, and guard what came: nothing else runs between the arrival and the guard."""
        has_arrived = bool(await super()._proc_fetch_request(assignment, node_id, request))
        for partition, offset in _offsets(request).items():
            self._guard(assignment, partition, offset)
        return has_arrived

    def _guard(self, assignment: Any, partition: TopicPartition, offset: int) -> None:  # noqa: ANN401
        state = assignment.state_value(partition)
        match self._records.get(partition):
            case FetchError(_error=errors.RecordTooLargeError()):
                # A broker always sends a whole batch, so that a length beyond it is damaged; aiokafka steps over it.
                del self._records[partition]
                state.consumed_to(offset)
                self._fail(partition, offset, Cause.CORRUPT, "a batch is shorter than it says")
            case FetchResult(_partition_records=records) if records is not None and records not in self._guarded:
                self._guarded.add(records)
                records._records = OrderedBatches(records._records, offset, state.highwater)  # noqa: SLF001
                records._records_iterator = self._until_fault(partition, records, records._records_iterator)  # noqa: SLF001
            case _:
                pass

    def _until_fault(self, partition: TopicPartition, records: Any, iterator: Iterator[object]) -> Iterator[object]:  # noqa: ANN401
        """Yield the records of a fetch up to the first that cannot be read."""
        try:
            yield from iterator
        except Exception as error:  # noqa: BLE001  # whatever the bytes raise, they are those of this partition
            self._fail(partition, records.next_fetch_offset, _cause(type(error), Cause.CORRUPT), _describe(error))
        else:
            self._faults.record_success(_place(partition))

    def _observe(self, request: FetchRequest, response: Any) -> None:  # noqa: ANN401
        """Record what a broker answers about single partitions."""
        offsets = _offsets(request)
        answers = [(topic, *answer) for topic, partitions in response.topics for answer in partitions]
        has_room = sum(len(records or b"") for *_, records in answers) < ROOM_BYTES
        for topic, number, code, *ends, records in answers:
            partition = TopicPartition(topic, number)
            offset, error = offsets[partition], errors.for_code(code)
            if error is errors.NoError:
                end = ends[min(self._isolation_level, len(ends) - 1)]
                if records or offset >= end:
                    self._answered(partition, is_read=not records)
                elif has_room and self._silences.lasts(_place(partition), offset):
                    self._fail(partition, offset, Cause.BROKER, f"the broker sends none of the records up to {end}")
            elif not issubclass(error, _HANDLED):
                cause = _cause(error, Cause.BROKER)
                self._fail(partition, offset, cause, f"the broker answers {_name(error)}")

    def _answered(self, partition: TopicPartition, *, is_read: bool) -> None:
        """Record that a broker sent records, which may be damaged, or that the partition is read to its end."""
        place = _place(partition)
        self._silences.end(place)
        if is_read or self._faults.cause(place) in _OF_BROKERS:
            self._faults.record_success(place)

    def _fail(self, partition: TopicPartition, offset: int, cause: Cause, error: str) -> None:
        self._faults.record_failure(_place(partition), offset, cause, error)
        # With the fetcher's own tasks, which end with the assignment or the client.
        self._pending_tasks.add(asyncio.ensure_future(self._apply_skip(partition, offset)))

    async def _apply_skip(self, partition: TopicPartition, offset: int) -> bool:
        """Resume behind the unreadable offsets where an operator has decided so; return that no data arrived."""
        try:
            skip = await asyncio.to_thread(self._find_skip, partition.topic, partition.partition)
        except asyncio.CancelledError:
            return False
        except CopytasterError as error:
            logger.warning("cannot look up a skip of partition %d of %s: %s", *reversed(_place(partition)), error)
            return False
        if skip is not None and skip.covers(offset) and self._stands_at(partition, offset):
            self.seek_to(partition, skip.to)
            self._faults.record_skip(_place(partition), offset, skip)
        return False

    def _stands_at(self, partition: TopicPartition, offset: int) -> bool:
        subscription = self._subscriptions.subscription
        assignment = subscription.assignment if subscription else None
        if assignment is None or partition not in assignment.tps:
            return False
        state = assignment.state_value(partition)
        return bool(state.has_valid_position and state.position == offset)


class _View(NamedTuple):
    """Some partitions of an assignment, with the part of its interface that is used."""

    tps: list[TopicPartition]
    state_value: Callable[[TopicPartition], Any]


class _ObservedClient:
    """aiokafka's client, whose answers to fetches are observed."""

    def __init__(self, client: Any, observe: Callable[[FetchRequest, Any], None]) -> None:  # noqa: ANN401
        self._client = client
        self._observe = observe

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._client, name)

    async def send(self, node_id: int, request: Any, **named: Any) -> Any:  # noqa: ANN401
        """Return the answer to a request."""
        response = await self._client.send(node_id, request, **named)
        if isinstance(request, FetchRequest):
            self._observe(request, response)
        return response


def _place(partition: TopicPartition | TP) -> Place:
    return Place(partition.topic, partition.partition)


def _offsets(request: FetchRequest) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic, number): offset
        for topic, partitions in request.topics
        for number, offset, _ in partitions
    }


def _cause(error: type[BaseException], otherwise: Cause) -> Cause:
    return next((cause for kind, cause in _CAUSES.items() if issubclass(error, kind)), otherwise)


def _describe(error: Exception) -> str:
    # aiokafka appends the partition, which is reported anyway, and puts its own number and name in front.
    message = str(error.args[0]).partition(" - TopicPartition(")[0] if error.args else ""
    return f"{_name(type(error))}: {message}" if message else _name(type(error))


def _name(error: type[BaseException]) -> str:
    return error.__name__.removesuffix("Error").removesuffix("Exception")
