"""Batches are processed and acknowledged, with consumer and broker in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import pytest

from streams.dead_letters.composer import DeadLetterComposer
from streams.errors import DeliveryError, OperatorError
from streams.records.origin import OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.records.report import BatchReport
from streams.settings.schema import WorkerSettings
from streams.stages.pipeline import BatchResult, RecordResult
from streams.worker.batches import MAX_BATCH_BYTES, BatchProcessor, raw_record
from streams.worker.classify.executor import ChildEndedError, ThreadExecutor
from streams.worker.classify.process import ChildStartError
from streams.worker.fetched import FetchedEvent, FetchedMessage
from streams.worker.publish.delivery import Delivery
from streams.worker.publish.publishing import OutputSender
from tests.streams.worker.records import POISON, EchoProcessor, ScriptedOutlet, raw

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
        self.executor: ThreadExecutor | HangingExecutor = ThreadExecutor(EchoProcessor())
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


class HangingExecutor(ThreadExecutor):
    """Never answers."""

    def __init__(self) -> None:
        super().__init__(EchoProcessor())

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Wait indefinitely."""
        await asyncio.Event().wait()
        return await super().process(records)


def test_a_batch_is_acknowledged_in_order_and_reported() -> None:
    """When the broker has every output, the events are acknowledged in order and the batch is reported."""
    desk = Desk()

    desk.handle(Message(0), Message(1, POISON), Message(2))

    assert desk.acked == [0, 1, 2]
    assert sorted(record.topic for record in desk.outlet.taken) == ["rejected", "tagged", "tagged"]
    (report,) = desk.reports
    assert (len(report.outcomes), report.outputs, report.received_ms) == (3, 3, (1500,) * 3)
    assert set(report.stage_seconds) == {Stage.TAG, Stage.PUBLISH}


def test_large_records_are_acknowledged_in_batches_of_bounded_size() -> None:
    """Records that exceed the size of a batch together are processed in several batches, in order."""
    desk = Desk(ScriptedOutlet(limit_bytes=2 * MAX_BATCH_BYTES, request_bytes=2 * MAX_BATCH_BYTES))
    half, whole = b"x" * (MAX_BATCH_BYTES // 2), b"x" * (MAX_BATCH_BYTES + 1)

    desk.handle(Message(0, half), Message(1, half), Message(2, None), Message(3, whole), Message(4), Message(5))

    assert desk.acked == [0, 1, 2, 3, 4, 5]
    assert [len(report.outcomes) for report in desk.reports] == [3, 1, 2]


def test_nothing_is_acknowledged_before_every_output_is() -> None:
    """While one output is unacknowledged, no event of the batch is acknowledged."""
    desk = Desk()
    answers: list[asyncio.Future[object]] = []
    both_are_sent = asyncio.Event()

    class SilentOutlet(ScriptedOutlet):
        async def send(self, record: OutputRecord) -> Awaitable[object]:
            del record
            answers.append(asyncio.get_running_loop().create_future())
            if len(answers) == 2:
                answers[0].set_result(None)
                both_are_sent.set()
            return answers[-1]

    desk.outlet = SilentOutlet()

    async def story() -> list[int]:
        handling = asyncio.create_task(desk.processor().handle(desk.events(Message(0), Message(1))))
        await both_are_sent.wait()
        await asyncio.sleep(0)
        before = list(desk.acked)
        answers[1].set_result(None)
        await handling
        return before

    assert asyncio.run(story()) == []
    assert desk.acked == [0, 1]


def test_an_output_that_is_too_large_becomes_a_dead_letter() -> None:
    """An article whose output the broker refuses for its size is rejected, and the others are tagged."""
    desk = Desk(ScriptedOutlet(limit_bytes=10))

    desk.handle(Message(0), Message(1, b"x" * 11))

    assert desk.acked == [0, 1]
    outcome = desk.reports[0].outcomes[1]
    assert isinstance(outcome, Rejected)
    assert (outcome.stage, outcome.reason) == (Stage.PUBLISH, RejectReason.OUTPUT_TOO_LARGE)
    assert "'tagged' has 18 bytes" in outcome.message  # headers count
    assert desk.reports[0].outputs == len(desk.outlet.taken) == 2


def test_a_dead_letter_that_is_too_large_loses_its_value() -> None:
    """A dead letter that is refused for its size is sent without its value, and has the length of the value."""
    desk = Desk(ScriptedOutlet(limit_bytes=10))

    desk.handle(Message(0, b"x" * 11))

    (letter,) = desk.outlet.taken
    assert letter.value is None
    assert letter.headers[-1] == ("copytaster.error.value_omitted_bytes", b"11")
    assert desk.acked == [0]


def test_a_broker_that_acknowledges_nothing_ends_the_process_with_75() -> None:
    """After all attempts the process terminates with nothing acknowledged, for a supervisor to restart."""
    desk = Desk(ScriptedOutlet({b"news": 3}))

    with pytest.raises(ExitedError):
        desk.handle(Message(0), Message(1, b"other"))

    assert (desk.exit_codes, desk.acked, desk.reports) == ([75], [], [])


def test_a_batch_over_its_deadline_ends_the_process_with_70(caplog: pytest.LogCaptureFixture) -> None:
    """A batch that exceeds its deadline terminates the process with nothing acknowledged."""
    desk = Desk(deadline_seconds=0.01)
    desk.executor = HangingExecutor()

    with pytest.raises(ExitedError):
        desk.handle(Message(0))

    assert (desk.exit_codes, desk.acked) == ([70], [])
    assert "exceeds its deadline" in caplog.text


def test_an_unexpected_error_ends_the_process_with_70(caplog: pytest.LogCaptureFixture) -> None:
    """Any other exception terminates the process, with a traceback in the log."""
    desk = Desk()

    class BrokenExecutor(ThreadExecutor):
        async def process(self, records: Sequence[RawRecord]) -> BatchResult:
            del records
            raise ZeroDivisionError

    desk.executor = BrokenExecutor(EchoProcessor())

    with pytest.raises(ExitedError):
        desk.handle(Message(0))

    assert (desk.exit_codes, desk.acked) == ([70], [])
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("hook", ["on_batch_start", "on_batch_done"])
def test_a_failing_hook_ends_the_process_with_70(hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even an exception of a hook leaves the agent, because Faust would then acknowledge the batch."""
    desk = Desk()

    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk, hook, fail)

    with pytest.raises(ExitedError):
        desk.handle(Message(0))

    assert desk.exit_codes == [70]


def test_a_broken_model_ends_the_process_before_anything_is_published() -> None:
    """When most records fail unexpectedly, nothing of that batch is published or acknowledged."""
    desk = Desk()

    class BrokenProcessor(EchoProcessor):
        def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
            del tagged_at
            fault = Rejected(Stage.TAG, RejectReason.UNEXPECTED, "ValueError", "broken")
            return BatchResult(tuple(RecordResult(fault, ()) for _ in records), {})

    desk.executor = ThreadExecutor(BrokenProcessor())

    with pytest.raises(ExitedError):
        desk.handle(*map(Message, range(DEFAULTS.breaker_window_records)))

    assert (desk.exit_codes, desk.acked, desk.outlet.taken) == ([70], [], [])


class MortalExecutor(ThreadExecutor):
    """Ends over poison, and over any batch once where configured; records its batches."""

    def __init__(self, *, ends_once: bool = False) -> None:
        super().__init__(EchoProcessor())
        self.asked: list[list[int]] = []
        self._ends_once = ends_once

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Process, or end."""
        self.asked.append([record.origin.offset for record in records])
        ends_once, self._ends_once = self._ends_once, False
        if ends_once or any(record.value == POISON for record in records):
            raise ChildEndedError(RejectReason.PROCESS_DIED, "it ended")
        return await super().process(records)


def test_a_record_over_which_a_process_ends_is_found_and_rejected(caplog: pytest.LogCaptureFixture) -> None:
    """Each record of the batch is processed alone, in order, and the one at fault becomes a dead letter."""
    desk = Desk()
    desk.executor = executor = MortalExecutor()

    desk.handle(Message(0), Message(1, POISON), Message(2))

    assert executor.asked == [[0, 1, 2], [0], [1], [2]]
    assert desk.acked == [0, 1, 2]
    outcome = desk.reports[1].outcomes[0]
    assert isinstance(outcome, Rejected)
    assert (outcome.stage, outcome.reason, outcome.message) == (Stage.TAG, RejectReason.PROCESS_DIED, "it ended")
    assert "it ended over a batch of 3 records" in caplog.text


@pytest.mark.parametrize("offsets", [[0], [0, 1]], ids=["alone", "batch"])
def test_a_process_that_ends_once_costs_no_record(offsets: list[int]) -> None:
    """A child process that is killed from outside, by a system short of memory for instance, costs no article."""
    desk = Desk()
    desk.executor = MortalExecutor(ends_once=True)

    desk.handle(*map(Message, offsets))

    assert desk.acked == offsets
    assert [record.topic for record in desk.outlet.taken] == ["tagged"] * len(offsets)


def test_processes_that_end_over_most_records_end_the_worker() -> None:
    """When the child process ends over one record after the other, the circuit breaker stops the worker."""
    desk = Desk()
    desk.executor = MortalExecutor()

    with pytest.raises(ExitedError):
        desk.handle(*(Message(offset, POISON) for offset in range(DEFAULTS.breaker_first_failures + 1)))

    assert desk.exit_codes == [70]
    assert desk.acked == list(range(DEFAULTS.breaker_first_failures - 1))


def test_an_executor_that_will_never_be_ready_ends_the_worker() -> None:
    """Where no child process can replace one that ended, nothing more is acknowledged."""
    desk = Desk()

    class UnreadyExecutor(ThreadExecutor):
        async def ready(self) -> None:
            raise ChildStartError

    desk.executor = UnreadyExecutor(EchoProcessor())

    with pytest.raises(ExitedError):
        desk.handle(Message(0))

    assert (desk.exit_codes, desk.acked) == ([70], [])


def test_models_that_the_operator_has_to_fix_end_the_worker_with_2(caplog: pytest.LogCaptureFixture) -> None:
    """Where only the operator can make a child process start again, the worker logs one sentence and exits 2."""
    desk = Desk()

    class RefusedExecutor(ThreadExecutor):
        async def ready(self) -> None:
            raise OperatorError("there is no model 'a'")

    desk.executor = RefusedExecutor(EchoProcessor())

    with pytest.raises(ExitedError):
        desk.handle(Message(0))

    assert (desk.exit_codes, desk.acked) == ([2], [])
    (entry,) = (record for record in caplog.records if record.levelno == logging.CRITICAL)
    assert (entry.getMessage(), entry.exc_info) == ("stops without committing: there is no model 'a'", None)


def test_a_cancelled_batch_is_not_acknowledged() -> None:
    """A cancellation passes through, acknowledges nothing and does not terminate the process."""
    desk = Desk()
    desk.executor = HangingExecutor()

    async def story() -> None:
        handling = asyncio.create_task(desk.processor().handle(desk.events(Message(0))))
        await asyncio.sleep(0)
        handling.cancel()
        await handling

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(story())

    assert (desk.exit_codes, desk.acked) == ([], [])


def test_the_log_names_a_rejected_record(caplog: pytest.LogCaptureFixture) -> None:
    """A rejection is logged with its origin, stage and reason."""
    with caplog.at_level(logging.INFO, logger="streams"):
        Desk().handle(Message(7, POISON))

    (entry,) = (record for record in caplog.records if record.message.startswith("rejected"))
    facts = vars(entry)
    assert (facts["origin"], facts["stage"], facts["reason"]) == ("raw[0]@7", Stage.DECODE, RejectReason.NOT_JSON)


def test_a_raw_record_keeps_the_whole_message() -> None:
    """Key, value, timestamp and headers in order, repeated names included, are those of the message."""
    assert raw_record(Message(3, None, headers=(("h", b"1"), ("h", None)), timestamp=1.0, key=b"key")) == raw(3, None)


@pytest.mark.parametrize("headers", [None, ()], ids=["none", "empty"])
@pytest.mark.parametrize("timestamp", [None, -0.001], ids=["none", "Kafka's none"])
def test_a_raw_record_may_lack_headers_and_timestamp(
    headers: Sequence[tuple[str, bytes | None]] | None, timestamp: float | None
) -> None:
    """A message without headers or timestamp is a record without them."""
    record = raw_record(Message(3, headers=headers, timestamp=timestamp))

    assert (record.headers, record.timestamp_ms) == ((), None)


def test_a_dead_letter_that_the_broker_refuses_ends_the_process() -> None:
    """A dead letter that is refused even without its value is never acknowledged."""
    desk = Desk(ScriptedOutlet(limit_bytes=-1))

    with pytest.raises(ExitedError) as raised:
        desk.handle(Message(0))

    assert isinstance(raised.value.__context__, DeliveryError)
    assert desk.acked == []
