"""Tests of the demo as a process: it ends well, also when it is told to, and nothing is left behind."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[4]
ADDRESS = re.compile(r"127\.0\.0\.1:(\d+)")
ARTICLES = """\
{"id": "one", "publisher": "example.org", "title": "Parliament passes the budget", "body": "Parliament passed the \
budget of the government on Tuesday after a long debate about taxes, pensions and the money for the United Nations."}
{"title": "Team wins the cup", "body": "The team won the cup final on Saturday with two late goals, and its coach \
praised the players, the fans and the referee after the match in the crowded stadium."}
nonsense
"""


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a file with two articles and one line that is none."""
    path = tmp_path / "feed.jsonl"
    path.write_text(ARTICLES)
    return path


@contextmanager
def demo(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run the demo as the leader of a process group, as a shell does."""
    command = [sys.executable, "-m", "streams.cli", "demo", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, process_group=0
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(stream: IO[str] | None, words: str) -> str:
    """Return what a stream says up to the line with these words."""
    assert stream is not None
    said = ""
    for line in stream:
        said += line
        if words in line:
            return said
    pytest.fail(f"it ended before it said {words!r}: {said}")


def assert_gone(said: str) -> None:
    """Check that nobody listens any more at the addresses that were said."""
    ports = {int(port) for port in ADDRESS.findall(said)}
    assert ports
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_demo_can_be_kept(feed: Path) -> None:
    """Articles and a rejection are shown and summed up; all runs until Ctrl-C, and is gone after it."""
    with demo("--feed", feed, "--keep") as process:
        said = read_until(process.stdout, "copytaster produce --broker")
        metrics = re.search(r"http://\S+/metrics", said)
        assert metrics is not None
        with urllib.request.urlopen(metrics[0], timeout=10) as answer:  # noqa: S310  # on this machine
            counters = answer.read().decode()
        process.send_signal(signal.SIGINT)
        code = process.wait(60)

    assert code == 0
    assert "Parliament passes the budget" in said
    assert "rejected not_json at decode" in said
    assert "3 articles in · 2 tagged" in said
    assert "copytaster_" in counters
    assert_gone(said)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["SIGINT", "SIGTERM", "SIGHUP"],
)
def test_a_demo_can_be_stopped(feed: Path, number: signal.Signals, code: int) -> None:
    """A signal while the worker starts ends everything, and the exit code is the signal's."""
    with demo("--feed", feed) as process:
        said = read_until(process.stderr, "the worker loads its models")
        process.send_signal(number)

        assert process.wait(60) == code
    assert_gone(said)


def test_a_worker_that_cannot_start_is_told(feed: Path) -> None:
    """Where the worker ends at once, the demo says why and ends too."""
    with demo("--feed", feed, "--set", "models.topic=none.skops") as process:
        _, told = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "the worker ended with exit code 2" in told
    assert "none.skops" in told
    assert "Traceback" not in told
    assert_gone(told)


def test_a_demo_takes_no_broker(feed: Path) -> None:
    """A demo that is told to use a broker says that it has its own, and which verbs take one."""
    with demo("--feed", feed, "--broker", "127.0.0.1:1") as process:
        _, told = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "copytaster produce --broker" in told
