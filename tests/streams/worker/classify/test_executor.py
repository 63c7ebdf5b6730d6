"""Batches are processed outside the event loop."""

import asyncio
import pickle
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected, Tagged
from streams.records.rejection import Stage
from streams.stages.cost import UNLIMITED, Limiter
from streams.stages.pipeline import BatchResult
from streams.worker.classify.executor import ThreadExecutor
from tests.streams.worker.records import POISON, EchoProcessor, raw

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_every_record_has_a_result() -> None:
    """A batch gives one result for each record, in order."""
    records = [raw(0), raw(1, POISON), raw(2)]

    result = asyncio.run(ThreadExecutor(EchoProcessor()).process(records))

    assert [type(each.outcome) for each in result.results] == [Tagged, Rejected, Tagged]
    assert result.stage_seconds == {Stage.TAG: 0.5}


def test_the_event_loop_stays_free() -> None:
    """While a batch is processed, other tasks run."""
    free = threading.Event()

    class WaitingProcessor(EchoProcessor):
        def process(
            self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED
        ) -> BatchResult:
            assert free.wait(timeout=10)
            return super().process(records, tagged_at, limiter)

    async def both() -> BatchResult:
        processing = asyncio.create_task(ThreadExecutor(WaitingProcessor()).process([raw(0)]))
        await asyncio.sleep(0)
        free.set()
        return await processing

    assert len(asyncio.run(both()).results) == 1


def test_the_time_of_processing_is_an_argument() -> None:
    """The processor gets the time from its caller's clock."""
    seen = []

    class WatchfulProcessor(EchoProcessor):
        def process(
            self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED
        ) -> BatchResult:
            seen.append(tagged_at)
            return super().process(records, tagged_at, limiter)

    asyncio.run(ThreadExecutor(WatchfulProcessor(), now=lambda: NOON).process([raw(0)]))

    assert seen == [NOON]


def test_records_and_results_can_be_pickled() -> None:
    """Raw records and results survive pickling, so that a child process can take the thread's place."""
    records = [raw(0), raw(1, POISON), raw(2, None, key=None)]
    result = EchoProcessor().process(records, NOON)

    assert pickle.loads(pickle.dumps((records, result))) == (records, result)  # noqa: S301  # our own bytes


def test_results_do_not_carry_the_raw_record() -> None:
    """The pickled result of a batch does not grow with a raw value that no output holds."""
    sizes = {
        len(pickle.dumps(EchoProcessor().process([raw(0, POISON, key=key)], NOON))) for key in (b"k", b"k" * 100_000)
    }

    assert len(sizes) == 1
