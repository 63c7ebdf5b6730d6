"""`copytaster doctor`: checks this machine and the settings before a worker starts. No check ends the others."""

import errno
import importlib.metadata
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import typer

from streams import __version__
from streams.brokers.checks.finding import Finding, Severity
from streams.cli.options import CommandContext, verb
from streams.cli.topics import load_specs
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from rich.text import Text

    from streams.settings import Settings, SettingsFile

PYTHONS = ((3, 11), (3, 14))
"""The first and the last version of Python that the tests run on."""

PACKAGES = ("faust-streaming", "aiokafka", "kafka-python", "scikit-learn", "skops", "msgspec", "trafilatura", "ftfy")
REINSTALL = "run pip install copytaster again"


Check: TypeAlias = "Callable[[Settings], Iterator[Finding]]"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "doctor",
        "copytaster doctor",
        "copytaster doctor --broker kafka:9092",
    )(_doctor)


def _doctor(context: CommandContext) -> None:
    """Check that a worker can run on this machine.

    Checks the modes of files, Python, packages, codecs, models, the port, the broker and its topics. Each problem is
    printed with what to do about it; the exit code is 1 if there is any.
    """
    settings = context.settings()
    from streams.settings import find_settings_file

    files = check_files(settings, find_settings_file(context.config))
    findings = list(_print_each(chain(files, examine(settings))))
    problems = sum(finding.severity.is_problem for finding in findings)
    typer.echo(f"{problems} problems" if problems != 1 else "1 problem")
    if problems:
        raise typer.Exit(PROBLEM_FOUND)


def _verdict(finding: Finding) -> "Text":
    from rich.text import Text

    if finding.severity.is_problem:
        return Text("problem", "bold red")
    return Text(finding.severity, "green" if finding.severity is Severity.OK else "yellow")


def _print_each(findings: Iterator[Finding]) -> Iterator[Finding]:
    from rich.table import Table
    from rich.text import Text

    from streams.terminal.console import output
    from streams.terminal.plain_text import safe_text

    console = output()
    for finding in findings:
        verdict = _verdict(finding)
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(width=7)
        line.add_column(width=10)
        line.add_column(overflow="fold")
        line.add_row(verdict, Text(finding.check), safe_text(str(finding)))
        console.print(line)
        yield finding


def examine(settings: "Settings") -> Iterator[Finding]:
    """Yield the findings of every check, in the order in which a worker needs what is checked."""
    from classifiers.errors import ClassifierError
    from streams.errors import CopytasterError

    for subject, check in CHECKS.items():
        try:
            yield from check(settings)
        except (CopytasterError, ClassifierError) as error:
            yield Finding(subject, Severity.BLOCKING, str(error))


def check_files(settings: "Settings", settings_file: "SettingsFile | None" = None) -> Iterator[Finding]:
    """Yield a finding for each file that every user may read or write; one that is sound where there is none."""
    from streams.settings.file_modes import find_open_files

    findings = list(find_open_files(settings, settings_file))
    for finding in findings:
        severity = Severity.BLOCKING if finding.is_refused else Severity.WARNING
        yield Finding("files", severity, finding.message)
    if not findings:
        yield Finding("files", Severity.OK, "no configured file is open to every user of this machine")


def _check_python(_: "Settings") -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    first, last = (".".join(map(str, each)) for each in PYTHONS)
    fits = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    severity = Severity.OK if fits else Severity.PROBLEM
    advice = "" if fits else f"install Copytaster under Python {first} to {last}"
    yield Finding("python", severity, f"{version}, Copytaster {__version__}", advice)


def _check_packages(_: "Settings") -> Iterator[Finding]:
    missing = [name for name in PACKAGES if _version(name) is None]
    if missing:
        yield Finding("packages", Severity.PROBLEM, f"{', '.join(missing)} missing", REINSTALL)
    else:
        yield Finding("packages", Severity.OK, ", ".join(f"{name} {_version(name)}" for name in PACKAGES))


def _check_faust(_: "Settings") -> Iterator[Finding]:
    from streams.worker.faust_adapter.app import assert_compiled

    assert_compiled()
    yield Finding("faust", Severity.OK, "has its compiled extensions")


def _check_codecs(_: "Settings") -> Iterator[Finding]:
    from streams.brokers.checks.catalogue import examine_machine

    return examine_machine()


def _check_models(settings: "Settings") -> Iterator[Finding]:
    from streams.stages.pipeline import Pipeline

    release = Pipeline.load(settings).release
    for task, model in (("topic", release.models.topic), ("stance", release.models.stance)):
        yield Finding("models", Severity.OK, f"{task}: {model.name} {model.version}, {model.digest}")
    digests = f"taxonomy {release.taxonomy[:19]}, targets {release.targets[:19]}, rules {release.rules[:19]}"
    if release.learnt_lines is not None:
        digests += f", learnt lines {release.learnt_lines[:19]}"
    yield Finding("data", Severity.OK, digests)


def _check_port(settings: "Settings") -> Iterator[Finding]:
    from streams.settings.addresses import format_address

    http = settings.http
    if not http.enabled:
        yield Finding("port", Severity.OK, "the metrics and health server is disabled")
        return
    place = format_address(http.host, http.port)
    try:
        with socket.socket(socket.AF_INET6 if ":" in http.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((http.host, http.port))
    except OSError as error:
        advice = (
            "stop the process that uses the port, or set http.port to another"
            if error.errno in {errno.EADDRINUSE, errno.EACCES}
            else "set http.host to an address of this machine, such as 127.0.0.1 or ::1"
        )
        message = f"cannot listen on {place} ({(error.strerror or str(error)).lower()})"
        yield Finding("port", Severity.BLOCKING, message, advice)
    else:
        yield Finding(
            "port", Severity.OK, f"{place if http.port else f'any port of {http.host}'} is free for metrics and health"
        )


def _check_broker(settings: "Settings") -> Iterator[Finding]:
    from streams.brokers.checks.catalogue import examine_cluster
    from streams.brokers.cluster import Cluster

    with Cluster(settings) as cluster:
        yield Finding("broker", Severity.OK, f"{settings.kafka.bootstrap_servers} answers")
        yield from examine_cluster(cluster, settings, load_specs(settings))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


CHECKS: dict[str, Check] = {
    "python": _check_python,
    "packages": _check_packages,
    "faust": _check_faust,
    "codecs": _check_codecs,
    "models": _check_models,
    "port": _check_port,
    "broker": _check_broker,
}
