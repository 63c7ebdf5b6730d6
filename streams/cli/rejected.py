"""`copytaster rejected`: lists, shows and replays dead letters."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli import replay
from streams.cli.filters import Due, Publishers, Reasons, Since, Stages, Until, parse_selection
from streams.cli.options import CommandContext, verb
from streams.errors import CorruptBatchError, OperatorError

if TYPE_CHECKING:
    from streams.dead_letters.letter import DeadLetter
    from streams.dead_letters.selection import Selection
    from streams.records.origin import Origin
    from streams.settings import Settings

_PLACE = re.compile(r"(\d+):(\d+)", re.ASCII)


def add_to(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(help="List, show and replay rejected records.", no_args_is_help=True)
    verb(
        group,
        "list",
        "copytaster rejected list --since 1h",
        "copytaster rejected list --reason not_json --reason too_deep",
        "copytaster rejected list --publisher example.org --until 2026-01-31",
        "copytaster rejected list --reason embargoed --due",
        "copytaster rejected list --json | jq .reason | sort | uniq -c",
    )(_list)
    verb(
        group,
        "show",
        "copytaster rejected show 0:17",
        "copytaster rejected show 0:17 --raw > article.json",
    )(_show)
    replay.add_to(group)
    app.add_typer(group, name="rejected")


def _list(
    context: CommandContext,
    *,
    reason: Reasons = None,
    stage: Stages = None,
    publisher: Publishers = None,
    since: Since = None,
    until: Until = None,
    due: Due = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N records, oldest first.", metavar="N")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> None:
    """List rejected records and why they were rejected."""
    settings = context.settings()
    letters = islice(_letters(settings, parse_selection(reason, stage, publisher, since, until, due=due)), limit)
    if as_json:
        _write_json(letters, settings)
        return
    found: list[DeadLetter] = []
    try:
        for letter in letters:
            found.append(letter)  # noqa: PERF402  # what came before a corrupt batch is shown
    except CorruptBatchError:
        _print_table(found, settings)
        raise
    _print_table(found, settings)


def _print_table(found: "list[DeadLetter]", settings: "Settings") -> None:
    from streams.terminal.console import output
    from streams.terminal.rejection import rejections_table

    if found:
        output().print(rejections_table(found))
    typer.echo(f"{len(found)} rejected records in {settings.topics.rejected}", err=True)


def _show(
    context: CommandContext,
    *,
    place: Annotated[
        str, typer.Argument(help="PARTITION:OFFSET of the record, from `copytaster rejected list`.", metavar="PLACE")
    ],
    raw: Annotated[bool, typer.Option("--raw", help="Write only the bytes of the rejected record.")] = False,
) -> None:
    """Show one rejected record in full.

    Prints why it was rejected, its origin, key, headers and bytes.
    """
    settings = context.settings()
    from streams.brokers.cluster import Cluster
    from streams.dead_letters.letter import DeadLetter

    origin = _parse_place(place, settings)
    with Cluster(settings) as cluster:
        record = cluster.record_at(origin)
    if record is None:
        raise OperatorError(f"{origin.topic} has no record at {place}: find one with copytaster rejected list")
    from streams.terminal import data

    if raw:
        data.write(record.value or b"")
        return
    from streams.terminal.console import output
    from streams.terminal.rejection import rejection_detail

    output().print(rejection_detail(DeadLetter.from_record(record)))


def _letters(settings: "Settings", selection: "Selection") -> "Iterator[DeadLetter]":
    from streams.brokers.cluster import Cluster
    from streams.dead_letters.letter import DeadLetter

    with Cluster(settings) as cluster:
        for record in cluster.records([settings.topics.rejected], selection.since or "beginning"):
            letter = DeadLetter.from_record(record)
            if selection.includes(letter, settings.limits) and selection.is_due(letter, settings.limits):
                yield letter


def _write_json(letters: "Iterator[DeadLetter]", settings: "Settings") -> None:
    import msgspec

    from streams.terminal import data

    for letter in letters:
        place = letter.record.origin
        fields = {
            "place": f"{place.partition}:{place.offset}",
            "rejected_at": letter.rejected_at,
            "stage": letter.stage,
            "reason": letter.reason,
            "error": letter.error,
            "message": letter.message,
            "origin": letter.origin,
            "attempt": letter.attempt,
            "publisher": letter.publisher(settings.limits),
            "bytes": len(letter.record.value or b""),
        }
        data.write(msgspec.json.encode(fields) + b"\n")


def _parse_place(place: str, settings: "Settings") -> "Origin":
    from streams.records.origin import Origin

    match = _PLACE.fullmatch(place)
    if match is None:
        raise OperatorError(f"{place!r} is not the place of a record: give PARTITION:OFFSET, such as 0:17")
    return Origin(settings.topics.rejected, int(match[1]), int(match[2]))
