"""`copytaster worker`: tags articles until it is told to stop."""

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
    group: Annotated[str | None, typer.Option(help="Consumer group; workers that share it share the work.")] = None,
    host: Annotated[str | None, typer.Option(help="Address of the metrics and health server.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the metrics and health server; 0 takes a free one.")] = None,
) -> None:
    """Tag articles as they come, until it is told to stop.

    Ctrl-C and SIGTERM stop it in good order: what it has begun is finished.

    Exits 0 when it was told to stop, 2 when a person has to mend something, 70 on an internal fault and 75 when the
    broker stays away: a supervisor starts it again after 70 and 75.
    """
    settings = context.settings({"worker.group": group, "http.host": host, "http.port": port})
    from streams.worker.run import run

    raise typer.Exit(run(settings))
