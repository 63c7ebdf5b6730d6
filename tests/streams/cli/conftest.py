"""The command line as a person runs it, in this process."""

import socket
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.cli.commands import app
from streams.settings import Settings, load

Command = Callable[..., Result]


def assert_failed(result: Result, code: int, *named: str) -> None:
    """Check the exit code, and that the only output is one sentence which names these values."""
    lines = result.stderr.splitlines()
    assert result.exit_code == code, result.stderr
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("copytaster: ")
    assert result.stdout == ""
    for value in named:
        assert value in lines[0]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs `copytaster` with the arguments that it is given, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return runner.invoke(app, [str(each) for each in arguments], input=stdin)

    return run


@pytest.fixture
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `tag` load its models here, where the libraries are imported already: in a child process that takes 4 s."""
    monkeypatch.setenv("COPYTASTER_WORKER__ISOLATION", "thread")


@pytest.fixture
def closed_address() -> str:
    """Return an address where no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """Return a file with two articles and one line that is no JSON."""
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": "one", "body": "First."}\n{"body": "Second."}\nnonsense\n')
    return path


@pytest.fixture
def flags(bootstrap_servers: str) -> dict[str, str]:
    """Return settings with Kafka topics that no other test has."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    names = {f"topics.{each}": f"{name}.{each}" for each in ("raw", "tagged", "review", "rejected", "versions")}
    return {
        "kafka.bootstrap_servers": bootstrap_servers,
        "topics.partitions": "1",
        "topics.routed": f"{name}.topic.{{slug}}",
        **names,
    }


@pytest.fixture
def settings(flags: dict[str, str]) -> Settings:
    """Return settings with Kafka topics and a group of their own."""
    return load(flags=flags, environment={})


@pytest.fixture
def shared(flags: dict[str, str]) -> list[str]:
    """Return the settings as flags of a command."""
    flags["worker.group"] = flags["topics.raw"]
    return [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]


@pytest.fixture
def replay(command: Command, shared: list[str], settings: Settings) -> Callable[..., Result]:
    """Return a function that runs `rejected replay` with these topics, which exist."""
    del settings
    assert command("topics", "create", *shared).exit_code == 0
    return lambda *arguments: command("rejected", "replay", *arguments, *shared)
