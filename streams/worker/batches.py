"""Batch processor: processes, publishes and acknowledges batches of raw records.

A record is acknowledged only when the broker has acknowledged every output of its batch. Whatever goes wrong here,
short of a record at fault, terminates the process immediately: Faust acknowledges the events of an agent that raises;
only terminating the process loses no record. When the worker is started again, the broker redelivers the batch.

When the child process ends over a batch, each of its records becomes a batch of its own, with its own deadline and its
own acknowledgement, so that finished records stay finished. Bisecting would take fewer batches to find the record at
fault, but would wait for a deadline with each half that holds it; the other records take little longer alone than
together. Only a record over which a child process ends while it is alone is at fault: the first end may have had
another cause.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NoReturn, Protocol

from streams.errors import OperatorError, TransientError
from streams.exit_codes import BROKER_AWAY, INTERNAL_FAULT, WRONG_USAGE, ExitProcess
from streams.records.origin import Headers, Origin, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import Stage
from streams.records.report import BatchReport
from streams.settings.schema import WorkerSettings
from streams.stages.pipeline import BatchResult, RecordResult
from streams.worker.breaker import Breaker
from streams.worker.classify.executor import ChildEndedError, Executor, process_alone
from streams.worker.fetched import FetchedEvent, FetchedMessage
from streams.worker.publish.delivery import Delivered

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""Values of one batch together, unless a single one is longer: what a worker holds at once, and what it processes again
when a child process ends. 128 articles of a news feed come to less than a megabyte. Text that is made slow takes up to
0.25 s for 100,000 characters (`tests/cost/test_shapes.py`): a batch of it takes 10 s of the 30 s of its deadline."""

ProcessBatch = Callable[[Sequence[RawRecord]], Awaitable[BatchResult]]

logger = logging.getLogger(__name__)


class BatchDelivery(Protocol):
    """Delivers the outputs of batches to the broker."""

    async def deliver(self, records: Sequence[RawRecord], results: Sequence[RecordResult]) -> Delivered:
        """Return the final outcome of every record, when the broker has acknowledged all of their outputs."""


class BatchHooks(Protocol):
    """Observes batches."""

    def on_batch_start(self, size: int) -> None:
        """Call when a batch of `size` records is about to be processed."""

    def on_batch_done(self, report: BatchReport) -> None:
        """Call when every record of a batch is acknowledged."""


class BatchProcessor:
    """Processes and acknowledges batches.

    Parameters
    ----------
    executor
        Where a batch is processed.
    delivery
        How its outputs reach the broker.
    hooks
        Observes batches.
    settings
        The deadline of a batch, publishing included, and the thresholds of the circuit breaker.
    exit_process
        Terminates the process immediately, without acknowledging anything.
    """

    def __init__(
        self,
        executor: Executor,
        delivery: BatchDelivery,
        hooks: BatchHooks,
        settings: WorkerSettings,
        exit_process: ExitProcess,
    ) -> None:
        self._executor = executor
        self._breaker = Breaker(settings)
        self._delivery = delivery
        self._hooks = hooks
        self._deadline_seconds = settings.batch_deadline_seconds
        self._exit_process = exit_process

    async def handle(self, events: Sequence[FetchedEvent]) -> None:
        """Process and acknowledge fetched events in batches of bounded size, or terminate the process."""
        for batch in _bounded(events):
            try:
                await self._handle(batch, self._executor.process)
            except ChildEndedError as error:
                _log_end(error, batch)
                for event in batch:
                    await self._handle([event], self._process_alone)

    async def _handle(self, events: Sequence[FetchedEvent], process: ProcessBatch) -> None:
        try:
            self._hooks.on_batch_start(len(events))
            await self._executor.ready()
            async with asyncio.timeout(self._deadline_seconds):
                report = await self._settle([raw_record(event.message) for event in events], process)
            for event in events:
                event.ack()
            self._hooks.on_batch_done(report)
        except (asyncio.CancelledError, ChildEndedError):
            raise
        except BaseException as error:  # noqa: BLE001  # no exception may leave the agent: see the module's docstring
            self._give_up(error, events)

    async def _process_alone(self, records: Sequence[RawRecord]) -> BatchResult:
        (record,) = records
        return await process_alone(self._executor, record)

    async def _settle(self, records: Sequence[RawRecord], process: ProcessBatch) -> BatchReport:
        processed = await process(records)
        self._breaker.observe([(result.publisher, result.outcome) for result in processed.results])
        started = time.perf_counter()
        delivered = await self._delivery.deliver(records, processed.results)
        publish_seconds = time.perf_counter() - started
        for record, outcome in zip(records, delivered.outcomes, strict=True):
            _log_outcome(record, outcome)
        return BatchReport(
            outcomes=delivered.outcomes,
            received_ms=tuple(record.timestamp_ms for record in records),
            stage_seconds={**processed.stage_seconds, Stage.PUBLISH: publish_seconds},
            acknowledged_ms=time.time_ns() // 1_000_000,
            outputs=delivered.outputs,
            publishers=tuple(result.publisher for result in processed.results),
            cpu_seconds=processed.cpu_seconds,
        )

    def _give_up(self, error: BaseException, events: Sequence[FetchedEvent]) -> NoReturn:
        first = _origin(events[0].message)
        if isinstance(error, TransientError | OperatorError):
            logger.critical("stops without committing: %s", error, extra={"origin": str(first)})
            self._exit_process(BROKER_AWAY if isinstance(error, TransientError) else WRONG_USAGE)
        what = "exceeds its deadline" if isinstance(error, TimeoutError) else "fails"
        logger.critical(
            "stops without committing: a batch of %d records %s",
            len(events),
            what,
            exc_info=error,
            extra={"origin": str(first)},
        )
        self._exit_process(INTERNAL_FAULT)


def _bounded(events: Sequence[FetchedEvent]) -> Iterator[list[FetchedEvent]]:
    batch: list[FetchedEvent] = []
    batch_bytes = 0
    for event in events:
        value_bytes = len(event.message.value or b"")
        if batch and batch_bytes + value_bytes > MAX_BATCH_BYTES:
            yield batch
            batch, batch_bytes = [], 0
        batch.append(event)
        batch_bytes += value_bytes
    if batch:
        yield batch


def raw_record(message: FetchedMessage) -> RawRecord:
    """Return the record with its headers in order, repeated names included."""
    headers: Headers = tuple((name, value) for name, value in message.headers or ())
    return RawRecord(_origin(message), message.key, message.value, headers, _timestamp_ms(message.timestamp))


def _timestamp_ms(seconds: float | None) -> int | None:
    # Kafka has -1 ms where there is no timestamp.
    return None if seconds is None or seconds < 0 else round(seconds * 1000)


def _origin(message: FetchedMessage) -> Origin:
    return Origin(message.topic, message.partition, message.offset)


def _log_end(error: ChildEndedError, events: Sequence[FetchedEvent]) -> None:
    logger.warning(
        "%s over a batch of %d records: each of them is now processed alone",
        error,
        len(events),
        extra={"origin": str(_origin(events[0].message))},
    )


def _log_outcome(record: RawRecord, outcome: Outcome) -> None:
    origin = {"origin": str(record.origin)}
    match outcome:
        case Rejected(stage, reason, _, message):
            logger.warning("rejected: %s", message, extra={**origin, "stage": stage, "reason": reason})
        case Withdrawn(article_id):
            logger.info("withdrawn", extra={**origin, "article": article_id})
        case Tagged(article_id):
            logger.debug("tagged", extra={**origin, "article": article_id})
