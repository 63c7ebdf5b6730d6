"""`copytaster partitions`: shows what cannot be read of a partition, and skips it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError

if TYPE_CHECKING:
    from streams.brokers.cluster import Cluster
    from streams.brokers.raw_batches import RawBatch, Survey
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help="Get past a batch of the raw topic that cannot be read.", no_args_is_help=True)
    verb(
        group,
        "skip",
        "copytaster partitions skip news.articles.raw.v1 3",
        "copytaster partitions skip news.articles.raw.v1 3 --to 1860 --keep partition-3-offset-1842.batches",
    )(_skip)
    # Without a second verb typer would make the first one the group itself.
    group.callback()(lambda: None)
    app.add_typer(group, name="partitions")


def _skip(
    context: CommandContext,
    *,
    topic: Annotated[str, typer.Argument(help="The raw topic.", metavar="TOPIC")],
    partition: Annotated[int, typer.Argument(min=0, help="Number of the partition.", metavar="PARTITION")],
    to: Annotated[
        int | None, typer.Option("--to", min=1, help="Resume at this offset. Needs --keep.", metavar="OFFSET")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="New file for the bytes of the batches that are skipped.", metavar="FILE"),
    ] = None,
    include_readable: Annotated[
        bool, typer.Option("--include-readable", help="Also skip batches that this command can read.")
    ] = False,
) -> None:
    """Show what cannot be read of a partition; with --to and --keep, skip it.

    Without --to nothing is changed. With it, the bytes of the skipped batches are written to the file first, as the
    broker has them. Workers may run: the one that holds the partition resumes at the offset with its next retry, and
    logs which offsets it left out. Without a running worker, the next one does.
    """
    settings = context.settings()
    if topic != settings.topics.raw:
        raise OperatorError(f"{topic} is not the raw topic: the workers read {settings.topics.raw} (topics.raw)")
    if (to is None) != (keep is None):
        raise OperatorError("--to and --keep need each other: --keep FILE keeps the bytes of what --to OFFSET skips")
    from streams.brokers.cluster import Cluster

    with Cluster(settings) as cluster:
        stand = _Stand(cluster, settings, partition)
        for line in stand.describe():
            typer.echo(line)
        if to is not None and keep is not None:
            stand.skip(to, keep, include_readable=include_readable)


class _Stand:
    """Where the group of the workers stands in a partition, and what cannot be read from there on."""

    def __init__(self, cluster: "Cluster", settings: "Settings", partition: int) -> None:
        topic = settings.topics.raw
        self._cluster = cluster
        self._settings = settings
        self._partition = partition
        self._name = f"partition {partition} of {topic}"
        self._raw = cluster.raw_partition(topic, partition)
        begin = cluster.offsets(topic, "beginning")[partition]
        self._end = cluster.offsets(topic, "end")[partition]
        self._start = max(begin, cluster.committed(settings.worker.group, topic).get(partition, begin))
        self._survey: Survey | None = self._raw.survey(self._start, self._end)

    def describe(self) -> Iterator[str]:
        """Yield lines on what cannot be read, and how to skip it."""
        yield f"{self._name}: the group {self._settings.worker.group} stands at {self._start}, the end is {self._end}"
        survey = self._survey
        if survey is None:
            yield "every batch from there on can be read"
            return
        yield from _describe(survey)
        is_end = survey.to == self._end
        yield f"the next offset that can be read is {survey.to}" + (", the end of the partition" if is_end else "")
        yield self._next_step(survey)

    def _next_step(self, survey: "Survey") -> str:
        from streams.brokers.skips import read_skip

        topic = self._settings.topics.raw
        skip = read_skip(self._cluster, self._settings, topic, self._partition)
        if skip is not None and skip.covers(survey.first):
            return f"it is skipped up to {skip.to} already: the worker that holds the partition resumes there"
        file = f"partition-{self._partition}-offset-{survey.first}.batches"
        return f"to skip it: copytaster partitions skip {topic} {self._partition} --to {survey.to} --keep {file}"

    def skip(self, to: int, path: Path, *, include_readable: bool) -> None:
        """Keep the bytes of what is skipped, and store the skip for the workers."""
        from streams.brokers.skips import Skip, store_skip
        from streams.worker.partition_faults import BACKOFF

        first = self._survey.first if self._survey else self._start
        self._require(to, first, include_readable=include_readable)
        batches = self._collect(to)
        _write(path, batches)
        store_skip(self._cluster, self._settings, self._settings.topics.raw, self._partition, Skip(self._start, to))
        size = sum(len(batch.data) for batch in batches)
        typer.echo(f"kept {len(batches)} batches of {size:,} bytes in {path}")
        typer.echo(
            f"skips offsets {first} to {to - 1}: the worker that holds the partition resumes at {to} within "
            f"{BACKOFF.max_seconds:g} s, and logs what it left out"
        )

    def _collect(self, to: int) -> "list[RawBatch]":
        if self._survey is None:
            return self._raw.collect(self._start, to)
        return [*(each for each in self._survey.batches if each.first < to), *self._raw.collect(self._survey.to, to)]

    def _require(self, to: int, first: int, *, include_readable: bool) -> None:
        if not first < to <= self._end:
            raise OperatorError(f"--to {to} is not between the offsets {first + 1} and {self._end} of {self._name}")
        readable = first if self._survey is None else self._survey.to
        if to > readable and not include_readable:
            raise OperatorError(
                f"--to {to} also skips batches that can be read, from offset {readable} on: give --to {readable}, or "
                "add --include-readable"
                if self._survey
                else f"{self._name} can be read from offset {first} on: to skip it all the same, add --include-readable"
            )
        if to < readable:
            print_error(f"offset {to} cannot be read either: the next one that can is {readable}")


def _describe(survey: "Survey") -> Iterator[str]:
    for batch in survey.batches:
        size = len(batch.data)
        yield f"cannot be read: offsets {batch.first} to {batch.end - 1}, a batch of {size:,} bytes: {batch.problem}"
    for offset, error in survey.gaps:
        yield f"the broker does not send offset {offset}: {error}; its bytes cannot be kept"


def _write(path: Path, batches: "Sequence[RawBatch]") -> None:
    """Write a new file, and have it on the disk before anything is skipped."""
    try:
        with path.open("xb") as file:
            file.writelines(batch.data for batch in batches)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise OperatorError(f"{path} exists already: name a new file with --keep") from error
    except OSError as error:
        raise OperatorError(f"{path} cannot be written ({error.strerror}): name another file with --keep") from error
