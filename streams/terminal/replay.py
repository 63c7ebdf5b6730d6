"""Terminal view of a replay report: a table and a few sentences."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.dead_letters.policy import SkipReason
from streams.dead_letters.replay import ReplayReport
from streams.terminal.plain_text import safe_text

SKIP_REASONS = {
    SkipReason.ATTEMPTS_SPENT: "already attempted as often as --max-attempts allows",
    SkipReason.COPY: "copies of other replayed letters",
    SkipReason.TOO_LARGE: "larger than limits.max_record_bytes, so that a worker would reject them again",
    SkipReason.VALUE_OMITTED: "without their value, which was too large to be kept",
    SkipReason.EMPTY: "with neither key nor value, so that a worker would reject them again",
    SkipReason.OTHER_TOPIC: "from another raw topic than topics.raw",
    SkipReason.NO_DEAD_LETTER: "not written by a worker",
    SkipReason.SUPERSEDED: "with a newer version of the article published: replay them with --force",
    SkipReason.NO_EMBARGO_END: "with an embargo whose end is not a date: replay them without --due",
}

_ENDINGS = {
    "end": "reached the end of the topic",
    "limit": "reached --limit",
    "stopped": "stopped by a signal",
    "broker_away": "ended early, because the broker went away",
    "corrupt_batch": "reached the end of the topic, without what follows a corrupt batch",
}


def replay_summary(report: ReplayReport) -> RenderableType:
    """Return the counts by reason, what was skipped and why, and what remains."""
    table: list[RenderableType] = [_by_reason(report), Text()] if report.replayed else []
    return Group(*table, *map(safe_text, _sentences(report)))


def _by_reason(report: ReplayReport) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rejected because", no_wrap=True)
    table.add_column("would be replayed" if report.dry_run else "replayed", justify="right")
    for reason, count in report.replayed.items():
        table.add_row(safe_text(reason, "red"), f"{count:,}")
    return table


def _sentences(report: ReplayReport) -> Iterator[str]:
    count = sum(report.replayed.values())
    verb = "would replay" if report.dry_run else "replayed"
    yield f"{verb} {count:,} records of {report.rejected_topic} into {report.raw_topic}, in {report.seconds:.1f} s"
    for reason, skipped in report.skipped.items():
        yield f"skipped {skipped:,}: {SKIP_REASONS[reason]}"
    if report.waiting:
        yield f"{report.waiting:,} wait for the end of their embargo: run the command again then"
    for cause, refused in report.refused.items():
        yield f"the broker refused {refused:,}: {cause}"
    remaining = f"; {report.remaining:,} records remain to be read" if report.remaining else ""
    yield f"{_ENDINGS[report.ended]}{remaining}"
