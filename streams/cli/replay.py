"""`copytaster rejected replay`: sends dead letters back to the raw topic."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.filters import Due, Publishers, Reasons, Since, Stages, Until, parse_selection
from streams.cli.options import CommandContext, verb
from streams.cli.stopping import Stop
from streams.errors import CorruptBatchError, OperatorError, TransientError
from streams.exit_codes import PROBLEM_FOUND, SIGNAL_BASE
from streams.records.rejection import RejectReason

if TYPE_CHECKING:
    from streams.brokers.cluster import Cluster
    from streams.brokers.pacing import Pace
    from streams.dead_letters.outlets import DryRunOutlet, RawTopicOutlet
    from streams.dead_letters.policy import ReplayOptions
    from streams.dead_letters.replay import Ending, Replay, ReplayReport
    from streams.records.origin import RawRecord
    from streams.settings import Settings

MAX_ATTEMPTS = 3
"""The first attempt and two replays: one after a first fix, and one after a better fix."""

SHOWN_REFUSALS = 10
"""Refused letters that are listed, one line each; the summary counts all of them."""


def add_to(group: typer.Typer) -> None:
    """Add the verb."""
    verb(
        group,
        "replay",
        "copytaster rejected replay --reason unexpected --dry-run",
        "copytaster rejected replay --reason unexpected --limit 1",
        "copytaster rejected replay --publisher example.org --rate 50",
        "copytaster rejected replay --reason embargoed --due",
    )(_replay)


def _replay(
    context: CommandContext,
    *,
    reason: Reasons = None,
    stage: Stages = None,
    publisher: Publishers = None,
    since: Since = None,
    until: Until = None,
    due: Due = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be replayed; send nothing.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Maximum of records per second.", metavar="N")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N records.", metavar="N")] = None,
    max_attempts: Annotated[
        int,
        typer.Option(min=2, help="Skip records that were attempted N times, the first time included.", metavar="N"),
    ] = MAX_ATTEMPTS,
    again: Annotated[
        bool,
        typer.Option("--again", help="Start over: include records that these filters have already replayed."),
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replay superseded records alone, and publish them in spite of newer versions."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Send rejected records back to the raw topic, after a fix.

    A replayed record keeps its key, headers and bytes; headers name its first place and count its attempts. A record
    that fails again becomes one new dead letter, which the next run can replay.

    A run with the same filters resumes where the last one ended and sends no record twice. Runs with other filters are
    independent of it. With --due, a run sends the articles whose embargo is over, and leaves the others to the runs
    after it. Ctrl-C and SIGTERM finish the records in progress, and print the summary.
    """
    settings = context.settings()
    from streams.brokers.cluster import Cluster
    from streams.brokers.pacing import Pace
    from streams.dead_letters.policy import ReplayOptions

    options = ReplayOptions(
        raw_topic=settings.topics.raw,
        selection=parse_selection(_reasons(reason, force=force), stage, publisher, since, until, due=due),
        limits=settings.limits,
        max_attempts=max_attempts,
        max_letters=limit,
        force=force,
    )
    show = _write_json if as_json else _print
    with Stop() as stop, Cluster(settings) as cluster, ExitStack() as stack:
        run = _Run(settings, cluster, options, again=again, dry_run=dry_run)
        outlet = run.open_outlet(stack)
        run.execute(outlet, stop, Pace(rate), show)
    if stop.signal is not None:
        raise typer.Exit(SIGNAL_BASE + stop.signal)
    if outlet.refused:
        raise typer.Exit(PROBLEM_FOUND)


def _reasons(reasons: list[RejectReason] | None, *, force: bool) -> list[RejectReason] | None:
    """Return the reasons to select: with force that of superseded records, which no other replay has settled then.

    Raises
    ------
    OperatorError
        If other reasons are named together with force, or superseded records without it.
    """
    superseded = [RejectReason.SUPERSEDED]
    if force and reasons not in (None, [], superseded):
        raise OperatorError("--force replays superseded records alone: name no other --reason with it")
    if not force and reasons == superseded:
        raise OperatorError("superseded records are replayed by force alone, over newer versions: add --force")
    return superseded if force else reasons


class _Run:
    """A replay between the offsets at which it begins and the end of the rejected topic at its start."""

    def __init__(
        self, settings: "Settings", cluster: "Cluster", options: "ReplayOptions", *, again: bool, dry_run: bool
    ) -> None:
        from streams.dead_letters.offsets import CommittedOffsets, ReplayRange, sent_letters
        from streams.dead_letters.progress import Progress

        self._topic = settings.topics.rejected
        self._cluster = cluster
        self._options = options
        self._dry_run = dry_run
        cluster.require_topics(self._topic, options.raw_topic)
        self._group = ".".join(filter(None, (settings.worker.group, "replay", options.selection.name)))
        self._committed = CommittedOffsets(cluster, self._group, self._topic)
        begin = cluster.offsets(self._topic, options.selection.since or "beginning")
        end = cluster.offsets(self._topic, "end")
        oldest = {partition: Progress(offset) for partition, offset in begin.items()}
        self._range = ReplayRange(oldest if again else self._committed.first(begin, end), end)
        start = "resumes where it stopped" if self._committed.progress and not again else "begins with the oldest"
        is_due = options.selection.due_at is not None
        is_unsure = is_due and not again and not self._committed.is_metadata_kept
        self._sent = sent_letters(cluster, options.raw_topic) if is_unsure else frozenset()
        print_error(f"{start}, as group {self._group}: {self._range.remaining():,} records of {self._topic} to read")

    def open_outlet(self, stack: ExitStack) -> "RawTopicOutlet | DryRunOutlet":
        """Return where records are sent; the stack closes it."""
        from streams.dead_letters.outlets import DryRunOutlet, RawTopicOutlet

        if self._dry_run:
            return DryRunOutlet()
        return RawTopicOutlet(stack.enter_context(self._cluster.producer()), self._committed, self._range)

    def execute(
        self,
        outlet: "RawTopicOutlet | DryRunOutlet",
        stop: Stop,
        pace: "Pace",
        show: "Callable[[ReplayReport], None]",
    ) -> None:
        """Replay the letters and show the report, also where the broker goes away."""
        from streams.dead_letters.replay import Replay
        from streams.terminal.progress import counted

        replay = Replay(self._options, outlet, stop, pace)
        started = time.monotonic()

        def report(ended: "Ending") -> None:
            show(self._report(replay, dict(outlet.refused.most_common()), ended, time.monotonic() - started))

        letters = self._unsettled(self._cluster.read_range(self._topic, self._range.first, self._range.end))
        try:
            with counted("replaying", self._range.remaining()) as advance:
                ended = replay.run(letters, self._range.end, advance)
        except TransientError as error:
            report("broker_away")
            raise TransientError(f"{error}; the same command resumes where this one stopped") from error
        except CorruptBatchError:
            report("corrupt_batch")
            raise
        report(ended)
        self._print_refused(replay)

    def _unsettled(self, batches: "Iterable[Sequence[RawRecord]]") -> "Iterator[Sequence[RawRecord]]":
        """Yield the batches without letters that an earlier run has replayed, behind one that it could not send."""
        for batch in batches:
            yield [
                record for record in batch if not self._range.is_settled(record.origin) and not self._was_sent(record)
            ]

    def _was_sent(self, record: "RawRecord") -> bool:
        from streams.dead_letters.letter import DeadLetter

        if not self._sent:
            return False
        letter = DeadLetter.from_record(record)
        return (letter.origin, letter.attempt + 1) in self._sent

    def _print_refused(self, replay: "Replay") -> None:
        for place, reason in islice(replay.refused.items(), SHOWN_REFUSALS):
            print_error(f"the broker refused the letter {place.partition}:{place.offset}: {reason}")
        if replay.refused:
            print_error(
                f"the next run sends the {len(replay.refused):,} refused letters again: change the limits of "
                f"{self._options.raw_topic}, or exclude them with filters"
            )

    def _report(self, replay: "Replay", refused: dict[str, int], ended: "Ending", seconds: float) -> "ReplayReport":
        from streams.dead_letters.replay import ReplayReport

        return ReplayReport(
            dry_run=self._dry_run,
            group=self._group,
            rejected_topic=self._topic,
            raw_topic=self._options.raw_topic,
            replayed=dict(replay.counts.replayed.most_common()),
            skipped=dict(replay.counts.skipped.most_common()),
            refused=refused,
            waiting=len(replay.pending) - len(replay.refused),
            ended=ended,
            remaining=self._range.remaining(replay.settled, replay.pending),
            seconds=round(seconds, 3),
        )


def _print(report: "ReplayReport") -> None:
    from streams.terminal.console import output
    from streams.terminal.replay import replay_summary

    output().print(replay_summary(report))


def _write_json(report: "ReplayReport") -> None:
    import msgspec

    typer.echo(msgspec.json.encode(report))
