"""`copytaster tag`: the pipeline without a broker."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from streams.cli.exits import print_error
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from streams.feeds import FeedItem
    from streams.records.origin import RawRecord
    from streams.records.tagged import TaggedArticle
    from streams.stages.pipeline import Processed

STANDARD_INPUT = "-"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "tag",
        "copytaster tag article.html",
        "copytaster tag articles.jsonl > tagged.jsonl",
        'echo \'{"body": "Prosecutors accused Boeing of lying to regulators."}\' | copytaster tag - --pretty',
    )(_tag)


def _tag(
    context: CommandContext,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files and folders; - is standard input, JSON lines.", metavar="PATH..."),
    ] = None,
    pretty: Annotated[bool, typer.Option("--pretty", help="Readable, with reasons, instead of JSON lines.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many articles.")] = None,
) -> None:
    """Tag files with no broker.

    It writes the records that a worker would publish, one JSON object a line.

    Articles that are rejected get one line each on standard error, and the exit code is 1 then. The origin of a record
    is the file that it came from, and its place among all that were read.
    """
    settings = context.settings()
    if not paths:
        raise OperatorError("nothing to tag: name files or folders, or - for standard input")
    from streams.feeds import Feed

    feed = Feed(paths)  # before the models are loaded, which takes seconds
    from streams.stages.pipeline import Pipeline

    # Whoever types or pipes articles wants each answer at once; the answers do not depend on the batch.
    batch_size = 1 if STANDARD_INPUT in paths else settings.worker.batch_size
    pipeline = Pipeline.load(settings)
    show = _printer() if pretty else _write_json
    rejections = 0
    for batch in _batches(_raw_records(islice(feed, limit)), batch_size):
        rejections += sum(_tell(each, show) for each in pipeline.process(batch, datetime.now(UTC)).processed)
    if rejections:
        raise typer.Exit(PROBLEM_FOUND)


def _raw_records(items: "Iterable[FeedItem]") -> "Iterator[RawRecord]":
    from streams.records.origin import Origin, RawRecord

    for number, item in zip(count(), items, strict=False):
        yield RawRecord(Origin(item.source, 0, number), item.key, item.value)


def _batches(records: "Iterator[RawRecord]", size: int) -> "Iterator[list[RawRecord]]":
    while batch := list(islice(records, size)):
        yield batch


def _tell(processed: "Processed", show: "Callable[[TaggedArticle], None]") -> bool:
    """Show one outcome; return whether it is a rejection."""
    from streams.records.outcome import Rejected, Tagged, Withdrawn

    match processed.outcome:
        case Tagged(article):
            show(article)
        case Withdrawn(article_id):
            print_error(f"withdrawn: {article_id}")
        case Rejected(stage, reason, _, message):
            print_error(f"{processed.record.origin} rejected at {stage}: {reason}: {message}")
            return True
        case _:
            assert_never(processed.outcome)
    return False


def _write_json(article: "TaggedArticle") -> None:
    from streams.stages.encode import encode
    from streams.terminal import data

    data.write(encode(article) + b"\n")


def _printer() -> "Callable[[TaggedArticle], None]":
    from streams.terminal.article import article_view
    from streams.terminal.console import output

    console = output()

    def show(article: "TaggedArticle") -> None:
        console.print(article_view(article, detail=True))
        console.print()

    return show
