"""Child process, seen from the worker: started, asked over a pipe with a deadline, killed when it is late."""

import os
import signal
import subprocess
import sys
import threading
from multiprocessing import Pipe
from typing import Any

from streams.errors import OperatorError
from streams.exit_codes import OUT_OF_MEMORY
from streams.records.rejection import RejectReason
from streams.settings.loading import environment_without_secrets
from streams.settings.schema import Settings
from streams.stages.pipeline import BatchResult
from streams.worker.classify.child import Batch, Refused, start_message
from streams.worker.classify.cpu_limit import END_SIGNAL
from streams.worker.classify.executor import ChildEndedError
from streams.worker.classify.loading import Loader, ModelFacts

END_SECONDS = 5.0
"""How long an idle child may take to end by itself; it takes milliseconds."""


class ChildProcess:
    """One child process, from its start to its end.

    Parameters
    ----------
    loader
        Loads the models: a function of a module, because the child finds it by its name.
    settings
        Everything that can be set.
    """

    def __init__(self, loader: Loader, settings: Settings) -> None:
        self._start = start_message(loader, settings)
        self._settings = settings.worker
        self._deadline_message = ""
        self._connection, childs_end = Pipe()
        # -P: as for the command `copytaster`, files in the current folder are not importable modules.
        program = f"from streams.worker.classify.child import main; main({childs_end.fileno()}, {os.getpid()})"
        with childs_end:
            self._process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.DEVNULL,
                pass_fds=[childs_end.fileno()],
                env=environment_without_secrets(),
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self._process.poll() is None

    def load(self) -> ModelFacts:
        """Return the facts about the models when it has loaded them.

        Raises
        ------
        OperatorError
            If the operator has to change something.
        ChildEndedError
            If it ended, or was killed at its deadline.
        """
        answer: ModelFacts | Refused = self._ask("loading", self._start, self._settings.child_start_seconds)
        if isinstance(answer, Refused):
            self.end()
            raise OperatorError(str(answer.error)) from answer.error
        return answer

    def process(self, batch: Batch) -> BatchResult:
        """Return its answer to a batch.

        Raises
        ------
        ChildEndedError
            If it ended, or was killed at its deadline.
        """
        answer: BatchResult = self._ask("processing", batch, self._settings.child_deadline_seconds)
        return answer

    def kill(self) -> None:
        """Kill it; a thread that waits for its answer gets `ChildEndedError`."""
        self._process.kill()

    def end(self) -> None:
        """Close the pipe, on which it ends by itself; kill it where it does not."""
        self._connection.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, work: str, question: object, seconds: float) -> Any:  # noqa: ANN401  # the answer to that question
        message = f"{work} took longer than {seconds:g} s and was killed"
        timer = threading.Timer(seconds, self._kill_at_deadline, [message])
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

    def _kill_at_deadline(self, message: str) -> None:
        self._deadline_message = message
        self.kill()

    def _ended(self) -> ChildEndedError:
        if self._deadline_message:
            return ChildEndedError(RejectReason.DEADLINE, self._deadline_message)
        if self._process.returncode == OUT_OF_MEMORY:
            memory = self._settings.child_memory_mebibytes
            message = f"processing needed more than {memory} MiB beyond the loaded models"
            return ChildEndedError(RejectReason.OUT_OF_MEMORY, message)
        if self._process.returncode == -END_SIGNAL:
            budget = self._settings.article_cpu_seconds
            message = (
                f"processing took more CPU time than the budget of {budget:g} s in code that cannot be interrupted"
            )
            return ChildEndedError(RejectReason.TOO_SLOW, message)
        how = _how_it_ended(self._process.returncode)
        return ChildEndedError(RejectReason.PROCESS_DIED, f"the child process ended {how}")


def _how_it_ended(code: int) -> str:
    return f"on {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
