"""Classification: batches of raw records, tagged in a child process as by a worker, for a command without a broker."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from streams.records.origin import RawRecord
from streams.records.rejection import RejectReason
from streams.settings.schema import Settings
from streams.stages.pipeline import Pipeline, RecordResult
from streams.worker.classify.executor import ChildEndedError, Executor, process_alone
from streams.worker.classify.loading import ModelFacts, load
from streams.worker.classify.process import ProcessExecutor

Classify: TypeAlias = Callable[[Sequence[RawRecord]], Sequence[RecordResult]]
Answer = TypeVar("Answer")


class Run(Protocol):
    """Starts a coroutine in an event loop."""

    def __call__(self, coroutine: Coroutine[Any, Any, Answer]) -> Future[Answer]:
        """Return its result, when there is one."""


@contextmanager
def open_classifier(settings: Settings) -> Iterator[Classify]:
    """Return a function that tags a batch, for a `with` block; a record that ends the child process costs itself alone.

    Parameters
    ----------
    settings
        Everything that can be set; with `worker.isolation = "thread"` there is no child process.

    Raises
    ------
    ClassifierError, OperatorError
        If the operator has to change something.
    ChildStartError
        If the child process ended, or took too long to load the models.
    """
    if settings.worker.isolation == "thread":
        pipeline = Pipeline.load(settings)
        yield lambda records: pipeline.process(records, datetime.now(UTC)).results
        return
    executor = ProcessExecutor(settings, load, _NoHooks())
    with _running_loop() as run:
        started = run(executor.start())
        try:
            yield lambda records: run(_process(executor, started, records)).result()
            started.result()  # models that cannot be used are reported without any article, too
        finally:
            executor.close()


@contextmanager
def _running_loop() -> Iterator[Run]:
    """Run an event loop in a thread, so that models load while files are opened; yield what starts coroutines."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="classification", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _cancel_others() -> None:
    """Cancel what is left after Ctrl-C, or an error of the files."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _process(
    executor: Executor, started: Future[ModelFacts], records: Sequence[RawRecord]
) -> Sequence[RecordResult]:
    await asyncio.wrap_future(started)
    try:
        await executor.ready()
        return (await executor.process(records)).results
    except ChildEndedError:
        return [await _process_alone(executor, record) for record in records]


async def _process_alone(executor: Executor, record: RawRecord) -> RecordResult:
    await executor.ready()
    (result,) = (await process_alone(executor, record)).results
    return result


class _NoHooks:
    """Observes nothing: the command reports each record that is rejected."""

    def on_child_ready(self, pid: int) -> None:
        """Do nothing."""

    def on_child_ended(self, reason: RejectReason) -> None:
        """Do nothing."""
