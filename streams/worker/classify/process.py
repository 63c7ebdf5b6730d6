"""Process executor: classification in a child process that can be killed and is replaced when it ends.

One thread owns the child: it starts it, asks it, waits, and replaces it. A child that exceeds its deadline is killed;
one that has ended, for whatever reason, is replaced before the next batch. Which record is at fault is decided
elsewhere: see `streams.worker.batches`.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from streams.backoff import Backoff
from streams.records.origin import RawRecord
from streams.records.rejection import RejectReason
from streams.settings.schema import Settings
from streams.stages.pipeline import BatchResult
from streams.stop_signals import TERMINAL_SIGNALS
from streams.worker.classify.child import Batch
from streams.worker.classify.child_process import ChildProcess
from streams.worker.classify.executor import ChildEndedError
from streams.worker.classify.loading import Loader, ModelFacts

RESTART_ATTEMPTS = 5
RESTART_BACKOFF = Backoff(first_seconds=1.0, max_seconds=8.0)
"""Loading takes some seconds of a core, so that a pause only has to outlast a transient condition, such as a machine
that is short of memory. After the last attempt the worker ends, and its supervisor has a back-off of its own."""

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class ChildStartError(Exception):
    """No child process can be started that classifies as the first one did."""


class ChildHooks(Protocol):
    """Observes child processes; called in the thread that owns them."""

    def on_child_ready(self, pid: int) -> None:
        """Call when a child can take batches."""

    def on_child_ended(self, reason: RejectReason) -> None:
        """Call when a child has ended that the worker did not ask to end."""


class ProcessExecutor:
    """Processes batches in a child process, one at a time.

    Parameters
    ----------
    settings
        Everything that can be set.
    loader
        Loads the models in the child.
    hooks
        Observes child processes.
    now
        The current time, aware.
    backoff
        The pauses between attempts to replace a child.
    """

    def __init__(
        self,
        settings: Settings,
        loader: Loader,
        hooks: ChildHooks,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        backoff: Backoff = RESTART_BACKOFF,
    ) -> None:
        self._settings = settings
        self._loader = loader
        self._hooks = hooks
        self._now = now
        self._backoff = backoff
        self._child: ChildProcess | None = None
        self._facts: ModelFacts | None = None
        self._is_asking = False
        self._replacement: Future[None] | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        # A child dies with the thread that started it (Linux), so one thread lives for as long as there are children.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="child", initializer=_block_stop_signals)

    async def start(self) -> ModelFacts:
        """Return the facts about the models when the first child has loaded them.

        Raises
        ------
        OperatorError
            If the operator has to change something.
        ChildStartError
            If the child ended, or took too long.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._first_start)

    async def ready(self) -> None:
        """Return when a child is there.

        Raises
        ------
        OperatorError, ChildStartError
            If none can be started any more, however often this is called.
        """
        if self._replacement is None:
            if self._child and self._child.is_alive():
                return
            self._replacement = self._thread.submit(self._replace_child)
        await asyncio.wrap_future(self._replacement)
        self._replacement = None

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one result for each record, in order.

        Raises
        ------
        ChildEndedError
            If the child ended over them, or was killed at its deadline.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._process, Batch(records, self._now()))
        except ChildEndedError:
            if not self._closing.is_set():
                # At once, so that a worker without articles becomes ready again, too.
                self._replacement = self._thread.submit(self._replace_child)
            raise

    def close(self) -> None:
        """Accept no more work; a child that is at work is killed, and an idle one ends by itself."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            if self._child and self._is_asking:
                self._child.kill()
        self._thread.submit(self._end_child)
        self._thread.shutdown(wait=False)

    def _process(self, batch: Batch) -> BatchResult:
        child = self._ensure_child()
        try:
            return self._ask(lambda: child.process(batch))
        except ChildEndedError as error:
            self._on_ended(error.reason)
            raise

    def _replace_child(self) -> None:
        try:
            self._ensure_child()
        except Exception as error:
            if not self._closing.is_set():  # logged here, because the next batch may be hours away
                logger.error("the worker stops at its next batch: %s", error)  # noqa: TRY400  # one sentence says all
            raise

    def _ensure_child(self) -> ChildProcess:
        if self._child and not self._child.is_alive():
            self._child.end()
            self._on_ended(RejectReason.PROCESS_DIED)
        return self._child or self._restart_child()

    def _restart_child(self) -> ChildProcess:
        for attempt in range(RESTART_ATTEMPTS):
            if attempt:
                self._closing.wait(self._backoff.pause_seconds(attempt))
            try:
                facts, child = self._start_child()
            except ChildEndedError as error:
                logger.error("a child process cannot be started: %s", error)  # noqa: TRY400  # an end has no traceback
                self._on_ended(error.reason)
                continue
            if self._facts and facts.release != self._facts.release:
                self._end_child()
                raise ChildStartError("the models on disk have changed since the worker started: restart the worker")
            return child
        raise ChildStartError(f"no child process could be started in {RESTART_ATTEMPTS} attempts")

    def _first_start(self) -> ModelFacts:
        try:
            self._facts, _ = self._start_child()
        except ChildEndedError as error:
            raise ChildStartError(f"the models are not loaded: {error}") from error
        return self._facts

    def _start_child(self) -> tuple[ModelFacts, ChildProcess]:
        with self._lock:
            if self._closing.is_set():
                raise ChildStartError("the worker is stopping")
            self._child = child = ChildProcess(self._loader, self._settings)
        facts = self._ask(child.load)
        self._hooks.on_child_ready(child.pid)
        return facts, child

    def _ask(self, ask: Callable[[], Answer]) -> Answer:
        """Return what the child answers; meanwhile `close` kills it."""
        with self._lock:
            self._is_asking = True
            if self._closing.is_set() and self._child:
                self._child.kill()
        try:
            return ask()
        finally:
            self._is_asking = False

    def _on_ended(self, reason: RejectReason) -> None:
        self._child = None
        self._hooks.on_child_ended(reason)

    def _end_child(self) -> None:
        if self._child:
            self._child.end()
            self._child = None


def _block_stop_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, TERMINAL_SIGNALS)
