"""Faust app: the agent that reads batches, the outlet that writes, and what the worker may ask of a running app.

What Faust has no setting for is done by subclasses: no web server, no folders, a monitor that costs little.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

import faust
import faust.streams
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
from faust.sensors.monitor import Monitor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, EventT, Message, StreamT
from mode import ServiceT
from mode.types.signals import SignalHandlerT

from streams.errors import OperatorError
from streams.records.origin import OutputRecord
from streams.settings.schema import Settings
from streams.worker.faust_adapter.configuration import FAUST_LOGGER, configuration
from streams.worker.faust_adapter.consumer import WorkerConsumer, WorkerTransport
from streams.worker.faust_adapter.header_names import read_any_header_name
from streams.worker.faust_adapter.orderly_stop import OrderlyStop
from streams.worker.faust_adapter.topic_metadata import never_create_topics
from streams.worker.fetched import FetchedEvent

AGENT = "copytaster"

BROKER_AWAY_ERRORS = (
    KafkaConnectionError,
    KafkaTimeoutError,
    NodeNotReadyError,
    NoBrokersAvailable,
    RequestTimedOutError,
    ConnectionError,
)

CLOSED_SECONDS = 1.0
"""A closed connection fails a request at once, a broker that hangs at its timeout."""

App = faust.App
_STREAM_ITERATOR: object = getattr(faust.streams, "_CStreamIterator", None)

BatchHandler = Callable[[Sequence[FetchedEvent]], Awaitable[None]]


class GroupListener(Protocol):
    """Observes the consumer group and its topic."""

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has assigned partitions to the worker, possibly none."""

    def on_revoked(self) -> None:
        """Call when a rebalance begins, from any thread."""

    def on_topic(self, *, exists: bool) -> None:
        """Call about every second with whether the raw topic exists, while a broker answers."""


def create_app(settings: Settings, listener: GroupListener) -> faust.App:
    """Return an app that reads nothing yet: see `consume`.

    Parameters
    ----------
    settings
        Brokers, topics and the worker's own.
    listener
        Observes the consumer group.

    Raises
    ------
    OperatorError
        If a certificate cannot be read, or Faust runs without its compiled parts.
    """
    assert_compiled()
    read_any_header_name()
    never_create_topics()
    app = _App(settings.worker.group, monitor=_WorkMonitor(), **configuration(settings))
    app.transport = WorkerTransport(app.conf.broker_consumer, app, settings)
    app.producer_transport = WorkerTransport(app.conf.broker_producer, app, settings)
    _listen(app, listener)
    return app


def consume(app: faust.App, settings: Settings, handle: BatchHandler) -> None:
    """Let the app pass raw records to `handle` in batches, once it is started.

    Parameters
    ----------
    app
        An app that is not started.
    settings
        The raw topic, and the size of a batch.
    handle
        Processes and acknowledges one batch. It raises nothing but a cancellation.
    """
    raw_topic = app.topic(
        settings.topics.raw,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        allow_empty=True,
    )
    worker = settings.worker

    @app.agent(raw_topic, name=AGENT, concurrency=1)
    async def tag(stream: StreamT[bytes]) -> None:
        # `noack_take` yields events, although its type says values.
        batches = cast("faust.Stream[FetchedEvent]", stream).noack_take(worker.batch_size, worker.batch_wait_seconds)
        async for events in batches:
            await handle(events)


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
        """Hand over a record; the returned awaitable resolves when the broker has acknowledged it."""
        headers = cast("list[tuple[str, bytes]]", list(record.headers))  # null values are sent as they are
        return await self._app.producer.send(
            record.topic, record.key, record.value, partition=None, timestamp=None, headers=headers
        )

    def is_too_large(self, error: BaseException) -> bool:
        """Return whether client or broker refused a record, or the request that it was in, for its size."""
        # Faust wraps the exceptions of the client, and passes those of the broker on as they are.
        cause = error.__cause__ or error
        return isinstance(cause, MessageSizeTooLargeError | RecordListTooLargeError)


def is_broker_away(error: BaseException | None) -> bool:
    """Return whether the error means that no broker answers."""
    return isinstance(error, BROKER_AWAY_ERRORS)


async def broker_answers(app: faust.App) -> bool:
    """Return whether a broker answers the producer's metadata request; true before the producer has started.

    A broker that closes connections, because a client has to authenticate again (`connections.max.reauth.ms`) or was
    idle, does so at the next request, and answers the one after it on a new connection.
    """
    producer = cast("driver.Producer", app.producer)._producer  # noqa: SLF001  # Faust has no probe of its own
    if producer is None:
        return True
    started = time.monotonic()
    answers = bool(await producer.client.force_metadata_update())
    if not answers and time.monotonic() - started < CLOSED_SECONDS:
        return bool(await producer.client.force_metadata_update())
    return answers


def oldest_fetch_seconds(app: faust.App) -> float | None:
    """Return when the oldest unacknowledged record was taken up, in seconds of the monotonic clock, or None.

    Where no record is in flight, a record that waits in Faust's buffer counts from when it could have been taken up.
    """
    return _consumer(app).oldest_fetch_seconds()


def is_finished(app: faust.App) -> bool:
    """Return whether every record that was taken up is acknowledged and committed."""
    return _consumer(app).is_finished()


def consumer_lag(app: faust.App) -> Mapping[int, int]:
    """Return the records between the commit, or the beginning if it is later, and the end, by partition.

    Transaction markers count as records, so that a topic with transactions never has a lag of zero. Before the start
    and during a rebalance no partition is known.
    """
    return _consumer(app).lag()


def stable_ends(app: faust.App) -> Mapping[int, tuple[int, int]]:
    """Return the last stable offset and the end, by partition of the raw topic, where both are known."""
    return _consumer(app).stable_ends()


def repeat(app: faust.App, seconds: float, look: Callable[[], Awaitable[None]]) -> None:
    """Let a started app call a function, which raises nothing, at every interval."""
    app.timer(seconds)(look)


def _listen(app: "_App", listener: GroupListener) -> None:
    async def assigned(_: object, partitions: set[TP], **__: object) -> None:
        listener.on_assigned(len(partitions))

    app.on_partitions_assigned.connect(cast("SignalHandlerT[Any]", assigned))
    app.report_rebalance = listener.on_revoked
    app.report_topic = listener.on_topic


def _consumer(app: faust.App) -> WorkerConsumer:
    return cast("WorkerConsumer", app.consumer)


class _BootStrategy(BootStrategy):
    """Which services an app starts."""

    def web_server(self) -> Iterable[ServiceT]:
        """Return no service: Faust's web server publishes tables and the router, even where it is turned off.

        Faust's own command turns it on again unless it gets a flag of its own.
        """
        return []


class _App(OrderlyStop):
    """An app without a web server that writes no files: it has no tables to show or to store."""

    BootStrategy = _BootStrategy
    logger = FAUST_LOGGER
    report_rebalance: Callable[[], None]
    report_topic: Callable[..., None]

    def on_rebalance_start(self) -> None:
        """Report that a rebalance begins; Faust's own signal comes after the batch in flight is finished."""
        super().on_rebalance_start()
        self.report_rebalance()

    def _create_directories(self) -> None:
        """Do nothing, so that a worker runs on a read-only file system."""


class _WorkMonitor(Monitor):
    """Keeps the times that the watchdog and Faust's livelock check read, and none of Faust's statistics.

    Faust's monitor costs some 20 µs for each event; the worker's metrics are counted by batch instead.
    """

    logger = FAUST_LOGGER

    def on_message_in(self, tp: TP, offset: int, message: Message) -> None:
        """Record when a record is taken out of the buffer."""
        del tp, offset
        message.time_in = time.monotonic()

    def on_stream_event_in(self, tp: TP, offset: int, stream: StreamT[Any], event: EventT[Any]) -> None:
        """Record that the partition is read."""
        del offset, stream, event
        self.stream_inbound_time[tp] = time.monotonic()

    def on_stream_event_out(
        self, tp: TP, offset: int, stream: StreamT[Any], event: EventT[Any], state: dict[str, Any] | None = None
    ) -> None:
        """Do nothing."""

    def on_message_out(self, tp: TP, offset: int, message: Message) -> None:
        """Do nothing."""
