"""The command `copytaster` and its verbs, in the order of a first use."""

import sys
from typing import Annotated

import typer

from streams import __version__, stdio
from streams.cli import (
    check,
    config,
    doctor,
    evaluate,
    learn_boilerplate,
    partitions,
    produce,
    rejected,
    schema,
    tag,
    tail,
    targets,
    topics,
    train,
    worker,
)
from streams.cli.demo import run as demo

app = typer.Typer(
    name="copytaster",
    help="Tag the topic and stance of news articles: from Kafka to Kafka, or from files.",
    epilog="For examples: copytaster COMMAND --help. Start with: copytaster demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for each in (
    demo,
    worker,
    produce,
    tail,
    tag,
    check,
    targets,
    topics,
    rejected,
    partitions,
    config,
    doctor,
    schema,
    train,
    evaluate,
    learn_boilerplate,
):
    each.add_to(app)


def run() -> None:
    """Run the command line and exit."""
    stdio.open_closed()
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks becomes a question mark, and never an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="copytaster")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"copytaster {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    del version  # handled by its callback
