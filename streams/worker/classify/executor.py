"""The seam between the event loop and the classifiers.

Only raw records go across and only results come back, all of them plain data that can be pickled: where the work is
done, in a child process or in a thread, changes nothing for those who wait for it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.attempt import rejected
from streams.stages.isolate import isolate
from streams.stages.pipeline import BatchResult, Processed


class ChildEndedError(Exception):
    """The process that classifies ended while it had some records in hand; one of them may be the reason.

    Parameters
    ----------
    reason
        How it ended.
    message
        One sentence that says so.
    """

    def __init__(self, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def rejection(self) -> Rejected:
        """Return what it means for a record that was alone."""
        return Rejected(Stage.TAG, self.reason, type(self).__name__, str(self))


class Processor(Protocol):
    """What turns raw records into outcomes; `streams.stages.pipeline.Pipeline` is one."""

    def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
        """Return one outcome for each record, in order."""

    def reject(self, record: RawRecord, rejection: Rejected, at: datetime) -> Processed:
        """Return the dead letter of a record."""


class Executor(Protocol):
    """Where batches are processed; the event loop goes on meanwhile."""

    async def ready(self) -> None:
        """Return when a batch can be processed at once; raise where that will never be so."""

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one outcome for each record, in order.

        Raises
        ------
        ChildEndedError
            If the process that classifies ended over them. It is replaced; `ready` tells when.
        """

    async def reject(self, record: RawRecord, rejection: Rejected) -> Processed:
        """Return the dead letter of a record."""

    def close(self) -> None:
        """Take no more work; does not wait for what is under way."""


class ThreadExecutor:
    """Processes batches in one thread.

    A call into compiled code that hangs cannot be stopped here, and one that exhausts the memory takes the worker
    along. The deadline of a batch ends the process in the first case.

    Parameters
    ----------
    processor
        What turns raw records into outcomes. A batch on which it raises is split down to the records at fault.
    now
        The current time, aware.
    """

    def __init__(self, processor: Processor, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._processor = processor
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pipeline")

    async def ready(self) -> None:
        """Return: a thread is always there."""

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one outcome for each record, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, process_all, self._processor, records, self._now())

    async def reject(self, record: RawRecord, rejection: Rejected) -> Processed:
        """Return the dead letter of a record."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._processor.reject, record, rejection, self._now())

    def close(self) -> None:
        """Take no more work; does not wait for what is under way."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def process_all(processor: Processor, records: Sequence[RawRecord], at: datetime) -> BatchResult:
    """Return one outcome for each record, whatever the processor raises."""
    seconds: Counter[Stage] = Counter()

    def step(part: Sequence[RawRecord]) -> Sequence[Processed]:
        result = processor.process(part, at)
        seconds.update(result.stage_seconds)
        return result.processed

    def on_fault(record: RawRecord, error: Exception) -> Processed:
        return processor.reject(record, rejected(Stage.TAG, error), at)

    return BatchResult(tuple(isolate(step, records, on_fault)), dict(seconds))
