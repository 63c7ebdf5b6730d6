"""What a replay of dead letters came to, as a table and a few sentences."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.dead_letters.replay import Report, SkipReason
from streams.terminal.plain_text import text_of

REASONS = {
    SkipReason.ATTEMPTS_SPENT: "tried as often as --max-attempts allows",
    SkipReason.COPY: "copies of letters replayed before",
    SkipReason.TOO_LARGE: "larger than limits.max_record_bytes, so that a worker would reject them again",
    SkipReason.VALUE_OMITTED: "without their value, which was too large to be kept",
    SkipReason.EMPTY: "with neither key nor value, so that a worker would reject them again",
    SkipReason.OTHER_TOPIC: "from another raw topic than topics.raw",
    SkipReason.NO_DEAD_LETTER: "not written by a worker",
}

_ENDINGS = {
    "end": "the end of the topic is reached",
    "limit": "--limit is reached",
    "stopped": "told to stop",
    "broken_off": "the broker went away",
}


def replay_summary(report: Report) -> RenderableType:
    """Return counts by reason, what was left out and why, and what is left to do."""
    table: list[RenderableType] = [_by_reason(report), Text()] if report.replayed else []
    return Group(*table, *map(text_of, _sentences(report)))


def _by_reason(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rejected because", no_wrap=True)
    table.add_column("would be replayed" if report.dry_run else "replayed", justify="right")
    for reason, count in report.replayed.items():
        table.add_row(text_of(reason, "red"), f"{count:,}")
    return table


def _sentences(report: Report) -> Iterator[str]:
    count = sum(report.replayed.values())
    verb = "would replay" if report.dry_run else "replayed"
    yield f"{verb} {count:,} records of {report.rejected_topic} into {report.raw_topic}, in {report.seconds:.1f} s"
    for why, left_out in report.left_out.items():
        yield f"left out {left_out:,}: {REASONS[why]}"
    for reason, refused in report.refused.items():
        yield f"the broker refused {refused:,}: {reason}"
    left = f"; {report.left:,} records are left to look at" if report.left else ""
    yield f"{_ENDINGS[report.ended]}{left}"
