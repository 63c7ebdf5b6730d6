"""A batch processor with everything around it in memory, for the tests of batches."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from streams.dead_letters.composer import DeadLetterComposer
from streams.records.report import BatchReport
from streams.settings.schema import WorkerSettings
from streams.worker.batches import BatchProcessor
from streams.worker.classify.executor import ThreadExecutor
from streams.worker.fetched import FetchedEvent, FetchedMessage
from streams.worker.publish.delivery import Delivery
from streams.worker.publish.publishing import OutputSender
from tests.streams.worker.records import EchoProcessor, ScriptedOutlet

DEFAULTS = WorkerSettings()


class ExitedError(Exception):
    """The process would have terminated here."""


@dataclass
class Message:
    """A record as the consumer returns it."""

    offset: int
    value: bytes | None = b"news"
    key: bytes | None = b"key"
    headers: Iterable[tuple[str, bytes | None]] | None = (("h", b"1"), ("h", b"2"))
    timestamp: float | None = 1.5
    topic: str = "raw"
    partition: int = 0


class Event:
    """An event that records its acknowledgement."""

    def __init__(self, message: FetchedMessage, acked: list[int]) -> None:
        self.message = message
        self._acked = acked

    def ack(self) -> bool:
        """Record the offset."""
        self._acked.append(self.message.offset)
        return True


class Desk:
    """A batch processor with everything around it in memory."""

    def __init__(self, outlet: ScriptedOutlet | None = None, *, deadline_seconds: float = 10) -> None:
        self.outlet = outlet or ScriptedOutlet()
        self.acked: list[int] = []
        self.exit_codes: list[int] = []
        self.reports: list[BatchReport] = []
        self.executor: ThreadExecutor = ThreadExecutor(EchoProcessor())
        self._deadline_seconds = deadline_seconds

    def on_batch_start(self, size: int) -> None:
        """Do nothing."""

    def on_batch_done(self, report: BatchReport) -> None:
        """Keep the report."""
        self.reports.append(report)

    def handle(self, *messages: Message) -> None:
        """Process a batch."""
        asyncio.run(self.processor().handle(self.events(*messages)))

    def processor(self) -> BatchProcessor:
        """Return the processor under test."""
        delivery = Delivery(OutputSender(self.outlet, attempts=3, sleep=self._sleep), DeadLetterComposer("rejected"))
        settings = WorkerSettings(isolation="thread", batch_deadline_seconds=self._deadline_seconds)
        return BatchProcessor(self.executor, delivery, self, settings, self._exit_process)

    def events(self, *messages: Message) -> list[FetchedEvent]:
        """Return the messages as events."""
        return [Event(message, self.acked) for message in messages]

    async def _sleep(self, seconds: float) -> None:
        assert seconds > 0

    def _exit_process(self, code: int) -> NoReturn:
        self.exit_codes.append(code)
        raise ExitedError
