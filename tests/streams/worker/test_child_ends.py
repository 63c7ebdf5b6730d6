"""What a worker does when the process that holds a batch ends, or can never start again."""

import logging
from collections.abc import Sequence

import pytest

from streams.errors import OperatorError
from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import BatchResult
from streams.worker.classify.executor import ChildEndedError, ThreadExecutor
from streams.worker.classify.process import ChildStartError
from tests.streams.worker.desk import DEFAULTS, Desk, ExitedError, Message
from tests.streams.worker.records import POISON, EchoProcessor


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
