"""Batches are processed and acknowledged, with consumer and broker in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime

import pytest

from streams.errors import DeliveryError
from streams.records.origin import OutputRecord, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.cost import UNLIMITED, Limiter
from streams.stages.pipeline import BatchResult, RecordResult
from streams.worker.batches import MAX_BATCH_BYTES, raw_record
from streams.worker.classify.executor import ThreadExecutor
from tests.streams.worker.desk import DEFAULTS, Desk, ExitedError, Message
from tests.streams.worker.records import POISON, EchoProcessor, ScriptedOutlet, raw


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
        def process(
            self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED
        ) -> BatchResult:
            del tagged_at, limiter
            fault = Rejected(Stage.TAG, RejectReason.UNEXPECTED, "ValueError", "broken")
            return BatchResult(tuple(RecordResult(fault, ()) for _ in records), {})

    desk.executor = ThreadExecutor(BrokenProcessor())

    with pytest.raises(ExitedError):
        desk.handle(*map(Message, range(DEFAULTS.breaker_window_records)))

    assert (desk.exit_codes, desk.acked, desk.outlet.taken) == ([70], [], [])


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
