"""The child process that classifies: what it is told, what it answers, and how it ends.

It loads the models once, says so, and then answers for one batch after the other. It decides nothing: when something
goes wrong beyond an exception, it ends, and the worker knows what that means.

- It never outlives its worker: the kernel kills it when the worker dies (Linux), it ends when the pipe closes, and an
  alarm bounds every batch even where both fail.
- Signals that ask for a stop are the worker's to answer. The thread that starts the child has them blocked, and a
  blocked signal stays so in a new process: not even Ctrl-C during its first instructions reaches it.
- A batch may take only so much memory beyond what is loaded. Python then raises `MemoryError`, and compiled code that
  looks at what it is given does, too; other code crashes. A process that has run out of memory is not used again.
"""

import ctypes
import logging
import os
import pickle
import resource
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from classifiers.errors import ClassifierError
from streams import logs, stdio
from streams.errors import OperatorError
from streams.exit_codes import INTERNAL_FAULT, OUT_OF_MEMORY
from streams.records.origin import RawRecord
from streams.records.outcome import Outcome, Rejected
from streams.records.rejection import RejectReason
from streams.settings.schema import KIBIBYTE, MEBIBYTE, KafkaSettings, Settings
from streams.worker.classify.executor import Processor, process_all
from streams.worker.classify.loading import Loader, load_proved

PR_SET_PDEATHSIG = 1
"""From Linux's <linux/prctl.h>: which signal a process gets when the thread that started it ends."""

ALARM_FACTOR = 2
"""The worker kills at the deadline; at this multiple of it the kernel does, should there be no worker any more."""

logger = logging.getLogger(__name__)


class Start(NamedTuple):
    """The first message to a child: where Python finds modules, and the pickled loader and settings."""

    path: Sequence[str]
    work: bytes


class Refused(NamedTuple):
    """The first answer of a child where a person has to mend something; otherwise it is a `Facts`."""

    message: str


class Batch(NamedTuple):
    """Every later message; its answer is a `BatchResult`."""

    records: Sequence[RawRecord]
    at: datetime


def start_message(loader: Loader, settings: Settings) -> Start:
    """Return what a child has to be told first; how to reach the brokers, passwords included, is not among it."""
    told = settings.model_copy(update={"kafka": KafkaSettings()})
    return Start(list(sys.path), pickle.dumps((loader, told)))


def main(descriptor: int, parent: int) -> None:
    """Answer on a socket until its other end closes.

    Parameters
    ----------
    descriptor
        File descriptor of the socket.
    parent
        Id of the process that has the other end.
    """
    _die_with(parent)
    stdio.open_closed()
    with Connection(descriptor) as connection:
        try:
            _serve(connection)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
        except MemoryError:
            os._exit(OUT_OF_MEMORY)


def _serve(connection: Connection) -> None:
    start: Start = connection.recv()
    sys.path[:] = start.path
    loader, settings = pickle.loads(start.work)  # noqa: S301  # from the worker, through a socket that nobody else has
    logs.configure(settings.logs)
    if processor := _load(connection, loader, settings):
        _limit_memory(settings.worker.child_memory_mebibytes * MEBIBYTE)
        while True:
            batch: Batch = connection.recv()
            _answer(connection, processor, batch, settings.worker.child_deadline_seconds)


def _load(connection: Connection, loader: Loader, settings: Settings) -> Processor | None:
    try:
        loaded = load_proved(loader, settings)
    except (OperatorError, ClassifierError) as error:
        connection.send(Refused(str(error)))
        return None
    except Exception:
        logger.exception("the models cannot be loaded")
        sys.exit(INTERNAL_FAULT)
    connection.send(loaded.facts)
    return loaded.processor


def _answer(connection: Connection, processor: Processor, batch: Batch, deadline_seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, deadline_seconds * ALARM_FACTOR)
    result = process_all(processor, batch.records, batch.at)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if any(_ran_out_of_memory(each.outcome) for each in result.processed):
        raise MemoryError
    connection.send(result)


def _ran_out_of_memory(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason is RejectReason.OUT_OF_MEMORY


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(INTERNAL_FAULT)  # it died before the kernel knew


def _limit_memory(beyond_bytes: int) -> None:
    """Let the process take so much memory beyond what it has.

    `RLIMIT_DATA` counts private writable memory alone. `RLIMIT_AS` would count mapped files and reserved addresses, of
    which compiled libraries take gigabytes that they never touch; there is no limit on what is resident.
    """
    if (has_bytes := _data_bytes()) is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (has_bytes + beyond_bytes, hard))


def _data_bytes() -> int | None:
    """Return the private writable memory of this process, or None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    (kibibytes,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmData:"))
    return int(kibibytes) * KIBIBYTE
