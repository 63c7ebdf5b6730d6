"""`copytaster learn-boilerplate`: counts the lines that publishers repeat, without a broker and without models."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.feed_input import PATHS, FileFaults, raw_records, report_left_out
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classifiers.cleaning.learnt_lines import LineTable
    from classifiers.cleaning.line_counts import LineCounter
    from streams.records.article import DecodedArticle
    from streams.records.origin import RawRecord
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "learn-boilerplate",
        "copytaster learn-boilerplate articles.jsonl --out lines.json",
        "copytaster learn-boilerplate archive/ --out lines.json --min-stories 20 --min-share 0.05",
    )(_learn)


def _learn(
    context: CommandContext,
    *,
    paths: Annotated[list[str] | None, PATHS] = None,
    out: Annotated[Path, typer.Option(help="File for the lines.", metavar="FILE")],
    min_stories: Annotated[
        int, typer.Option(min=2, help="Minimum stories of one publisher that have a line.", metavar="N")
    ] = 5,
    min_share: Annotated[
        float, typer.Option(min=0, max=1, help="Minimum share of a publisher's stories that have it.", metavar="SHARE")
    ] = 0.02,
) -> None:
    """Learn the lines that publishers repeat.

    They are counted in the stories of the feeds and written to a file. A worker drops these lines where
    models.learnt_lines names the file. Lines that the cleaning rules or the line classifier remove are not counted.
    Read the file, and delete from it what is story.

    The exit code is 1 if a file cannot be read.
    """
    settings = context.settings()
    if not paths:
        raise OperatorError("there is nothing to learn from: name files or folders, or - for standard input")
    from classifiers.cleaning.learnt_lines import Thresholds, write_learnt_lines
    from classifiers.cleaning.line_counts import LineCounter
    from streams.feeds import Feed

    faults = FileFaults()
    feed = Feed(paths, on_fault=faults.report, max_record_bytes=settings.limits.max_record_bytes)
    counter = LineCounter(Thresholds(min_stories=min_stories, min_share=min_share))
    _count(counter, raw_records(feed, datetime.now(UTC)), settings)
    report_left_out(feed)
    table = counter.table()
    digest = write_learnt_lines(table, out)
    typer.echo(f"wrote {out}: {_summary(table)}, {digest}")
    if faults.count:
        raise typer.Exit(PROBLEM_FOUND)


def _count(counter: "LineCounter", records: "Iterable[RawRecord]", settings: "Settings") -> None:
    """Count the lines of all articles of known publishers, and report how many articles were left out."""
    from streams.stages.publisher_name import publisher_of_article

    left_out = 0
    for article, article_id, body in _stories(records, settings):
        publisher = publisher_of_article(article) if article else None
        if article is None or publisher is None:
            left_out += 1
        else:
            counter.add(publisher, article_id, body, article.published_at.date() if article.published_at else None)
    if left_out:
        print_error(f"left out {left_out:,} articles that would be rejected or name no publisher")


def _stories(
    records: "Iterable[RawRecord]", settings: "Settings"
) -> "Iterator[tuple[DecodedArticle | None, str, str]]":
    """Yield each article with its id and its cleaned body; None for one that would be rejected."""
    from streams.records.article import DecodedArticle
    from streams.records.rejection import PayloadError
    from streams.stages.decode import Decoder
    from streams.stages.identity import identify
    from streams.stages.story import StoryCleaner

    decoder = Decoder(settings.limits, embargoed="tag")
    cleaner = StoryCleaner.load(settings)._replace(learnt=None)
    for record in records:
        try:
            article = decoder.decode(record)
            if isinstance(article, DecodedArticle):
                story = cleaner.story_of(article)
                yield article, identify(article, story), story.body
        except PayloadError:
            yield None, "", ""


def _summary(table: "LineTable") -> str:
    found = [each for each in table.publishers.values() if each.lines]
    lines = sum(len(each.lines) for each in found)
    stories = sum(each.stories for each in table.publishers.values())
    return (
        f"{lines:,} lines of {len(found):,} publishers, from {stories:,} stories of the {len(table.publishers):,} "
        f"publishers that have at least {table.thresholds.min_stories}"
    )
