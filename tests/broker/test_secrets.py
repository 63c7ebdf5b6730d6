"""A worker keeps its password to itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.settings import environment_variable
from tests.broker.newsroom import ROOT, Newsroom, eventually
from tests.broker.processes import PROCESSES, arguments, children, environment

SECRET = "correct-horse-battery"  # noqa: S105  # of no user
VARIABLES = {
    environment_variable("kafka.sasl_password"): SECRET,
    environment_variable("kafka.sasl_username"): "desk",
    environment_variable("logs.level"): "DEBUG",
}


@contextmanager
def told_to_work(newsroom: Newsroom, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command of a worker, with the shipped models and a password in its environment."""
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    others = {name: value for name, value in os.environ.items() if not name.startswith("COPYTASTER_")}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", "worker", *given],
            env=others | VARIABLES,
            stdout=written,
            stderr=written,
            cwd=ROOT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.skipif(not PROCESSES.exists(), reason="this system does not show the arguments of a process as a file")
def test_a_password_stays_with_the_worker(newsroom: Newsroom, tmp_path: Path) -> None:
    """A password from the environment is in no argument and no log, and the child that classifies does not have it."""
    log = tmp_path / "log"
    newsroom.produce((b"1", b"{", ()))
    with told_to_work(newsroom, log) as worker:
        eventually(lambda: b"rejected: " in log.read_bytes(), "the worker rejects a record")
        (child,) = children(worker.pid)
        inherited = environment(child)
        seen = arguments(worker.pid) + arguments(child)

    assert SECRET.encode() not in inherited + seen + log.read_bytes()
    assert b"SASL_USERNAME" in inherited
