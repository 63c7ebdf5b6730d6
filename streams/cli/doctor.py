"""`copytaster doctor`: whether this machine and these settings are fit for a worker."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from streams.cli.options import CommandContext, verb
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from streams.cli.examinations import Finding


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "doctor",
        "copytaster doctor",
        "copytaster doctor --broker kafka:9092",
    )(_doctor)


def _doctor(context: CommandContext) -> None:
    """Check that this machine is fit for a worker.

    It looks at Python, packages, codecs, models, the port, the broker and its topics, and exits 1 on a problem.
    Each problem comes with what to do about it.
    """
    settings = context.settings()
    from streams.cli.examinations import examine

    findings = list(_shown(examine(settings)))
    problems = sum(finding.problem for finding in findings)
    typer.echo(f"{problems} problems" if problems != 1 else "1 problem")
    if problems:
        raise typer.Exit(PROBLEM_FOUND)


def _shown(findings: "Iterator[Finding]") -> "Iterator[Finding]":
    from rich.table import Table
    from rich.text import Text

    from streams.terminal.console import output
    from streams.terminal.plain_text import text_of

    console = output()
    for finding in findings:
        verdict = Text("problem", "bold red") if finding.problem else Text("ok", "green")
        line = Table.grid(padding=(0, 2, 0, 0))
        line.add_column(width=7)
        line.add_column(width=8)
        line.add_column(overflow="fold")
        line.add_row(verdict, Text(finding.what), text_of(finding.sentence))
        console.print(line)
        yield finding
