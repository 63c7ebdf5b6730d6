"""`copytaster targets`: tries a watch-list on the articles of a feed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.feed_input import PATHS, FileFaults, raw_records, report_left_out
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.records.origin import RawRecord
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help="Try a watch-list of targets on articles.", no_args_is_help=True)
    verb(
        group,
        "check",
        "copytaster targets check articles.jsonl",
        "copytaster targets check feed.xml --set models.targets=targets.toml",
        "copytaster targets check articles.jsonl --json | jq .target",
    )(_check)
    app.add_typer(group, name="targets")


def _check(
    context: CommandContext,
    *,
    paths: Annotated[list[str] | None, PATHS] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each target.")] = False,
) -> None:
    """Show which targets the articles name, how often and by which names, and which names are ambiguous.

    A name is ambiguous where articles also have it without its capital, or often within a longer name. The exit code
    is 1 if a file cannot be read.
    """
    settings = context.settings()
    if not paths:
        raise OperatorError("there is nothing to check: name files or folders, or - for standard input")
    import msgspec

    from classifiers import resources
    from classifiers.targets.usage import UsageCounter
    from classifiers.targets.watch_list import WatchList
    from streams.feeds import Feed
    from streams.terminal import data
    from streams.terminal.console import output
    from streams.terminal.targets import usage_view

    usage = UsageCounter(WatchList.load(settings.models.targets or resources.seed("targets.toml")))
    faults = FileFaults()
    feed = Feed(paths, on_fault=faults.report, max_record_bytes=settings.limits.max_record_bytes)
    for text, language in _texts(raw_records(feed, datetime.now(UTC)), settings):
        usage.add(text, language)
    if as_json:
        for each in usage.targets():
            data.write(msgspec.json.encode(each) + b"\n")
    else:
        output().print(usage_view(usage))
    report_left_out(feed)
    if faults.count:
        raise typer.Exit(PROBLEM_FOUND)


def _texts(records: "Iterable[RawRecord]", settings: "Settings") -> "Iterator[tuple[str, str]]":
    """Yield the cleaned text and the language of each article; what would be rejected is left out."""
    from classifiers.language import LanguageDetector, identify
    from streams.records.article import DecodedArticle
    from streams.records.rejection import PayloadError
    from streams.stages.decode import Decoder
    from streams.stages.story import StoryCleaner

    decoder = Decoder(settings.limits, embargoed=settings.tagging.embargoed)
    cleaner = StoryCleaner.load(settings)
    detector = LanguageDetector()
    for record in records:
        try:
            article = decoder.decode(record)
            text = cleaner.story_of(article).text if isinstance(article, DecodedArticle) else ""
        except PayloadError:
            continue
        if isinstance(article, DecodedArticle) and (language := identify(detector, text, article.language)):
            yield text, language.code
