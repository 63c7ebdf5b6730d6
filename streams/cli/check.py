"""`copytaster check`: the dry run of a scraper's author, without a broker and without models."""

from typing import Annotated

import typer

from streams.cli.feed_input import PATHS, RECEIVED_AT, FileFaults, raw_records, report_left_out, time_received
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "check",
        "copytaster check articles.jsonl",
        "copytaster check feed.xml --json | jq .reason",
        "head -1 dump.jsonl | copytaster check -",
    )(_check)


def _check(
    context: CommandContext,
    *,
    paths: Annotated[list[str] | None, PATHS] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each article.")] = False,
    received_at: Annotated[str | None, RECEIVED_AT] = None,
) -> None:
    """Show what would become of articles: which field each value came from, what is ignored, and the outcome.

    The exit code is 1 if an article would be rejected, or if a file cannot be read.
    """
    settings = context.settings()
    if not paths:
        raise OperatorError("there is nothing to check: name files or folders, or - for standard input")
    import msgspec

    from streams.feeds import Feed
    from streams.stages.decode import Decoder
    from streams.stages.explain import explain
    from streams.stages.story import StoryCleaner
    from streams.terminal import data
    from streams.terminal.console import output
    from streams.terminal.explanation import explanation_view

    faults = FileFaults()
    feed = Feed(paths, on_fault=faults.report, max_record_bytes=settings.limits.max_record_bytes)
    decoder = Decoder(settings.limits, embargoed=settings.tagging.embargoed)
    cleaner = StoryCleaner.load(settings)
    console = output()
    rejections = 0
    for record in raw_records(feed, time_received(received_at)):
        explanation = explain(record, decoder, cleaner)
        rejections += explanation.outcome == "rejected"
        if as_json:
            data.write(msgspec.json.encode(explanation) + b"\n")
        else:
            console.print(explanation_view(explanation))
    report_left_out(feed)
    if rejections or faults.count:
        raise typer.Exit(PROBLEM_FOUND)
