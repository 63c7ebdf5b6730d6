"""Tests of what a person is told: one sentence that says what to do, an exit code, and never a traceback."""

import errno
import hashlib
import json
import os
import pickle
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import Result

from classifiers import resources
from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import TopicSpec
from streams.cli.exits import Faults, exit_codes
from streams.exit_codes import CLOSED_PIPE, INTERNAL_FAULT, INTERRUPTED, PROBLEM_FOUND, WRONG_USAGE
from streams.settings import load
from tests.streams.cli.conftest import Command


def assert_told(result: Result, code: int, *parts: str) -> None:
    """Check that one sentence with these parts was said, and nothing else."""
    lines = result.stderr.splitlines()
    assert result.exit_code == code, result.stderr
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("copytaster: ")
    assert result.stdout == ""
    for part in parts:
        assert part in lines[0]


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
def test_a_broker_that_cannot_be_reached(command: Command, nobody: str, arguments: tuple[str, ...]) -> None:
    """Every verb that needs a broker names its address and the flag, and exits 1."""
    result = command(*arguments, "--broker", nobody)

    assert_told(result, PROBLEM_FOUND, nobody, "connection refused", "--broker HOST:PORT")


@pytest.mark.broker
@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    "arguments", [("tail",), ("produce", "articles.jsonl"), ("rejected", "list"), ("rejected", "replay")], ids=" ".join
)
def test_a_topic_that_is_missing(command: Command, bootstrap_servers: str, arguments: tuple[str, ...]) -> None:
    """A verb that needs a Kafka topic names it and says how to create it, and exits 2."""
    topics = [f"topics.{name}=test-missing.{name}" for name in ("raw", "tagged", "rejected")]
    flags = [part for topic in topics for part in ("--set", topic)]

    result = command(*arguments, "--broker", bootstrap_servers, *flags)

    assert_told(result, WRONG_USAGE, "has no topic test-missing.", "copytaster topics create")


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (("--set", "worker.batch_sice=3"), "worker.batch_sice: no setting has this name; did you mean"),
        (("--set", "worker.batch_size=many"), "worker.batch_size: input should be a valid integer"),
        (("--set", "worker.batch_size"), "--set takes NAME=VALUE"),
        (("--config", "none.toml"), "there is no settings file 'none.toml'"),
        (("--broker", "host:port"), "is not of the form host:port"),
        (("--set", "kafka.sasl_password=hush"), "--set does not take kafka.sasl_password, because everybody"),
    ],
    ids=["unknown", "wrong type", "no assignment", "no file", "no address", "password"],
)
def test_settings_that_are_wrong(command: Command, flags: tuple[str, ...], part: str) -> None:
    """A fault of the settings is named, and exits 2 before anything else happens; no password is said back."""
    result = command("topics", "check", *flags)

    assert_told(result, WRONG_USAGE, part)
    assert "hush" not in result.stderr


@pytest.mark.parametrize("verb", ["tag", "produce"])
def test_a_file_that_is_not_there(command: Command, verb: str) -> None:
    """A path that does not exist is named."""
    assert_told(command(verb, "none.jsonl"), WRONG_USAGE, "no file or folder 'none.jsonl'")


@pytest.mark.parametrize("verb", ["tag", "produce"])
def test_nothing_to_do(command: Command, verb: str) -> None:
    """Without a path the verb says what it takes."""
    assert_told(command(verb), WRONG_USAGE, "name files or folders")


def changed_model(folder: Path, **changes: Any) -> Path:  # noqa: ANN401
    """Return a copy of the shipped topic model whose manifest says something else."""
    for name in ("topic.skops", "topic.json"):
        shutil.copy(resources.model(name), folder / name)
    manifest = json.loads((folder / "topic.json").read_text())
    (folder / "topic.json").write_text(json.dumps(manifest | changes))
    return folder / "topic.skops"


@pytest.mark.usefixtures("article")
class TestModels:
    """What is wrong with a model file is told before the first article."""

    def test_missing(self, command: Command, tmp_path: Path) -> None:
        """A model file that is not there is named."""
        result = command("tag", "articles.jsonl", "--set", f"models.topic={tmp_path / 'none.skops'}")

        assert_told(result, WRONG_USAGE, "none.skops")

    def test_altered(self, command: Command, tmp_path: Path) -> None:
        """A model file that is not the one of its manifest is not loaded."""
        model = changed_model(tmp_path)
        model.write_bytes(model.read_bytes() + b" ")

        assert_told(command("tag", "articles.jsonl", "--set", f"models.topic={model}"), WRONG_USAGE, "topic.skops")

    def test_made_by_another_scikit_learn(self, command: Command, tmp_path: Path) -> None:
        """A model that another scikit-learn made is not loaded, and the version is named."""
        manifest = json.loads(resources.model("topic.json").read_text())
        model = changed_model(tmp_path, libraries=manifest["libraries"] | {"scikit-learn": "0.99.1"})

        result = command("tag", "articles.jsonl", "--set", f"models.topic={model}")

        assert_told(result, WRONG_USAGE, "scikit-learn", "0.99")


def damage(folder: Path, how: str) -> Path:
    """Return a copy of the shipped topic model that was damaged in one way."""
    model = changed_model(folder)
    manifest = json.loads((folder / "topic.json").read_text())
    archive = bytearray(model.read_bytes())
    if how == "an altered byte":
        archive[len(archive) // 2] ^= 1
        model.write_bytes(archive)
        return model
    changes: dict[str, Any] = {
        "a pickle": {},
        "another scikit-learn": {"libraries": manifest["libraries"] | {"scikit-learn": "1.8.2"}},
        "another kind": {"kind": "stance"},
        "labels of another model": {"labels": manifest["labels"][1:]},
        "thresholds of another model": {"thresholds": {"medtop:0": 0.5}},
    }[how]
    if how == "a pickle":
        archive = bytearray(pickle.dumps({"weights": [1.0]}))
        model.write_bytes(archive)
    changes |= {"digest": f"sha256:{hashlib.sha256(archive).hexdigest()}", "bytes": len(archive)}
    (folder / "topic.json").write_text(json.dumps(manifest | changes))
    return model


DAMAGES = [
    pytest.param(how, told, id=how)
    for how, told in [
        ("an altered byte", "is not the one that its manifest describes"),
        ("a pickle", "is no skops archive"),
        ("another scikit-learn", "was made by scikit-learn 1.8.2"),
        ("another kind", "is a 'stance' model where a 'topic' model is needed"),
        ("labels of another model", "classes and its manifest"),
        ("thresholds of another model", "thresholds: train it anew"),
    ]
]


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(("how", "told"), DAMAGES)
def test_no_article_is_tagged_by_a_model_that_may_not_be_loaded(
    command: Command, tmp_path: Path, how: str, told: str
) -> None:
    """A model file that is damaged, lies, or is something else ends `tag` with one sentence and exit 2."""
    result = command("tag", "articles.jsonl", "--set", f"models.topic={damage(tmp_path, how)}")

    assert_told(result, WRONG_USAGE, told)


@pytest.mark.parametrize(("how", "told"), DAMAGES)
def test_no_worker_starts_with_a_model_that_may_not_be_loaded(nobody: str, tmp_path: Path, how: str, told: str) -> None:
    """Such a file ends a worker before it looks for its broker: one sentence, exit 2, no traceback."""
    settings = [f"models.topic={damage(tmp_path, how)}", "logs.format=text"]
    flags = [word for setting in settings for word in ("--set", setting)]
    run = subprocess.run(
        [sys.executable, "-m", "streams.cli", "worker", "--broker", nobody, "--port", "0", *flags],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.returncode == WRONG_USAGE
    *before, line = run.stderr.splitlines()
    assert told in line
    assert all("serves http" in each for each in before)


def test_a_port_that_is_taken() -> None:
    """A worker whose port is taken says so and exits 2."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "-m", "streams.cli", "worker", "--port", str(port), "--set", "logs.format=text"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=Path(__file__).parents[3],
        )

    assert run.returncode == WRONG_USAGE
    assert str(port) in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.broker
def test_a_broker_that_goes_away() -> None:
    """When the broker goes away under a verb, it says how many records the broker has, and exits 1."""
    with EmbeddedBroker() as broker:
        patience = {"kafka.wait_seconds": 2, "kafka.request_timeout_seconds": 1}
        flags = {"kafka.bootstrap_servers": broker.bootstrap_servers, **patience}
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
    _, told = process.communicate(b"{}\n", timeout=30)

    assert process.returncode == PROBLEM_FOUND
    assert b"acknowledged 1 records and no more" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("tal",), ("tail", "--nope"), ("tail", "--limit", "0"), ("train",)], ids=" ".join
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...]) -> None:
    """What the command line does not know exits 2 and points to the help."""
    result = command(*arguments)

    assert result.exit_code == WRONG_USAGE
    assert "Try 'copytaster" in result.stderr


def ended_with(error: BaseException, *, debug: bool = False) -> int:
    """Return the exit code of a verb that raises."""
    with pytest.raises(typer.Exit) as raised, exit_codes(Faults(debug=debug)):
        raise error
    return int(raised.value.exit_code)


def test_an_internal_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of ours is one sentence and exits 70."""
    assert ended_with(ZeroDivisionError("division by zero")) == INTERNAL_FAULT

    told = capsys.readouterr().err
    assert told == (
        "copytaster: internal fault: ZeroDivisionError: division by zero; run it again with --debug to see where\n"
    )


def test_an_internal_fault_with_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug the traceback is shown."""
    assert ended_with(ZeroDivisionError(), debug=True) == INTERNAL_FAULT

    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_ctrl_c(capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends a verb quietly with 130."""
    assert ended_with(KeyboardInterrupt()) == INTERRUPTED
    assert capsys.readouterr().err == ""


def test_a_closed_pipe() -> None:
    """When whoever reads the output stops, the verb ends quietly."""
    program = [sys.executable, "-m", "streams.cli", "schema"]
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()

    assert process.returncode == CLOSED_PIPE
    assert told == b""


def test_messages_cannot_reach_the_terminal(command: Command) -> None:
    """What a person typed or a file holds is said without control sequences."""
    result = command("tag", "\x1b[2Jnone.jsonl")

    assert "\x1b" not in result.stderr


def test_a_disk_that_is_full(capsys: pytest.CaptureFixture[str]) -> None:
    """A disk without room is the world's fault: one sentence, and 1."""
    assert ended_with(OSError(errno.ENOSPC, "No space left on device")) == PROBLEM_FOUND
    assert "No space left on device" in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_standard_streams_may_be_closed(closed: str) -> None:
    """A verb does its work where a standard stream is closed, as services and cron may start it."""
    run = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m streams.cli schema {closed}', sys.executable],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )

    assert (run.returncode, run.stderr) == (0, b"")


def test_a_demo_without_room() -> None:
    """A demo that can write no file anywhere says so in one sentence and exits 2."""

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
    assert "make room, or name one with TMPDIR" in run.stderr


def test_a_withdrawal_needs_an_id(command: Command) -> None:
    """An empty id, as an unset variable makes it, withdraws nothing and is told before any broker is asked."""
    assert_told(command("produce", "--withdraw", ""), WRONG_USAGE, "--withdraw needs an article's id")
