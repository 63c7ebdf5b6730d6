"""`copytaster rejected`: the dead letters, listed and shown."""

import re
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.options import Given, verb
from streams.errors import OperatorError, RejectReason, Stage

if TYPE_CHECKING:
    from streams.brokers.dead_letters import DeadLetter
    from streams.brokers.reading import Start
    from streams.records.origin import Origin
    from streams.settings import Settings

_PLACE = re.compile(r"(\d+):(\d+)", re.ASCII)


def add_to(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(help="List and show rejected records.", no_args_is_help=True)
    verb(
        group,
        "list",
        "copytaster rejected list --since 1h",
        "copytaster rejected list --reason not_json --reason too_deep",
        "copytaster rejected list --json | jq .reason | sort | uniq -c",
    )(_list)
    verb(
        group,
        "show",
        "copytaster rejected show 0:17",
        "copytaster rejected show 0:17 --raw > article.json",
    )(_show)
    app.add_typer(group, name="rejected")


def _list(
    given: Given,
    *,
    reason: Annotated[list[RejectReason] | None, typer.Option(help="Only these reasons.")] = None,
    stage: Annotated[list[Stage] | None, typer.Option(help="Only these stages.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only since then: 90s, 15m, 2h, 3d, or a date and time.", metavar="TIME")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List rejected records with their reasons."""
    settings = given.settings()
    letters = islice(_letters(settings, since, set(reason or RejectReason), set(stage or Stage)), limit)
    if as_json:
        _write_json(letters)
        return
    from streams.terminal.console import output
    from streams.terminal.rejection import rejections_table

    found = list(letters)
    if found:
        output().print(rejections_table(found))
    typer.echo(f"{len(found)} rejected records in {settings.topics.rejected}", err=True)


def _show(
    given: Given,
    *,
    place: Annotated[str, typer.Argument(help="PARTITION:OFFSET, as `rejected list` shows it.", metavar="PLACE")],
    raw: Annotated[bool, typer.Option("--raw", help="Write the record's own bytes and nothing else.")] = False,
) -> None:
    """Show one rejected record whole.

    Why it was rejected, where it came from, its key, headers and bytes.
    """
    settings = given.settings()
    from streams.brokers.cluster import Cluster
    from streams.brokers.dead_letters import dead_letter

    origin = _parse_place(place, settings)
    with Cluster(settings) as cluster:
        record = cluster.record_at(origin)
    if record is None:
        raise OperatorError(f"{origin.topic} has no record at {place}: `copytaster rejected list` shows those it has")
    if raw:
        sys.stdout.buffer.write(record.value or b"")
        return
    from streams.terminal.console import output
    from streams.terminal.rejection import rejection_detail

    output().print(rejection_detail(dead_letter(record)))


def _letters(
    settings: "Settings", since: str | None, reasons: set[RejectReason], stages: set[Stage]
) -> "Iterator[DeadLetter]":
    from streams.brokers.cluster import Cluster
    from streams.brokers.dead_letters import dead_letter
    from streams.cli.times import parse_since

    start: Start = parse_since(since) if since else "beginning"
    everything = reasons == set(RejectReason) and stages == set(Stage)
    with Cluster(settings) as cluster:
        for record in cluster.records([settings.topics.rejected], start):
            letter = dead_letter(record)
            if everything or (letter.reason in reasons and letter.stage in stages):
                yield letter


def _write_json(letters: "Iterator[DeadLetter]") -> None:
    import msgspec

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
            "bytes": len(letter.record.value or b""),
        }
        sys.stdout.buffer.write(msgspec.json.encode(fields) + b"\n")


def _parse_place(place: str, settings: "Settings") -> "Origin":
    from streams.records.origin import Origin

    match = _PLACE.fullmatch(place)
    if match is None:
        raise OperatorError(f"{place!r} is no place of a record: it is PARTITION:OFFSET, such as 0:17")
    return Origin(settings.topics.rejected, int(match[1]), int(match[2]))
