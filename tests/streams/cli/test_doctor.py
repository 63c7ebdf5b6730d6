"""Tests of what `doctor` finds."""

import socket

import pytest

from streams.cli.examinations import CODECS, EXAMINATIONS, Finding, examine
from streams.errors import OperatorError
from streams.settings import load
from tests.streams.cli.conftest import Command


def found(what: str, **flags: object) -> list[Finding]:
    """Return what one examination finds."""
    settings = load(flags={name.replace("__", "."): value for name, value in flags.items()}, environment={})
    return list(EXAMINATIONS[what](settings))


def test_what_is_missing_is_a_problem(command: Command, nobody: str) -> None:
    """Each problem stands in a line of its own with what to do, the sound is ok, and the exit code is 1."""
    result = command("doctor", "--broker", nobody, "--set", "models.topic=none.skops", "--set", "http.port=0")

    lines = [line.split() for line in result.stdout.splitlines()]
    problems = {line[1] for line in lines if line[0] == "problem"}
    sound = {line[1] for line in lines if line[0] == "ok"}
    assert problems == {"models", "broker"}
    assert sound == {"python", "packages", "faust", "codecs", "port"}
    assert result.stdout.endswith("2 problems\n")
    assert result.exit_code == 1


@pytest.mark.broker
def test_a_sound_machine_has_no_problem(command: Command, flags: dict[str, str]) -> None:
    """With topics, models and a free port there is nothing to mend."""
    given = [part for name, value in {**flags, "http.port": "0"}.items() for part in ("--set", f"{name}={value}")]
    assert command("topics", "create", *given).exit_code == 0

    result = command("doctor", *given)

    assert "problem " not in result.stdout
    assert result.stdout.endswith("0 problems\n")
    assert result.exit_code == 0


def test_a_port_that_is_taken_is_a_problem() -> None:
    """A port where somebody listens is named with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        (finding,) = found("port", http__port=server.getsockname()[1])

    assert finding.problem
    assert "choose another with http.port" in finding.sentence


def test_a_port_that_is_not_needed_is_none() -> None:
    """With the server turned off no port is looked at."""
    (finding,) = found("port", http__enabled=False)

    assert not finding.problem


def test_every_codec_is_there() -> None:
    """The packages that read compressed batches are installed with the program."""
    (finding,) = found("codecs")

    assert not finding.problem
    assert all(codec in finding.sentence for codec in CODECS)


def test_one_problem_does_not_hide_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """An examination that raises is a finding, and those after it go on."""

    def broken(_: object) -> list[Finding]:
        raise OperatorError("mend this")

    monkeypatch.setattr("streams.cli.examinations.EXAMINATIONS", {"first": broken, "second": EXAMINATIONS["python"]})

    findings = list(examine(load(environment={})))

    assert findings[0] == Finding("first", "mend this", problem=True)
    assert findings[1].what == "python"
