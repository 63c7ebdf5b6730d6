"""The filters that `rejected list` and `rejected replay` share."""

from typing import TYPE_CHECKING, Annotated

import typer

from streams.records.rejection import RejectReason, Stage

if TYPE_CHECKING:
    from streams.dead_letters.selection import Selection

Reasons = Annotated[list[RejectReason] | None, typer.Option("--reason", help="Only these reasons.")]
Stages = Annotated[list[Stage] | None, typer.Option("--stage", help="Only these stages.")]
Publishers = Annotated[
    list[str] | None,
    typer.Option(
        "--publisher",
        help="Only articles of these publishers, by name or host; unknown for those of which none is known.",
        metavar="NAME",
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", help="Only since then: 90s, 15m, 2h, 3d, or a date and time.", metavar="TIME"),
]
Until = Annotated[str | None, typer.Option("--until", help="Only before then, written likewise.", metavar="TIME")]


def selection_of(
    reasons: list[RejectReason] | None,
    stages: list[Stage] | None,
    publishers: list[str] | None,
    since: str | None,
    until: str | None,
) -> "Selection":
    """Return what the filters select.

    Raises
    ------
    OperatorError
        If a time is none, or no time lies between the two.
    """
    from streams.cli.times import parse_since, parse_time
    from streams.dead_letters.selection import Selection
    from streams.errors import OperatorError

    begin, end = parse_since(since) if since else None, parse_time(until) if until else None
    if begin and end and end <= begin:
        raise OperatorError(f"no time lies between --since {since} and --until {until}: name a later end")
    return Selection(
        reasons=frozenset(reasons or ()),
        stages=frozenset(stages or ()),
        publishers=frozenset(publishers or ()),
        since=begin,
        until=end,
        times=(since, until),
    )
