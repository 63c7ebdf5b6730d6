"""`copytaster rejected replay`: dead letters back into the raw topic."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.filters import Publishers, Reasons, Since, Stages, Until, selection_of
from streams.cli.options import CommandContext, verb
from streams.cli.stopping import Stop
from streams.errors import TransientError
from streams.exit_codes import PROBLEM_FOUND, SIGNAL_BASE

if TYPE_CHECKING:
    from streams.brokers.cluster import Cluster
    from streams.brokers.pacing import Pace
    from streams.dead_letters.replay import Ending, Replay, ReplayOptions, Report
    from streams.dead_letters.replay_outlets import ReplayOutlet
    from streams.settings import Settings

MAX_ATTEMPTS = 3
"""The first attempt and two replays: one for the fix that was thought to help, one for the fix that does."""


def add_to(group: typer.Typer) -> None:
    """Add the verb."""
    verb(
        group,
        "replay",
        "copytaster rejected replay --reason unexpected --dry-run",
        "copytaster rejected replay --reason unexpected --limit 1",
        "copytaster rejected replay --publisher example.org --since 2026-01-31T09 --rate 50",
    )(_replay)


def _replay(
    context: CommandContext,
    *,
    reason: Reasons = None,
    stage: Stages = None,
    publisher: Publishers = None,
    since: Since = None,
    until: Until = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be replayed, and send nothing.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.001, help="At most so many records per second.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    max_attempts: Annotated[
        int, typer.Option(min=2, help="Leave out what was tried this often, the first time included.")
    ] = MAX_ATTEMPTS,
    again: Annotated[
        bool, typer.Option("--again", help="Begin anew, with what these filters have replayed before.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with all counts.")] = False,
) -> None:
    """Send rejected records back to the raw topic, after a fix.

    A record keeps its key, headers and bytes, says where it was first, and counts its attempts; one that fails again
    becomes one new dead letter, for another run. Ctrl-C and SIGTERM stop it in good order. The same filters go on where
    they stopped, and send no letter twice; other filters know nothing of that.
    """
    settings = context.settings()
    from streams.brokers.cluster import Cluster
    from streams.brokers.pacing import Pace
    from streams.dead_letters.replay import ReplayOptions

    terms = ReplayOptions(
        raw_topic=settings.topics.raw,
        selection=selection_of(reason, stage, publisher, since, until),
        limits=settings.limits,
        max_attempts=max_attempts,
        limit=limit,
    )
    show = _write_json if as_json else _print
    with Stop() as stop, Cluster(settings) as cluster:
        run = _Run(settings, cluster, terms, again=again)
        with run.outlet(dry_run=dry_run) as outlet:
            run.go(outlet, stop, Pace(rate), show)
    if stop.signal is not None:
        raise typer.Exit(SIGNAL_BASE + stop.signal)
    if outlet.refused:
        raise typer.Exit(PROBLEM_FOUND)


class _Run:
    """From where to where a run goes, and what is told of it."""

    def __init__(self, settings: "Settings", cluster: "Cluster", terms: "ReplayOptions", *, again: bool) -> None:
        from streams.dead_letters.replay_outlets import CommittedOffsets

        self._topic = settings.topics.rejected
        self._cluster = cluster
        self._terms = terms
        cluster.require_topics(self._topic, terms.raw_topic)
        self._group = ".".join(filter(None, (settings.worker.group, "replay", terms.selection.name)))
        self._bookmark = CommittedOffsets(cluster, self._group, self._topic)
        begin = cluster.offsets(self._topic, terms.selection.since or "beginning")
        self._end = cluster.offsets(self._topic, "end")
        self._first = begin if again else self._bookmark.first(begin, self._end)
        where = "goes on where it stopped" if self._bookmark.offsets and not again else "begins with the oldest"
        print_error(f"{where}, as group {self._group}: {self._left({}):,} records of {self._topic} to look at")

    @contextmanager
    def outlet(self, *, dry_run: bool) -> "Iterator[ReplayOutlet]":
        """Give what records are handed to."""
        from streams.dead_letters.replay_outlets import DryOutlet, RawTopicOutlet

        if dry_run:
            yield DryOutlet()
            return
        with self._cluster.producer() as producer:
            yield RawTopicOutlet(producer, self._bookmark)

    def go(self, outlet: "ReplayOutlet", stop: Stop, pace: "Pace", show: "Callable[[Report], None]") -> None:
        """Replay and show what it came to, also where the broker goes away."""
        from streams.dead_letters.replay import Replay
        from streams.terminal.progress import counted

        replay = Replay(self._terms, outlet, stop, pace)
        started = time.monotonic()

        def report(ended: "Ending") -> None:
            show(self._report(replay, outlet, ended, time.monotonic() - started))

        letters = self._cluster.read_range(self._topic, self._first, self._end)
        try:
            with counted("replaying", self._left({})) as advance:
                ended = replay.run(letters, self._end, advance)
        except TransientError as error:
            report("broken_off")
            raise TransientError(f"{error}; the same command goes on where this one stopped") from error
        report(ended)

    def _report(self, replay: "Replay", outlet: "ReplayOutlet", ended: "Ending", seconds: float) -> "Report":
        from streams.dead_letters.replay import Report

        return Report(
            dry_run=outlet.is_dry,
            group=self._group,
            rejected_topic=self._topic,
            raw_topic=self._terms.raw_topic,
            replayed=dict(replay.tally.replayed.most_common()),
            left_out=dict(replay.tally.left_out.most_common()),
            refused=dict(outlet.refused.most_common()),
            ended=ended,
            left=self._left(replay.noted),
            seconds=round(seconds, 3),
        )

    def _left(self, noted: "Mapping[int, int]") -> int:
        return sum(max(0, self._end[each] - noted.get(each, self._first[each])) for each in self._end)


def _print(report: "Report") -> None:
    from streams.terminal.console import output
    from streams.terminal.replay import replay_summary

    output().print(replay_summary(report))


def _write_json(report: "Report") -> None:
    import msgspec

    typer.echo(msgspec.json.encode(report))
