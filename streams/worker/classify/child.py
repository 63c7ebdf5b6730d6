"""Child process, its own side: loads the models once, then processes one batch after the other.

It decides nothing. Whatever goes wrong beyond a rejected record ends the process, and the worker decides what that
means.

- It never outlives its worker: the kernel kills it when the worker dies (Linux), it ends when the pipe closes, and an
  alarm bounds every batch even where both fail.
- Stop signals are the worker's to answer. The thread that starts the child has them blocked, and a blocked signal stays
  blocked in a new process: not even Ctrl-C during its first instructions reaches it.
- An article has a budget of CPU time; one that exceeds it is rejected, and where it is in code that cannot be
  interrupted, the process ends.
- A batch may allocate a limited amount of memory beyond the loaded models. Python then raises `MemoryError`, as does
  compiled code that checks its allocations; other code crashes. A process that has run out of memory is not used again.
"""

import ctypes
import gc
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
from streams.worker.classify.cpu_limit import CpuLimiter
from streams.worker.classify.executor import Processor
from streams.worker.classify.loading import Loader, load_and_check

PR_SET_PDEATHSIG = 1
"""From Linux's <linux/prctl.h>: which signal a process gets when the thread that started it ends."""

ALARM_FACTOR = 2
"""The worker kills the child at the deadline; the kernel does at this multiple of it, should the worker be gone."""

logger = logging.getLogger(__name__)


class Start(NamedTuple):
    """The first message to a child: where Python finds modules, and the pickled loader and settings."""

    path: Sequence[str]
    work: bytes


class Refused(NamedTuple):
    """The first answer of a child that cannot load what the settings name; otherwise it is `ModelFacts`."""

    error: OperatorError | ClassifierError


class Batch(NamedTuple):
    """Every later message; its answer is a `BatchResult`."""

    records: Sequence[RawRecord]
    at: datetime


def start_message(loader: Loader, settings: Settings) -> Start:
    """Return the first message to a child; addresses and credentials of the brokers are left out."""
    without_brokers = settings.model_copy(update={"kafka": KafkaSettings()})
    return Start(list(sys.path), pickle.dumps((loader, without_brokers)))


def main(descriptor: int, parent: int) -> None:
    """Process batches from a socket until its other end closes.

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
    loader, settings = pickle.loads(start.work)  # noqa: S301  # from the worker, through a socket that only it has
    logs.configure(settings.logs)
    if processor := _load(connection, loader, settings):
        gc.collect()
        gc.freeze()  # else a large article pays, again and again, for a search of the models for garbage
        _limit_memory(settings.worker.child_memory_mebibytes * MEBIBYTE)
        limiter = CpuLimiter(settings.worker)
        while True:
            batch: Batch = connection.recv()
            _answer(connection, processor, limiter, batch, settings.worker.child_deadline_seconds)


def _load(connection: Connection, loader: Loader, settings: Settings) -> Processor | None:
    try:
        loaded = load_and_check(loader, settings)
    except (OperatorError, ClassifierError) as error:
        connection.send(Refused(error))
        return None
    except Exception:
        logger.exception("the models cannot be loaded")
        sys.exit(INTERNAL_FAULT)
    connection.send(loaded.facts)
    return loaded.processor


def _answer(
    connection: Connection, processor: Processor, limiter: CpuLimiter, batch: Batch, deadline_seconds: float
) -> None:
    signal.setitimer(signal.ITIMER_REAL, deadline_seconds * ALARM_FACTOR)
    with limiter.ticking():
        answer = processor.process(batch.records, batch.at, limiter)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if any(_ran_out_of_memory(each.outcome) for each in answer.results):
        raise MemoryError
    connection.send(answer)


def _ran_out_of_memory(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason is RejectReason.OUT_OF_MEMORY


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(INTERNAL_FAULT)  # the worker died before the kernel was asked to watch it


def _limit_memory(beyond_bytes: int) -> None:
    """Let the process allocate `beyond_bytes` of memory beyond what it has.

    `RLIMIT_DATA` counts private writable memory alone. `RLIMIT_AS` would count mapped files and reserved addresses, of
    which compiled libraries take gigabytes that they never touch; no limit applies to resident memory.
    """
    if (has_bytes := _data_bytes()) is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (has_bytes + beyond_bytes, hard))


def _data_bytes() -> int | None:
    """Return the private writable memory of this process, or None where the system does not report it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    (kibibytes,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmData:"))
    return int(kibibytes) * KIBIBYTE
