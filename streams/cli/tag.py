"""`copytaster tag`: tags files, without a broker."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from streams.cli.exits import print_error
from streams.cli.feed_input import PATHS, RECEIVED_AT, FileFaults, raw_records, report_left_out, time_received
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from streams.records.origin import RawRecord
    from streams.stages.pipeline import RecordResult

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
    paths: Annotated[list[str] | None, PATHS] = None,
    pretty: Annotated[
        bool, typer.Option("--pretty", help="Print readable articles with evidence instead of JSON lines.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N articles.", metavar="N")] = None,
    received_at: Annotated[str | None, RECEIVED_AT] = None,
) -> None:
    """Tag files without a broker.

    Writes the records that a worker would publish, one JSON object per line, and {"withdrawn": ID} for an article that
    a canceled item withdraws. The origin of a record is its file, and its position among all articles that were read.

    Articles are classified in a child process, with the budgets of a worker.

    Each rejected article, and each file that cannot be read, is reported in one line on standard error; the exit code
    is then 1.
    """
    settings = context.settings()
    if not paths:
        raise OperatorError("there is nothing to tag: name files or folders, or - for standard input")
    from streams.cli.classification import open_classifier

    # Articles from standard input are answered one by one, without delay; the results do not depend on the batch.
    batch_size = 1 if STANDARD_INPUT in paths else settings.worker.batch_size
    rejections = 0
    faults = FileFaults()
    with open_classifier(settings) as classify:
        from streams.feeds import Feed  # while the models load

        feed = Feed(paths, on_fault=faults.report, max_record_bytes=settings.limits.max_record_bytes)
        write = _create_printer() if pretty else _write_json
        write_withdrawn = _print_withdrawn if pretty else _write_withdrawn
        for batch in _batches(raw_records(islice(feed, limit), time_received(received_at)), batch_size):
            rejections += sum(
                _is_rejected(record, result, write, write_withdrawn)
                for record, result in zip(batch, classify(batch), strict=True)
            )
    report_left_out(feed)
    if rejections or faults.count:
        raise typer.Exit(PROBLEM_FOUND)


def _batches(records: "Iterator[RawRecord]", size: int) -> "Iterator[list[RawRecord]]":
    while batch := list(islice(records, size)):
        yield batch


def _is_rejected(
    record: "RawRecord",
    result: "RecordResult",
    write: "Callable[[bytes], None]",
    write_withdrawn: "Callable[[str], None]",
) -> bool:
    """Write or report one outcome, and return whether it is a rejection."""
    from streams.records.outcome import Rejected, Tagged, Withdrawn

    match result.outcome:
        case Tagged():
            write(result.outputs[0].value or b"")  # the tagged topic's record comes first
        case Withdrawn(article_id):
            write_withdrawn(article_id)
        case Rejected(stage, reason, _, message):
            print_error(f"{record.origin} rejected at {stage}: {reason}: {message}")
            return True
        case _:
            assert_never(result.outcome)
    return False


def _write_withdrawn(article_id: str) -> None:
    import msgspec

    _write_json(msgspec.json.encode({"withdrawn": article_id}))


def _print_withdrawn(article_id: str) -> None:
    print_error(f"withdrawn: {article_id}")


def _write_json(value: bytes) -> None:
    from streams.terminal import data

    data.write(value + b"\n")


def _create_printer() -> "Callable[[bytes], None]":
    import msgspec

    from streams.records.tagged import TaggedArticle
    from streams.terminal.article import article_view
    from streams.terminal.console import output

    console = output()
    decoder = msgspec.json.Decoder(TaggedArticle)

    def show(value: bytes) -> None:
        console.print(article_view(decoder.decode(value), detail=True))
        console.print()

    return show
