"""The Faust app: the one place that knows Faust, with everything that had to be worked around in it.

The recipe is the one of docs/faust.md, where each setting has its measurement. What Faust has no setting for is done
by subclasses here: the isolation level, how much one fetch returns, a monitor that costs little, no folders.
"""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

import faust
import faust.streams
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NoBrokersAvailable,
    NodeNotReadyError,
    RecordListTooLargeError,
    RequestTimedOutError,
)
from faust.app.base import BootStrategy
from faust.exceptions import ConsumerNotStarted
from faust.sensors.monitor import Monitor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AppT, EventT, Message, StreamT
from mode import ServiceT
from mode.types.signals import SignalHandlerT

from streams.brokers.layout import ENVELOPE_BYTES
from streams.brokers.security import sasl_password, ssl_context
from streams.errors import OperatorError
from streams.records.origin import OutputRecord
from streams.settings.schema import KIBIBYTE, KafkaSettings, Settings
from streams.worker.faust_adapter.buffer import WatchedBuffer
from streams.worker.faust_adapter.client_watch import WatchedConsumer
from streams.worker.faust_adapter.header_names import read_any_header_name
from streams.worker.faust_adapter.null_records import TolerantProducer
from streams.worker.faust_adapter.orderly_stop import OrderlyRebalance, OrderlyStop, OrderlyThread
from streams.worker.fetched import FetchedEvent

AGENT = "copytaster"
MAX_REQUEST_BYTES = 2**31 - 1
"""The client sends what it is given. The broker knows its own limit; a second one here could only disagree with it."""

FETCH_WAIT_SECONDS = 0.1
"""How long a broker may hold a fetch while nothing arrives; Faust has 1.5 s fixed.

Apache Kafka answers as soon as something arrives. The embedded broker answers at the end of this time: at 0.5 s it made
the median article 308 ms late, at 0.1 s 97 ms. An idle worker asks ten times a second, which costs next to nothing.
"""

FETCH_BYTES = 50 * 1024 * KIBIBYTE

ABSENCES = (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError, NoBrokersAvailable, RequestTimedOutError)

_faust_logger = logging.getLogger("faust.worker")
"""A service logs under the name of its module; those below are Faust's, whatever module they stand in."""

App = faust.App
_STREAM_ITERATOR: object = getattr(faust.streams, "_CStreamIterator", None)

BatchHandler = Callable[[Sequence[FetchedEvent]], Awaitable[None]]


class GroupListener(Protocol):
    """Who is told about the consumer group."""

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has given the worker its partitions, be it none."""

    def on_revoked(self) -> None:
        """Call when a rebalance begins, from whatever thread."""


def create_app(settings: Settings, handle: BatchHandler, listener: GroupListener) -> faust.App:
    """Return the app that reads raw records and gives them to `handle` in batches.

    Parameters
    ----------
    settings
        Brokers, topics and the worker's own.
    handle
        Answers for one batch: when it returns, every event is acknowledged. It never raises but for a cancellation.
    listener
        Who is told about the consumer group.

    Raises
    ------
    OperatorError
        If Faust runs without its compiled parts, which acknowledge stale events after a rebalance.
    """
    assert_compiled()
    read_any_header_name()
    app = _App(settings.worker.group, monitor=_WorkMonitor(), **_options(settings))
    app.transport = _Transport(app.conf.broker_consumer, app, read_committed=settings.worker.read_committed)
    app.producer_transport = _Transport(app.conf.broker_producer, app)
    raw_topic = app.topic(
        settings.topics.raw,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )
    _declare_agent(app, raw_topic, settings, handle)
    _listen(app, listener)
    return app


def assert_compiled(stream_iterator: object = _STREAM_ITERATOR) -> None:
    """Raise `OperatorError` where Faust's compiled stream iterator is missing."""
    if stream_iterator is None:
        raise OperatorError(
            "faust-streaming runs without its compiled parts, which loses records after a rebalance: install its "
            "binary wheel with: pip install --force-reinstall --only-binary :all: faust-streaming==0.15.3"
        )


class FaustOutlet:
    """Hands output records to the app's producer."""

    def __init__(self, app: faust.App) -> None:
        self._app = app

    async def send(self, record: OutputRecord) -> Awaitable[object]:
        """Hand over a record; what is returned resolves when the broker has acknowledged it."""
        headers = cast("list[tuple[str, bytes]]", list(record.headers))  # null values are sent as they are
        return await self._app.producer.send(
            record.topic, record.key, record.value, partition=None, timestamp=None, headers=headers
        )

    def is_too_large(self, error: BaseException) -> bool:
        """Return whether client or broker refused a record, or the request that it was in, for its size."""
        # Faust wraps what the client raises, and gives what the broker says as it is.
        cause = error.__cause__ or error
        return isinstance(cause, MessageSizeTooLargeError | RecordListTooLargeError)


def is_broker_away(error: BaseException | None) -> bool:
    """Return whether the error means that no broker answers."""
    return isinstance(error, (*ABSENCES, ConnectionError))


async def broker_answers(app: faust.App) -> bool:
    """Return whether some broker answers the producer's request for metadata; nobody is asked before it has started."""
    producer = cast("driver.Producer", app.producer)._producer  # noqa: SLF001  # Faust has no probe of its own
    return producer is None or bool(await producer.client.force_metadata_update())


def oldest_fetch_seconds(app: faust.App) -> float | None:
    """Return when, on the monotonic clock, the oldest record was taken up that is not acknowledged, or None.

    What waits in Faust's buffer counts from when it could have been taken up, where nothing is in hand.
    """
    return _consumer(app).oldest_fetch_seconds()


def is_finished(app: faust.App) -> bool:
    """Return whether everything that was taken up is acknowledged and committed."""
    return _consumer(app).is_finished()


def consumer_lag(app: faust.App) -> Mapping[int, int]:
    """Return, by partition of the raw topic, how many records lie between the commit and the end.

    Transaction markers count as records, so that a topic with transactions never has a lag of zero. Before the start
    and while the group rebalances nothing is known of any partition.
    """
    return _consumer(app).lag()


def _options(settings: Settings) -> dict[str, Any]:
    worker, kafka = settings.worker, settings.kafka
    largest_bytes = settings.limits.max_record_bytes + ENVELOPE_BYTES
    return {
        "broker": [f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",")],
        "broker_credentials": credentials(kafka),
        "broker_client_id": AGENT,
        "broker_commit_interval": worker.commit_interval_seconds,
        "broker_max_poll_records": 500,
        "broker_session_timeout": worker.session_timeout_seconds,
        "broker_heartbeat_interval": worker.heartbeat_interval_seconds,
        # Faust refuses to start where a request may take less time than a session.
        "broker_request_timeout": max(kafka.request_timeout_seconds, worker.session_timeout_seconds + 5),
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": largest_bytes,
        "consumer_metadata_max_age_ms": int(worker.metadata_max_age_seconds * 1000),
        "producer_acks": -1,
        "producer_linger": 0.005,
        "producer_max_batch_size": 128 * KIBIBYTE,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "producer_request_timeout": kafka.request_timeout_seconds,
        "producer_metadata_max_age_ms": int(worker.metadata_max_age_seconds * 1000),
        "stream_buffer_maxsize": 2048,
        "stream_wait_empty": True,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
        "autodiscover": False,
    }


def credentials(kafka: KafkaSettings) -> faust.types.auth.CredentialsT | None:
    """Return what Faust needs to authenticate, or None where nothing is secured.

    Raises
    ------
    OperatorError
        If a certificate or the file of the password cannot be read.
    """
    context = ssl_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=sasl_password(kafka),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None


def _declare_agent(app: faust.App, raw_topic: faust.TopicT, settings: Settings, handle: BatchHandler) -> None:
    worker = settings.worker

    @app.agent(raw_topic, name=AGENT, concurrency=1)
    async def tag(stream: StreamT[bytes]) -> None:
        # `noack_take` yields events, and says that they are values.
        batches = cast("faust.Stream[FetchedEvent]", stream).noack_take(worker.batch_size, worker.batch_wait_seconds)
        async for events in batches:
            await handle(events)


def _listen(app: "_App", listener: GroupListener) -> None:
    async def assigned(_: object, partitions: set[TP], **__: object) -> None:
        listener.on_assigned(len(partitions))

    app.on_partitions_assigned.connect(cast("SignalHandlerT[Any]", assigned))
    app.tell_rebalance = listener.on_revoked


def _consumer(app: faust.App) -> "_Consumer":
    return cast("_Consumer", app.consumer)


class _BootStrategy(BootStrategy):
    """What an app starts."""

    def web_server(self) -> Iterable[ServiceT]:
        """Return nothing: Faust's web server shows tables and the router to everybody, even where it is turned off.

        Faust's own command turns it on again, unless it is told not to by a flag of its own.
        """
        return []


class _App(OrderlyStop):
    """An app without a web server that writes no files: without tables there is nothing to show and to keep."""

    BootStrategy = _BootStrategy
    logger = _faust_logger
    tell_rebalance: Callable[[], None]

    def on_rebalance_start(self) -> None:
        """Tell that a rebalance begins; Faust's own signal comes when the batch in flight is finished."""
        super().on_rebalance_start()
        self.tell_rebalance()

    def _create_directories(self) -> None:
        """Do nothing, so that a worker runs on a read-only file system."""


class _WorkMonitor(Monitor):
    """Keeps what the watchdog and Faust's own check of livelocks read, and none of Faust's statistics.

    Faust's monitor costs some 20 µs for each event; the worker's metrics are counted by batch instead.
    """

    logger = _faust_logger

    def on_message_in(self, tp: TP, offset: int, message: Message) -> None:
        """Note when a record is taken up, out of the buffer."""
        del tp, offset
        message.time_in = time.monotonic()

    def on_stream_event_in(self, tp: TP, offset: int, stream: StreamT[Any], event: EventT[Any]) -> None:
        """Note that the partition is read."""
        del offset, stream, event
        self.stream_inbound_time[tp] = time.monotonic()

    def on_stream_event_out(
        self, tp: TP, offset: int, stream: StreamT[Any], event: EventT[Any], state: dict[str, Any] | None = None
    ) -> None:
        """Do nothing."""

    def on_message_out(self, tp: TP, offset: int, message: Message) -> None:
        """Do nothing."""


class _ConsumerThread(OrderlyThread):
    """Makes the client by itself, because Faust's choice of isolation level and fetch sizes is fixed."""

    logger = _faust_logger

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        conf = self.app.conf
        self._assignor = RoundRobinPartitionAssignor
        return AIOKafkaConsumer(
            client_id=conf.broker_client_id,
            group_id=conf.id,
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            auto_offset_reset=conf.consumer_auto_offset_reset,
            max_poll_records=conf.broker_max_poll_records,
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_bytes=max(conf.consumer_max_fetch_size, FETCH_BYTES),
            fetch_max_wait_ms=int(FETCH_WAIT_SECONDS * 1000),
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            check_crcs=conf.broker_check_crcs,
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            isolation_level=cast("_Transport", transport).isolation_level,
            metadata_max_age_ms=conf.consumer_metadata_max_age_ms,
            connections_max_idle_ms=conf.consumer_connections_max_idle_ms,
            **driver.credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context),
        )


class _Consumer(WatchedBuffer, WatchedConsumer, OrderlyRebalance):
    """Faust's consumer, with the thread above, two views of what it keeps, and commits that may be out of range."""

    logger = _faust_logger

    def _new_consumer_thread(self) -> _ConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's own name
        """Yield what is fetched; a record before the commit means that the commit was beyond the end.

        The client then goes back to the oldest record, and Faust would drop everything up to the commit.
        """
        async for tp, message in super().getmany(timeout):
            if message.offset < (self._read_offset[tp] or 0):
                self.log.warning("reads %s from offset %d: its commit was beyond the end", tp, message.offset)
                self._read_offset[tp] = self._committed_offset[tp] = None
            yield tp, message

    def lag(self) -> dict[int, int]:
        """Return the records between commit and end, by partition; a partition without an end is left out."""
        ends = {tp: self.highwater(tp) for tp in self._settled_assignment()}
        commits = {tp: self._committed_offset.get(tp) or 0 for tp in ends}
        return {tp.partition: max(0, end - commits[tp]) for tp, end in ends.items() if _is_known(end)}

    def _settled_assignment(self) -> set[TP]:
        # A rebalance begins with forgetting the commits, and then waits for the batch in flight: all that was ever
        # written would count as lag.
        if self.app.rebalancing:
            return set()
        try:
            return self.assignment()
        except ConsumerNotStarted:
            return set()


def _is_known(end: int | None) -> bool:
    """Return whether there is an end: Faust says that there always is, and has none before the first fetch."""
    return end is not None


class _Transport(driver.Transport):
    """Faust's transport, which also knows the isolation level, and sends records with neither key nor value.

    Faust reads uncommitted records unless it runs in its exactly-once mode, which loses records (faust #323, #517);
    articles of an aborted transaction would be tagged.
    """

    Consumer = _Consumer
    Producer = TolerantProducer

    def __init__(self, url: Sequence[Any], app: AppT, *, read_committed: bool = True) -> None:
        super().__init__(url, app)
        self.isolation_level = "read_committed" if read_committed else "read_uncommitted"
