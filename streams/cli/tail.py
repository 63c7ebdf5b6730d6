"""`copytaster tail`: shows tagged articles as they arrive."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError

if TYPE_CHECKING:
    from streams.brokers.reading import Start
    from streams.records.origin import RawRecord
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "tail",
        "copytaster tail",
        "copytaster tail --topic sport --from-beginning --limit 20",
        "copytaster tail --review --since 1h --no-follow",
        "copytaster tail --json | jq '.topics[0].label'",
    )(_tail)


def _tail(
    context: CommandContext,
    *,
    topic: Annotated[
        str | None,
        typer.Option(help="Only articles with this main topic: a short name or a medtop: id.", metavar="TOPIC"),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Only articles for which the topic model abstained.")
    ] = False,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with the oldest record that Kafka retains.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(help="Start at a time: 90s, 15m, 2h or 3d ago, or a date and time in UTC.", metavar="TIME"),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N articles.", metavar="N")] = None,
    follow: Annotated[bool, typer.Option(help="At the end, wait for new records or stop.")] = True,
    as_json: Annotated[
        bool,
        typer.Option("--json", help='Print records as they are, one per line; {"withdrawn": ID} for a withdrawal.'),
    ] = False,
) -> None:
    """Show tagged articles as they arrive, until Ctrl-C.

    Joins no consumer group, so that any number of readers can run at once, without an effect on workers.
    """
    settings = context.settings()
    kafka_topic = _kafka_topic(settings, topic, review=review)
    start = _start(since, from_beginning=from_beginning)
    show = _write_json if as_json else _create_printer()
    try:
        for record in islice(_records(settings, kafka_topic, start, follow=follow), limit):
            show(record)
    except KeyboardInterrupt:
        return


def _records(settings: "Settings", kafka_topic: str, start: "Start", *, follow: bool) -> "Iterator[RawRecord]":
    from streams.brokers.cluster import Cluster

    with Cluster(settings) as cluster:
        for batch in cluster.batches([kafka_topic], start, follow=follow):
            yield from batch


def _kafka_topic(settings: "Settings", topic: str | None, *, review: bool) -> str:
    if topic is not None and review:
        raise OperatorError("--topic and --review exclude each other, as articles for review have no topic: give one")
    if topic is None:
        return settings.topics.review if review else settings.topics.tagged
    from streams.stages.configured_taxonomy import load_taxonomy
    from streams.stages.route import routes

    taxonomy = load_taxonomy(settings)
    by_name = routes(settings.topics, taxonomy)
    found = by_name.get(topic) or next((by_name[id_] for id_ in by_name if taxonomy.slug(id_) == topic), None)
    if found is None:
        known = ", ".join(taxonomy.slug(id_) for id_ in by_name)
        raise OperatorError(f"no Kafka topic is routed for {topic!r}: give one of {known}")
    return found


def _start(since: str | None, *, from_beginning: bool) -> "Start":
    from streams.cli.times import parse_since

    if since is not None and from_beginning:
        raise OperatorError("--since and --from-beginning exclude each other: give one")
    if since is not None:
        return parse_since(since)
    return "beginning" if from_beginning else "end"


def _write_json(record: "RawRecord") -> None:
    import msgspec

    from streams.terminal import data

    withdrawn = {"withdrawn": (record.key or b"").decode("utf-8", "replace")}
    data.write((msgspec.json.encode(withdrawn) if record.value is None else record.value) + b"\n")


def _create_printer() -> "Callable[[RawRecord], None]":
    from streams.terminal.console import output
    from streams.terminal.record import record_view

    console = output()

    def show(record: "RawRecord") -> None:
        console.print(record_view(record))
        console.print()

    return show
