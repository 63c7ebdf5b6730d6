"""A worker that may write nowhere: not to its folders, and not to its log."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from streams.loopback import free_port
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import ROOT, Newsroom, eventually

ARTICLES = 300
RECOVERY_SECONDS = 40.0
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE = 1
"""From Linux's <linux/prctl.h> and <linux/capability.h>: without this right root cannot write where no user can."""

STOP_SECONDS = 20.0


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in which nothing can be made."""
    folder = tmp_path / "closed"
    folder.mkdir(0o555)
    yield folder
    folder.chmod(0o755)


def give_up_rights() -> None:
    """Let what this process becomes be stopped by the rights of files, even where it is root's."""
    if os.getuid() == 0:
        assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0


def test_read_only_folders(closed_folder: Path, newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker whose home, temporary and current folder are read-only works, and leaves no file."""
    folders = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(closed_folder))
    ledger.send(*map(article, range(ARTICLES)))

    with newsroom.worker(process={"cwd": closed_folder, "env": folders, "preexec_fn": give_up_rights}) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        assert [worker.get(path) for path in ("/livez", "/readyz")] == [(200, "ok\n")] * 2
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
    assert list(closed_folder.iterdir()) == []


def get(port: int, path: str) -> int:
    """Return the status of a request to a worker."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=STOP_SECONDS) as answer:
        return int(answer.status)


def fill(pipe: int) -> None:
    """Write into a pipe until no more fits."""
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, b"\n" * 4096)
    os.set_blocking(pipe, True)


@contextmanager
def mute_worker(newsroom: Newsroom, port: int, log: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker that has much to say and cannot say it."""
    settings = {**newsroom.flags, "http.port": port, "logs.level": "DEBUG"}
    command = [sys.executable, "-m", "tests.broker.stub_worker", json.dumps(settings)]
    closing = ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh"] if log == "closed" else []
    reading, writing = os.pipe()
    stderr = {"full": lambda: os.open("/dev/full", os.O_WRONLY)}.get(log, lambda: os.dup(writing))()
    fill(writing)
    if log == "left":
        os.close(reading)
    try:
        with subprocess.Popen([*closing, *command], stderr=stderr, cwd=ROOT) as process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        for each in {writing, stderr} | (set() if log == "left" else {reading}):
            os.close(each)


@pytest.mark.parametrize("log", ["closed", "unread", "left", "full"])
def test_a_log_that_cannot_be_written(log: str, newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker whose log is closed, not read, left by its reader or on a full disk works, and stops in good order."""
    if log == "full" and not Path("/dev/full").exists():
        pytest.skip("this system has no file that is always full")
    port = free_port()
    ledger.send(*map(article, range(ARTICLES)))

    with mute_worker(newsroom, port, log) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        assert [get(port, path) for path in ("/livez", "/readyz")] == [200, 200]
        worker.send_signal(signal.SIGTERM)
        eventually(lambda: worker.poll() is not None, "the worker ends", STOP_SECONDS)

    assert worker.returncode == 0
    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
