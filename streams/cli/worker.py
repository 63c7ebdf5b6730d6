"""`copytaster worker`: tags articles from Kafka until a stop signal."""

from typing import Annotated

import typer

from streams.cli.options import CommandContext, verb


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "worker",
        "copytaster worker --broker kafka:9092",
        "copytaster worker --group night-shift --port 9109",
        "copytaster worker --set logs.format=json --set worker.batch_size=64",
    )(_worker)


def _worker(
    context: CommandContext,
    *,
    group: Annotated[
        str | None,
        typer.Option(help="Consumer group; workers of one group divide the partitions between them.", metavar="NAME"),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address of the metrics and health server.", metavar="ADDRESS")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port of the metrics and health server; 0 for any free port.", metavar="PORT")
    ] = None,
) -> None:
    """Run a worker that tags articles from Kafka.

    Ctrl-C and SIGTERM stop it after the batch in progress is published and acknowledged.

    The exit code is 0 after a stop signal, 2 for wrong usage or configuration, 70 after an internal fault, and 75 if
    the broker stays away for too long. A supervisor should restart it after 70 and 75 only.
    """
    settings = context.settings({"worker.group": group, "http.host": host, "http.port": port})
    from streams.settings import find_settings_file
    from streams.worker.run import run

    raise typer.Exit(run(settings, settings_file=find_settings_file(context.config)))
