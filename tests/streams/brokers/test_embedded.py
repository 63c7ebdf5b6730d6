"""Tests of the embedded broker: it starts, answers and ends with the process that started it."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.brokers import embedded
from streams.brokers.embedded import EmbeddedBroker
from streams.errors import EmbeddedBrokerError
from tests.broker.newsroom import eventually

PARENT = """
import sys
from streams.brokers.embedded import EmbeddedBroker
with EmbeddedBroker() as broker:
    print(broker.bootstrap_servers, flush=True)
    sys.stdin.read()
"""


def listens(bootstrap_servers: str) -> bool:
    """Return whether a server accepts connections at an address."""
    host, _, port = bootstrap_servers.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def script(folder: Path, text: str) -> Path:
    """Return an executable shell script."""
    path = folder / "tansu"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_broker_answers_for_the_time_of_a_block() -> None:
    """Inside the block the broker accepts connections, afterwards no server does."""
    with EmbeddedBroker() as broker:
        assert listens(broker.bootstrap_servers)

    assert not listens(broker.bootstrap_servers)


def test_two_brokers_live_side_by_side() -> None:
    """Each broker has a port of its own."""
    with EmbeddedBroker() as first, EmbeddedBroker() as second:
        assert first.bootstrap_servers != second.bootstrap_servers


def test_stopping_twice_is_stopping_once() -> None:
    """A broker that is stopped inside its block is not stopped again at its end."""
    with EmbeddedBroker() as broker:
        broker.stop()

        assert not listens(broker.bootstrap_servers)


def test_an_error_in_the_block_stops_the_broker() -> None:
    """A broker is stopped however its block ends."""
    broker = EmbeddedBroker()
    with pytest.raises(KeyboardInterrupt), broker:
        raise KeyboardInterrupt

    assert not listens(broker.bootstrap_servers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_broker_does_not_outlive_its_parent(number: signal.Signals) -> None:
    """The broker ends with the process that started it, whichever signal ends that."""
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        bootstrap_servers = parent.stdout.readline().decode().strip()
        assert listens(bootstrap_servers)

        parent.send_signal(number)
        parent.wait()

    eventually(lambda: not listens(bootstrap_servers), "the broker has ended")


def test_a_missing_package_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the broker raises an error for the operator."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(EmbeddedBrokerError):
        EmbeddedBroker().__enter__()


def test_a_broker_that_ends_at_once_is_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that ends at once is started on other ports, and then the error has its output."""
    binary = script(tmp_path, f"echo started >> {tmp_path}/starts; echo no such engine >&2; exit 3")
    monkeypatch.setattr(embedded, "_find_binary", lambda: binary)

    with pytest.raises(EmbeddedBrokerError) as raised:
        EmbeddedBroker().__enter__()

    assert raised.value.output.endswith("no such engine")
    assert (tmp_path / "starts").read_text().count("started") == embedded.START_ATTEMPTS


def test_a_broker_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that starts and never answers is killed at the deadline, and the error has its output."""
    binary = script(tmp_path, f"echo $$ > {tmp_path}/pid; echo thinking; exec sleep 600")
    monkeypatch.setattr(embedded, "_find_binary", lambda: binary)

    with pytest.raises(EmbeddedBrokerError) as raised:
        EmbeddedBroker(start_seconds=0.5).__enter__()

    assert raised.value.output == "thinking"
    pid = int((tmp_path / "pid").read_text())
    eventually(lambda: not is_running(pid), "the process has ended")


def is_running(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
