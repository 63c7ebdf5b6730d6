"""Tests of the errors of verbs: an exit code, one sentence, and no traceback."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import TopicSpec
from streams.cli.exits import Tracebacks, exit_on_error
from streams.exit_codes import CLOSED_PIPE, INTERNAL_FAULT, INTERRUPTED, PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from streams.settings import load
from tests.streams.cli.conftest import Command, assert_failed


@pytest.mark.parametrize(
    "arguments",
    [
        ("tail",),
        ("produce", "articles.jsonl"),
        ("topics", "check"),
        ("topics", "create"),
        ("rejected", "list"),
        ("rejected", "replay"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("article")
def test_a_broker_that_cannot_be_reached(command: Command, closed_address: str, arguments: tuple[str, ...]) -> None:
    """Every verb that needs a broker names its address and the flag, and exits 1."""
    result = command(*arguments, "--broker", closed_address)

    assert_failed(result, PROBLEM_FOUND, closed_address, "--broker")


@pytest.mark.broker
@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    "arguments", [("tail",), ("produce", "articles.jsonl"), ("rejected", "list"), ("rejected", "replay")], ids=" ".join
)
def test_a_topic_that_is_missing(command: Command, bootstrap_servers: str, arguments: tuple[str, ...]) -> None:
    """A verb that needs a Kafka topic names it and the command that creates it, and exits 2."""
    topics = [f"topics.{name}=test-missing.{name}" for name in ("raw", "tagged", "rejected")]
    flags = [part for topic in topics for part in ("--set", topic)]

    result = command(*arguments, "--broker", bootstrap_servers, *flags)

    assert_failed(result, WRONG_USAGE, "test-missing.", "copytaster topics create")


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--set", "worker.batch_sice=3"), "worker.batch_sice"),
        (("--set", "worker.batch_size=many"), "worker.batch_size"),
        (("--set", "worker.batch_size"), "'worker.batch_size'"),
        (("--config", "none.toml"), "'none.toml'"),
        (("--broker", "host:port"), "'host:port'"),
        (("--set", "kafka.sasl_password=hush"), "COPYTASTER_KAFKA__SASL_PASSWORD"),
    ],
    ids=["unknown", "wrong type", "no assignment", "no file", "no address", "password"],
)
def test_settings_that_are_wrong(command: Command, flags: tuple[str, ...], named: str) -> None:
    """A wrong setting is named, and the verb exits 2 before anything else; no password is printed."""
    result = command("topics", "check", *flags)

    assert_failed(result, WRONG_USAGE, named)
    assert "hush" not in result.stderr


@pytest.mark.parametrize("verb", ["tag", "produce"])
def test_a_file_that_is_not_there(command: Command, verb: str) -> None:
    """A path that does not exist is named."""
    assert_failed(command(verb, "none.jsonl"), WRONG_USAGE, "'none.jsonl'")


@pytest.mark.parametrize("verb", ["tag", "produce"])
def test_nothing_to_do(command: Command, verb: str) -> None:
    """A verb that needs files exits 2 without a path."""
    assert_failed(command(verb), WRONG_USAGE)


@pytest.mark.broker
def test_a_broker_that_goes_away() -> None:
    """When the broker goes away during a verb, the verb reports it in one sentence, and exits 1."""
    with EmbeddedBroker() as broker:
        timeouts = {"kafka.wait_seconds": 2, "kafka.request_timeout_seconds": 1}
        flags = {"kafka.bootstrap_servers": broker.bootstrap_servers, **timeouts}
        settings = load(flags=flags, environment={})
        given = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
        with Cluster(settings) as cluster:
            cluster.create([TopicSpec(settings.topics.raw, 1, 1, {})])
            process = subprocess.Popen(
                [sys.executable, "-m", "streams.cli", "produce", "-", *given],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(__file__).parents[3],
            )
            assert process.stdin is not None
            process.stdin.write(b"{}\n")
            process.stdin.flush()
            next(batch for batch in cluster.batches([settings.topics.raw], follow=True) if batch)
    _, errors = process.communicate(b"{}\n", timeout=30)

    assert process.returncode == PROBLEM_FOUND
    assert broker.bootstrap_servers.encode() in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("tal",), ("tail", "--nope"), ("tail", "--limit", "0"), ("train",)], ids=" ".join
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...]) -> None:
    """An unknown verb or option, and a missing or invalid value, exit 2 and show the usage."""
    result = command(*arguments)

    assert result.exit_code == WRONG_USAGE
    assert result.stderr.startswith("Usage: copytaster")


def exit_code(error: BaseException, *, debug: bool = False) -> int:
    """Return the exit code of a verb that raises."""
    with pytest.raises(typer.Exit) as raised, exit_on_error(Tracebacks(shown=debug)):
        raise error
    return int(raised.value.exit_code)


def test_an_internal_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """An unexpected error is one sentence with its class and the flag for its traceback, and exits 70."""
    assert exit_code(ZeroDivisionError("division by zero")) == INTERNAL_FAULT

    (line,) = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError: division by zero" in line
    assert "--debug" in line


def test_an_internal_fault_with_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug the traceback is printed."""
    assert exit_code(ZeroDivisionError(), debug=True) == INTERNAL_FAULT

    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends a verb quietly with 130."""
    assert exit_code(KeyboardInterrupt()) == INTERRUPTED
    assert capsys.readouterr().err == ""


def test_a_closed_pipe() -> None:
    """When the reader of the output closes it, the verb ends quietly."""
    program = [sys.executable, "-m", "streams.cli", "schema"]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()

    assert process.returncode == CLOSED_PIPE
    assert errors == b""


def test_messages_cannot_reach_the_terminal(command: Command) -> None:
    """Text from arguments and files is printed without control sequences."""
    result = command("tag", "\x1b[2Jnone.jsonl")

    assert "\x1b" not in result.stderr


def test_a_disk_that_is_full(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk is a transient infrastructure failure: one sentence, and exit 1."""
    assert exit_code(OSError(errno.ENOSPC, "No space left on device")) == PROBLEM_FOUND
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_standard_streams_may_be_closed(closed: str) -> None:
    """A verb works with a closed standard stream, as services and cron may start it."""
    run = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m streams.cli schema {closed}', sys.executable],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )

    assert (run.returncode, run.stderr) == (SUCCESS, b"")


def test_a_demo_that_can_write_no_file() -> None:
    """A demo that cannot write a temporary file reports it in one sentence and exits 2."""

    def allow_no_file() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    run = subprocess.run(
        [sys.executable, "-m", "streams.cli", "demo"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=allow_no_file,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},  # it writes a file
    )

    assert run.returncode == WRONG_USAGE
    assert run.stderr.count("\n") == 1
    assert "TMPDIR" in run.stderr


def test_a_withdrawal_needs_an_id(command: Command) -> None:
    """An empty id, as from an unset variable, withdraws nothing and exits 2 before any connection to a broker."""
    assert_failed(command("produce", "--withdraw", ""), WRONG_USAGE, "--withdraw")
