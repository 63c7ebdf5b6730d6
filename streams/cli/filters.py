"""Filters of dead letters, which `rejected list` and `rejected replay` share."""

from typing import TYPE_CHECKING, Annotated

import typer

from streams.records.rejection import RejectReason, Stage

if TYPE_CHECKING:
    from streams.dead_letters.selection import Selection

Reasons = Annotated[
    list[RejectReason] | None,
    typer.Option("--reason", help=f"Only this reason; repeatable. One of {', '.join(RejectReason)}.", metavar="REASON"),
]
Stages = Annotated[
    list[Stage] | None,
    typer.Option("--stage", help=f"Only this stage; repeatable. One of {', '.join(Stage)}.", metavar="STAGE"),
]
Publishers = Annotated[
    list[str] | None,
    typer.Option(
        "--publisher",
        help="Only articles of this publisher, by name or host; repeatable. 'unknown' selects articles without one.",
        metavar="NAME",
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", help="Only records rejected since then: 90s, 15m, 2h or 3d ago, or a date and time.", metavar="TIME"
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--until", help="Only records rejected before then, in the same form.", metavar="TIME"),
]
Due = Annotated[
    bool, typer.Option("--due", help="Only articles rejected for an embargo that is over at the start of the command.")
]


def parse_selection(
    reasons: list[RejectReason] | None,
    stages: list[Stage] | None,
    publishers: list[str] | None,
    since: str | None,
    until: str | None,
    *,
    due: bool = False,
) -> "Selection":
    """Return the selection that the filters describe.

    Raises
    ------
    OperatorError
        If a time is invalid, `until` is not later than `since`, or `due` is combined with other reasons.
    """
    from datetime import UTC, datetime

    from streams.cli.times import parse_since, parse_time
    from streams.dead_letters.selection import Selection
    from streams.errors import OperatorError

    begin, end = parse_since(since) if since else None, parse_time(until) if until else None
    if begin and end and end <= begin:
        raise OperatorError(f"--until {until} is not later than --since {since}: give a later end")
    if due and reasons and RejectReason.EMBARGOED not in reasons:
        raise OperatorError("--due selects articles under an embargo: leave out --reason, or add --reason embargoed")
    return Selection(
        reasons=frozenset(reasons or ()),
        stages=frozenset(stages or ()),
        publishers=frozenset(publishers or ()),
        since=begin,
        until=end,
        times=(since, until),
        due_at=datetime.now(UTC) if due else None,
    )
