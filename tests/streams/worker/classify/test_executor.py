"""The seam between the event loop and the classifiers."""

import asyncio
import pickle
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import BatchResult
from streams.worker.classify.executor import ThreadExecutor
from tests.streams.worker.records import POISON, EchoProcessor, raw

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_every_record_has_an_outcome() -> None:
    """A batch gives one outcome for each record, in order."""
    records = [raw(0), raw(1, POISON), raw(2)]

    result = asyncio.run(ThreadExecutor(EchoProcessor()).process(records))

    assert [each.record for each in result.processed] == records
    assert result.stage_seconds == {Stage.TAG: 0.5}


def test_the_event_loop_stays_free() -> None:
    """While a batch is processed the event loop goes on."""
    free = threading.Event()

    class WaitingProcessor(EchoProcessor):
        def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
            assert free.wait(timeout=10)
            return super().process(records, tagged_at)

    async def both() -> BatchResult:
        processing = asyncio.create_task(ThreadExecutor(WaitingProcessor()).process([raw(0)]))
        await asyncio.sleep(0)
        free.set()
        return await processing

    assert len(asyncio.run(both()).processed) == 1


def test_a_failing_batch_is_split() -> None:
    """A processor that raises on one record of a batch costs that record alone."""

    class BrittleProcessor(EchoProcessor):
        def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
            if any(record.origin.offset == 2 for record in records):
                raise MemoryError
            return super().process(records, tagged_at)

    result = asyncio.run(ThreadExecutor(BrittleProcessor()).process([raw(offset) for offset in range(5)]))

    at_fault = [each.outcome for each in result.processed if isinstance(each.outcome, Rejected)]
    assert [(each.reason, each.error) for each in at_fault] == [(RejectReason.OUT_OF_MEMORY, "MemoryError")]
    assert isinstance(result.processed[2].outcome, Rejected)


def test_the_time_of_processing_is_an_argument() -> None:
    """The processor is told when the batch is processed."""
    seen = []

    class WatchfulProcessor(EchoProcessor):
        def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
            seen.append(tagged_at)
            return super().process(records, tagged_at)

    asyncio.run(ThreadExecutor(WatchfulProcessor(), now=lambda: NOON).process([raw(0)]))

    assert seen == [NOON]


def test_what_crosses_the_seam_can_be_pickled() -> None:
    """Raw records and results survive pickling, so that a child process can take the thread's place."""
    records = [raw(0), raw(1, POISON), raw(2, None, key=None)]
    result = EchoProcessor().process(records, NOON)

    assert pickle.loads(pickle.dumps((records, result))) == (records, result)  # noqa: S301  # our own bytes
