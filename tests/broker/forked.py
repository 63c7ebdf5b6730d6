"""Processes of workers that are forked from one that has imported everything: an interpreter takes longer than a test.

A worker with another loader of programs, folder or user is started as a program.
"""

import logging
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).parents[2]
COVERAGE_VARIABLE = "COVERAGE_PROCESS_CONFIG"
"""In the environment of an interpreter that coverage is to measure."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.broker.stub_worker"])


class ForkedWorker:
    """A worker process; it answers as `subprocess.Popen` does.

    Parameters
    ----------
    flags
        Settings by their dotted name.
    fail_point
        Where it ends itself; see `fail_points`.
    variables
        What is set in its environment, beside that of this process.
    """

    def __init__(self, flags: Mapping[str, Any], fail_point: Sequence[str], variables: Mapping[str, str]) -> None:
        _ensure_running()
        self._reader, writer = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(
            target=_work, args=(writer, {**os.environ, **variables}, dict(flags), list(fail_point))
        )
        self._process.start()
        writer.close()
        self.stderr = os.fdopen(os.dup(self._reader.fileno()), encoding="utf-8", errors="replace")
        self._reader.close()

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Return the exit code, when it has ended."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise TimeoutError(f"the worker still runs after {timeout:g} s")
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self._process.exitcode is None and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def _ensure_running() -> None:
    """Start the process that workers are forked from where `tests` is found, whatever the current folder is.

    It ends later than the tests, when coverage has been combined already, and is not measured.
    """
    before = dict(os.environ)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [before.get("PYTHONPATH")])])
    os.environ.pop(COVERAGE_VARIABLE, None)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def _work(stderr: Connection, environment: dict[str, str], flags: dict[str, Any], fail_point: list[str]) -> None:
    """Run a worker in a process that was forked for it."""
    from tests.broker import stub_worker  # noqa: PLC0415  # tests that start no worker need not import it

    os.dup2(stderr.fileno(), sys.__stderr__.fileno() if sys.__stderr__ else 2)
    stderr.close()
    os.environ.clear()
    os.environ.update({"PYTHONPATH": str(ROOT), **environment})
    os.chdir(ROOT)
    if COVERAGE_VARIABLE in environment:
        coverage.process_startup()
    try:
        sys.exit(stub_worker.main(flags, *fail_point))
    finally:
        logging.shutdown()  # a process that was forked ends without what is registered for the end of an interpreter
