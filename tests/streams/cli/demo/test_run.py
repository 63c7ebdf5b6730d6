"""Tests of the demo as a process: it ends by itself or by a signal, and leaves no process behind."""

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

from streams.exit_codes import SIGNAL_BASE, SUCCESS, WRONG_USAGE

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
    """Return a file with two articles and one line that is no JSON."""
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
    """Return the output of a stream up to the line with these words."""
    assert stream is not None
    output = ""
    for line in stream:
        output += line
        if words in line:
            return output
    pytest.fail(f"it ended before it printed {words!r}: {output}")


def assert_closed(output: str) -> None:
    """Check that no process listens any more at the addresses in the output."""
    ports = {int(port) for port in ADDRESS.findall(output)}
    assert ports
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_demo_can_be_kept(feed: Path) -> None:
    """Articles and a rejection are shown and counted; broker and worker run until Ctrl-C, and are then stopped."""
    with demo("--feed", feed, "--keep") as process:
        output = read_until(process.stdout, "copytaster produce --broker")
        metrics = re.search(r"http://\S+/metrics", output)
        assert metrics is not None
        with urllib.request.urlopen(metrics[0], timeout=10) as answer:  # noqa: S310  # on this machine
            counters = answer.read().decode()
        process.send_signal(signal.SIGINT)
        code = process.wait(60)

    assert code == SUCCESS
    assert "Parliament passes the budget" in output
    assert "not_json" in output
    assert re.search(r"\b3 .*\b2 tagged.*\b1 rejected", output)
    assert "copytaster_" in counters
    assert_closed(output)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_demo_can_be_stopped(feed: Path, number: signal.Signals) -> None:
    """A signal while the worker starts ends broker and worker, and the exit code is that of the signal."""
    with demo("--feed", feed) as process:
        errors = read_until(process.stderr, "worker at http:")
        process.send_signal(number)

        assert process.wait(60) == SIGNAL_BASE + number
    assert_closed(errors)


def test_a_worker_that_cannot_start_ends_the_demo(feed: Path) -> None:
    """Where the worker ends at once, the demo reports the cause and ends, too."""
    with demo("--feed", feed, "--set", "models.topic=none.skops") as process:
        _, errors = process.communicate(timeout=60)

    assert process.returncode == WRONG_USAGE
    assert "none.skops" in errors
    assert "Traceback" not in errors
    assert_closed(errors)


def test_a_demo_takes_no_broker(feed: Path) -> None:
    """A demo with --broker is a wrong usage, because it starts its own."""
    with demo("--feed", feed, "--broker", "127.0.0.1:1") as process:
        _, errors = process.communicate(timeout=60)

    assert process.returncode == WRONG_USAGE
    assert "--broker" in errors
