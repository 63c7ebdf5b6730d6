"""Executor: where batches are processed, outside the event loop.

Raw records go in and results come back, all of them plain data that can be pickled: whether the work is done in a child
process or in a thread changes nothing for the caller.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.cost import UNLIMITED, Limiter
from streams.stages.pipeline import BatchResult, RecordResult


class ChildEndedError(Exception):
    """The child process ended while it processed records; one of them may be the cause.

    Parameters
    ----------
    reason
        How it ended.
    message
        One sentence that states it.
    """

    def __init__(self, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def rejection(self) -> Rejected:
        """Return the rejection of a record over which the child process ended while it was the only one.

        A child that ended does not report in which stage. The rejection names `tag`, which runs the models and takes
        most of the time.
        """
        return Rejected(Stage.TAG, self.reason, type(self).__name__, str(self))


class Processor(Protocol):
    """Turns raw records into results; `streams.stages.pipeline.Pipeline` is one."""

    def process(self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED) -> BatchResult:
        """Return one result for each record, in order, whatever is in the records and however long one takes."""


class Executor(Protocol):
    """Processes batches while the event loop stays free."""

    async def ready(self) -> None:
        """Wait until a batch can be processed; raise if no batch ever can."""

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one result for each record, in order.

        Raises
        ------
        ChildEndedError
            If the child process ended over them. It is replaced; `ready` returns when the next one is there.
        """

    def close(self) -> None:
        """Accept no more work; does not wait for a batch in flight."""


async def process_alone(executor: Executor, record: RawRecord) -> BatchResult:
    """Return the result of a record that is alone in its batch: a rejection if the child process ends over it."""
    try:
        return await executor.process([record])
    except ChildEndedError as error:
        return BatchResult((RecordResult(error.rejection(), ()),), {})


class ThreadExecutor:
    """Processes batches in one thread of the worker.

    A call that hangs cannot be stopped here, articles have no budget, and one that exhausts the memory ends the worker.
    In the first case the deadline of the batch ends the process.

    Parameters
    ----------
    processor
        Turns raw records into results.
    now
        The current time, aware.
    """

    def __init__(self, processor: Processor, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._processor = processor
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pipeline")

    async def ready(self) -> None:
        """Return: the thread is always there."""

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one result for each record, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._processor.process, records, self._now())

    def close(self) -> None:
        """Accept no more work; does not wait for a batch in flight."""
        self._thread.shutdown(wait=False, cancel_futures=True)
