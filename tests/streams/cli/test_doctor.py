"""Tests of the checks of `doctor`."""

import socket
from pathlib import Path

import pytest

from streams.brokers.checks.clients import CODECS
from streams.brokers.checks.finding import Finding, Severity
from streams.cli.doctor import CHECKS, examine
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND, SUCCESS
from streams.settings import load
from tests.streams.cli.conftest import Command


def found(subject: str, **flags: object) -> list[Finding]:
    """Return the findings of one check."""
    settings = load(flags={name.replace("__", "."): value for name, value in flags.items()}, environment={})
    return list(CHECKS[subject](settings))


def test_each_finding_is_a_line(command: Command, closed_address: str) -> None:
    """Each problem and each sound part is a line of its own; with a problem the exit code is 1."""
    result = command("doctor", "--broker", closed_address, "--set", "models.topic=none.skops", "--set", "http.port=0")

    lines = [line.split() for line in result.stdout.splitlines()]
    problems = {line[1] for line in lines if line[0] == "problem"}
    sound = {line[1] for line in lines if line[0] == "ok"}
    assert problems == {"models", "broker"}
    assert sound == {"files", "python", "packages", "faust", "codecs", "port"}
    assert result.stdout.splitlines()[-1].startswith("2 ")
    assert result.exit_code == PROBLEM_FOUND


@pytest.mark.broker
def test_a_sound_machine_has_no_problem(command: Command, flags: dict[str, str]) -> None:
    """With topics, models and a free port no check finds a problem; what a broker does not report is shown."""
    given = [part for name, value in {**flags, "http.port": "0"}.items() for part in ("--set", f"{name}={value}")]
    assert command("topics", "create", *given).exit_code == 0

    result = command("doctor", *given)

    verdicts = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert set(verdicts[:-1]) <= {"ok", "unknown"}
    assert verdicts[-1] == "0"
    assert result.exit_code == SUCCESS


def test_files_that_everyone_may_open_are_lines(command: Command, tmp_path: Path, closed_address: str) -> None:
    """A settings file that every user may write is a problem, and a password that every user may read a warning."""
    settings, password = tmp_path / "copytaster.toml", tmp_path / "password"
    settings.write_text('[kafka]\nsasl_password_file = "password"\n', encoding="utf-8")
    password.write_text("hush", encoding="utf-8")
    settings.chmod(0o646)
    password.chmod(0o604)

    result = command("doctor", "--broker", closed_address, "--set", "http.port=0")

    verdicts = [line.split()[0] for line in result.stdout.splitlines() if line.split()[1:2] == ["files"]]
    assert verdicts == ["problem", "warning"]
    assert result.exit_code == PROBLEM_FOUND


def test_a_port_that_is_taken_is_a_problem() -> None:
    """A port where another process listens is a problem that names the port and the setting."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (finding,) = found("port", http__port=port)

    assert finding.severity.is_problem
    assert str(port) in str(finding)
    assert "http.port" in str(finding)


def test_a_port_that_is_not_used_is_no_problem() -> None:
    """With the server disabled no port is checked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        (finding,) = found("port", http__enabled=False, http__port=server.getsockname()[1])

    assert not finding.severity.is_problem


def test_every_codec_is_there() -> None:
    """The packages that read compressed batches are installed with the program."""
    (finding,) = found("codecs")

    assert not finding.severity.is_problem
    assert all(codec in finding.message for codec in CODECS)


def test_one_problem_does_not_hide_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that raises is a finding, and the checks after it run."""

    def broken(_: object) -> list[Finding]:
        raise OperatorError("fix this")

    monkeypatch.setattr("streams.cli.doctor.CHECKS", {"first": broken, "second": CHECKS["python"]})

    findings = list(examine(load(environment={})))

    assert findings[0] == Finding("first", Severity.BLOCKING, "fix this")
    assert findings[1].check == "python"
