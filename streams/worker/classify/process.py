"""Classification in a child process that can be killed.

One thread owns the child: it starts it, asks it, waits, and replaces it. A child that takes longer than its deadline is
killed; one that has died, for whatever reason, is replaced before the next batch. Which record was at fault is not
decided here: see `streams.worker.batches`.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import Pipe
from typing import Any, Protocol, TypeVar

from streams.errors import OperatorError
from streams.exit_codes import OUT_OF_MEMORY
from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason
from streams.settings.loading import environment_without_secrets
from streams.settings.schema import Settings
from streams.stages.configured_taxonomy import load_taxonomy
from streams.stages.pipeline import BatchResult, Processed
from streams.stages.route import Router
from streams.worker.classify.child import Batch, Refused, start_message
from streams.worker.classify.executor import ChildEndedError
from streams.worker.classify.loading import Facts, Loader

RESTART_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 1.0
"""Pauses between attempts to start a child double. Loading takes some seconds of a core, so that a pause only has to
outlast what passes by itself, such as a machine that is short of memory. After the last attempt the worker ends, and
its supervisor has pauses of its own."""

END_SECONDS = 5.0
"""How long an idle child may take to end by itself; it takes milliseconds."""

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class ChildStartError(Exception):
    """No child can be started that classifies as the first one did."""


class ChildHooks(Protocol):
    """Who is told about children, in the thread that owns them."""

    def on_child_ready(self, pid: int) -> None:
        """Call when a child can take batches."""

    def on_child_ended(self, reason: RejectReason) -> None:
        """Call when a child has ended that nobody told to."""


class Child:
    """One child process.

    Parameters
    ----------
    loader
        What it loads its models with: a function of a module, for it goes to the child by its name.
    settings
        Everything that can be set.
    """

    def __init__(self, loader: Loader, settings: Settings) -> None:
        self._start = start_message(loader, settings)
        self._settings = settings.worker
        self._late = ""
        self._connection, theirs = Pipe()
        # -P: what lies in the current folder is no module, as it is none for the command `copytaster`.
        program = f"from streams.worker.classify.child import main; main({theirs.fileno()}, {os.getpid()})"
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment_without_secrets(),
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self._process.poll() is None

    def load(self) -> Facts:
        """Return what is known of the models when it has loaded them.

        Raises
        ------
        OperatorError
            If a person has to mend something.
        ChildEndedError
            If it ended, or had to be killed.
        """
        answer: Facts | Refused = self._ask("loading", self._start, self._settings.child_start_seconds)
        if isinstance(answer, Refused):
            self.end()
            raise OperatorError(answer.message)
        return answer

    def process(self, batch: Batch) -> BatchResult:
        """Return its answer to a batch.

        Raises
        ------
        ChildEndedError
            If it ended, or had to be killed.
        """
        answer: BatchResult = self._ask("classification", batch, self._settings.child_deadline_seconds)
        return answer

    def kill(self) -> None:
        """Kill it; whoever waits for its answer is told that it ended."""
        self._process.kill()

    def end(self) -> None:
        """Let it end by itself; kill it where it does not."""
        self._connection.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, work: str, question: object, seconds: float) -> Any:  # noqa: ANN401  # each caller knows what it asked
        timer = threading.Timer(seconds, self._be_late, [f"{work} took longer than {seconds:g} s and was killed"])
        timer.daemon = True
        timer.start()
        try:
            self._connection.send(question)
            return self._connection.recv()
        except (EOFError, OSError) as error:
            self.end()
            raise self._ended() from error
        finally:
            timer.cancel()

    def _be_late(self, sentence: str) -> None:
        self._late = sentence
        self.kill()

    def _ended(self) -> ChildEndedError:
        if self._late:
            return ChildEndedError(RejectReason.DEADLINE, self._late)
        if self._process.returncode == OUT_OF_MEMORY:
            memory = self._settings.child_memory_mebibytes
            message = f"classification needed more than {memory} MiB beyond the loaded models"
            return ChildEndedError(RejectReason.OUT_OF_MEMORY, message)
        how = _how_it_ended(self._process.returncode)
        return ChildEndedError(RejectReason.PROCESS_DIED, f"the process that classifies ended {how}")


class ProcessExecutor:
    """Processes batches in a child process, one at a time.

    Parameters
    ----------
    settings
        Everything that can be set.
    loader
        What the child loads its models with.
    hooks
        Who is told about children.
    now
        The current time, aware.
    first_pause_seconds
        Between the first two attempts to replace a child.

    Raises
    ------
    ClassifierError, SettingsError
        If the taxonomy cannot be read, or a route names a topic that it does not have.
    """

    def __init__(
        self,
        settings: Settings,
        loader: Loader,
        hooks: ChildHooks,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        self._first_pause_seconds = first_pause_seconds
        self._settings = settings
        self._loader = loader
        self._hooks = hooks
        self._now = now
        self._router = Router(settings.topics, load_taxonomy(settings))
        self._child: Child | None = None
        self._facts: Facts | None = None
        self._is_asking = False
        self._closing = threading.Event()
        self._lock = threading.Lock()
        # A child dies with the thread that started it (Linux), so that there is one for as long as there are children.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="child", initializer=_block_stop_signals)

    async def start(self) -> Facts:
        """Return what is known of the models when the first child has loaded them.

        Raises
        ------
        OperatorError
            If a person has to mend something.
        ChildStartError
            If the child ended, or took too long.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._first_start)

    async def ready(self) -> None:
        """Return when a child is there.

        Raises
        ------
        OperatorError, ChildStartError
            If none can be started any more.
        """
        if self._child is None or not self._child.is_alive():
            await asyncio.get_running_loop().run_in_executor(self._thread, self._ensured)

    async def process(self, records: Sequence[RawRecord]) -> BatchResult:
        """Return one outcome for each record, in order.

        Raises
        ------
        ChildEndedError
            If the child ended over them, or had to be killed.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, self._process, Batch(records, self._now()))
        except ChildEndedError:
            if not self._closing.is_set():
                self._thread.submit(self._ensured)  # a worker without articles becomes ready again, too
            raise

    async def reject(self, record: RawRecord, rejection: Rejected) -> Processed:
        """Return the dead letter of a record; no child is needed for that."""
        return Processed(record, rejection, self._router.outputs(record, rejection, self._now()))

    def close(self) -> None:
        """Take no more work; a child that is at work is killed, and an idle one ends by itself."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            if self._child and self._is_asking:
                self._child.kill()
        self._thread.submit(self._end_child)
        self._thread.shutdown(wait=False)

    def _process(self, batch: Batch) -> BatchResult:
        child = self._ensured()
        try:
            return self._asking(lambda: child.process(batch))
        except ChildEndedError as error:
            self._note_end(error.reason)
            raise

    def _ensured(self) -> Child:
        if self._child and not self._child.is_alive():
            self._child.end()
            self._note_end(RejectReason.PROCESS_DIED)
        return self._child or self._restarted()

    def _restarted(self) -> Child:
        for attempt in range(RESTART_ATTEMPTS):
            if attempt:
                self._closing.wait(self._first_pause_seconds * 2.0 ** (attempt - 1))
            try:
                facts, child = self._started()
            except ChildEndedError as error:
                logger.error("a child process cannot be started: %s", error)  # noqa: TRY400  # an end has no traceback
                self._note_end(error.reason)
                continue
            if self._facts and facts.release != self._facts.release:
                self._end_child()
                raise ChildStartError("the models on disk are no longer those with which the worker was started")
            return child
        raise ChildStartError(f"no child process could be started in {RESTART_ATTEMPTS} attempts")

    def _first_start(self) -> Facts:
        try:
            self._facts, _ = self._started()
        except ChildEndedError as error:
            raise ChildStartError(f"the models are not loaded: {error}") from error
        return self._facts

    def _started(self) -> tuple[Facts, Child]:
        with self._lock:
            if self._closing.is_set():
                raise ChildStartError("the worker is stopping")
            self._child = child = Child(self._loader, self._settings)
        facts = self._asking(child.load)
        self._hooks.on_child_ready(child.pid)
        return facts, child

    def _asking(self, ask: Callable[[], Answer]) -> Answer:
        """Return what the child answers; meanwhile `close` kills it."""
        with self._lock:
            self._is_asking = True
            if self._closing.is_set() and self._child:
                self._child.kill()
        try:
            return ask()
        finally:
            self._is_asking = False

    def _note_end(self, reason: RejectReason) -> None:
        self._child = None
        self._hooks.on_child_ended(reason)

    def _end_child(self) -> None:
        if self._child:
            self._child.end()
            self._child = None


def _block_stop_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


def _how_it_ended(code: int) -> str:
    return f"on {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
