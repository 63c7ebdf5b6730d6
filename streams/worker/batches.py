"""The life of a batch: processed, published, and acknowledged only when the broker has every output.

Nothing that is unfinished is ever acknowledged. Whatever goes wrong here, short of a record at fault, ends the process
at once: Faust acknowledges the events of an agent that raises, so there is no other way out that loses nothing. A
supervisor starts the worker again, and the broker delivers the batch once more.

When the process that classifies ends over a batch, each of its records becomes a batch of its own, with a deadline and
an acknowledgement of its own: whatever comes then, what is done stays done. Halving would take fewer batches to find
the record at fault, and wait for a deadline with each half that has it; alone, the others take little longer than
together.
Only a record over which a process ends once more, alone, is at fault: once may have had other reasons.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NoReturn, Protocol

from streams.errors import TransientError
from streams.exit_codes import BROKER_AWAY, INTERNAL_FAULT, ExitProcess
from streams.records.origin import Headers, Origin, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import Stage
from streams.records.report import BatchReport
from streams.stages.pipeline import BatchResult, Processed
from streams.worker.breaker import Breaker
from streams.worker.classify.executor import ChildEndedError, Executor
from streams.worker.fetched import FetchedEvent, FetchedMessage
from streams.worker.publish.delivery import Delivery
from streams.worker.publish.publishing import Publisher

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""Values of one batch together, unless a single one is longer. Articles made to be slow take up to 5 s per megabyte: of
128 such records of a megabyte no batch would ever meet its deadline, after any number of restarts. 128 articles of a
news feed come to less than a megabyte."""

Process = Callable[[Sequence[RawRecord]], Awaitable[BatchResult]]

logger = logging.getLogger(__name__)


class BatchHooks(Protocol):
    """Who is told about batches."""

    def on_batch_start(self, size: int) -> None:
        """Call when a batch of so many records is about to be processed."""

    def on_batch_done(self, report: BatchReport) -> None:
        """Call when every record of a batch is acknowledged."""


class BatchProcessor:
    """Takes batches from the consumer and answers for them.

    Parameters
    ----------
    executor
        Where a batch is processed.
    publisher
        How its outputs reach the broker.
    hooks
        Who is told.
    deadline_seconds
        How long a batch may take, publishing included.
    die
        Ends the process with an exit code at once, without acknowledging anything.
    """

    def __init__(
        self, executor: Executor, publisher: Publisher, hooks: BatchHooks, deadline_seconds: float, die: ExitProcess
    ) -> None:
        self._executor = executor
        self._breaker = Breaker()
        self._delivery = Delivery(executor, publisher)
        self._hooks = hooks
        self._deadline_seconds = deadline_seconds
        self._die = die

    async def handle(self, events: Sequence[FetchedEvent]) -> None:
        """See what was fetched through to its acknowledgement, in batches of bounded size, or end the process."""
        for batch in _bounded(events):
            try:
                await self._handle(batch, self._executor.process)
            except ChildEndedError as error:
                _log_end(error, batch)
                for event in batch:
                    await self._handle([event], self._process_alone)

    async def _handle(self, events: Sequence[FetchedEvent], process: Process) -> None:
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
        except BaseException as error:  # noqa: BLE001  # nothing may leave the agent: see the module's docstring
            self._give_up(error, events)

    async def _process_alone(self, records: Sequence[RawRecord]) -> BatchResult:
        try:
            return await self._executor.process(records)
        except ChildEndedError as error:
            letters = [await self._executor.reject(record, error.rejection()) for record in records]
            return BatchResult(tuple(letters), {})

    async def _settle(self, records: Sequence[RawRecord], process: Process) -> BatchReport:
        result = await process(records)
        self._breaker.watch(each.outcome for each in result.processed)
        started = time.perf_counter()
        published = await self._delivery.deliver(result.processed)
        publish_seconds = time.perf_counter() - started
        for each in published.processed:
            _log_outcome(each)
        return BatchReport(
            outcomes=tuple(each.outcome for each in published.processed),
            received_ms=tuple(record.timestamp_ms for record in records),
            stage_seconds={**result.stage_seconds, Stage.PUBLISH: publish_seconds},
            acknowledged_ms=time.time_ns() // 1_000_000,
            outputs=published.outputs,
        )

    def _give_up(self, error: BaseException, events: Sequence[FetchedEvent]) -> NoReturn:
        first = _origin(events[0].message)
        if isinstance(error, TransientError):
            logger.critical("stops without committing: %s", error, extra={"origin": str(first)})
            self._die(BROKER_AWAY)
        what = "takes longer than its deadline" if isinstance(error, TimeoutError) else "fails"
        logger.critical(
            "stops without committing: a batch of %d records %s",
            len(events),
            what,
            exc_info=error,
            extra={"origin": str(first)},
        )
        self._die(INTERNAL_FAULT)


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


def _log_outcome(processed: Processed) -> None:
    facts = {"origin": str(processed.record.origin), **_article(processed.outcome)}
    match processed.outcome:
        case Rejected(stage, reason, _, message):
            logger.warning("rejected: %s", message, extra={**facts, "stage": stage, "reason": reason})
        case Withdrawn():
            logger.info("withdrawn", extra=facts)
        case Tagged():
            logger.debug("tagged", extra=facts)


def _article(outcome: Outcome) -> dict[str, str]:
    match outcome:
        case Tagged(article):
            return {"article": article.id}
        case Withdrawn(article_id):
            return {"article": article_id}
        case Rejected():
            return {}
