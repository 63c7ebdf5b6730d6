"""`copytaster produce`: sends articles from files, folders and feeds to the raw topic."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from streams.cli.exits import print_error
from streams.cli.feed_input import PATHS, FileFaults, report_left_out
from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from streams.brokers.producer import Producer
    from streams.feeds import Feed, FeedItem
    from streams.settings import Settings


Item = TypeVar("Item")


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "produce",
        "copytaster produce articles.jsonl",
        "copytaster produce pages/ feed.xml --rate 20",
        "zcat dump.jsonl.gz | copytaster produce - --key-field id",
        "copytaster produce --withdraw example.org:story-17",
    )(_produce)


def _produce(
    context: CommandContext,
    *,
    paths: Annotated[list[str] | None, PATHS] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Maximum of articles per second.", metavar="N")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after N records.", metavar="N")] = None,
    key_field: Annotated[
        str | None, typer.Option(help="Field of the JSON whose value becomes the record's key.", metavar="NAME")
    ] = None,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(help="Withdraw the article with this id or URL; repeatable.", metavar="ID"),
    ] = None,
) -> None:
    """Send articles from files and folders to the raw topic.

    Reads JSON lines, JSON, text, HTML, RSS, Atom, WARC, and the formats of the news industry; files with several
    articles are split. JSON objects are sent unchanged, in the field names of news-please, fundus, newspaper4k and
    others.

    Waits until the broker has answered for every record, and prints how many it acknowledged; the exit code is 1 if it
    refused any, or if a file could not be read.
    """
    settings = context.settings()
    if not paths and not withdraw:
        raise OperatorError(
            "there is nothing to produce: name files or folders, - for standard input, or an article with --withdraw ID"
        )
    if not all(article_id.strip() for article_id in withdraw or ()):
        raise OperatorError("--withdraw is empty: give the id of a tagged article, or its URL")
    from streams.brokers.cluster import Cluster
    from streams.feeds import Feed
    from streams.terminal.progress import transfer

    faults = FileFaults()
    feed = Feed(paths, on_fault=faults.report, max_record_bytes=settings.limits.max_record_bytes) if paths else None
    keys = _Keys(key_field)
    records = islice(_records(feed, keys, withdraw or []), limit)
    with Cluster(settings) as cluster:
        cluster.require_topics(settings.topics.raw)
        started = time.monotonic()
        with cluster.producer() as producer, transfer("producing", feed.total_bytes if feed else None) as advance:
            for value, key, position in limit_rate(records, rate) if rate else records:
                producer.send(settings.topics.raw, value, key)
                advance(position)
    if feed is not None:
        _report_skipped(feed)
        report_left_out(feed)
    keys.report()
    _report(producer, settings, time.monotonic() - started)
    if producer.deliveries.refused or faults.count:
        raise typer.Exit(PROBLEM_FOUND)


def limit_rate(
    items: Iterable[Item],
    rate: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Item]:
    """Yield the items evenly, `rate` per second."""
    from streams.brokers.pacing import Pace

    pace = Pace(rate, clock)
    for item in items:
        if (wait_seconds := pace.wait_seconds()) > 0:
            sleep(wait_seconds)
        pace.record_sent()
        yield item


def _records(
    feed: "Feed | None", keys: "_Keys", withdraw: list[str]
) -> Iterator[tuple[bytes | None, bytes | None, int]]:
    """Yield value and key of every record, withdrawals first, and how many bytes of the files have been read."""
    for article_id in withdraw:
        yield None, article_id.encode(), 0
    for item in feed or ():
        yield item.value, keys.find(item), item.position


class _Keys:
    """Key of each record: the value of a field if one is named, else the item's own key."""

    def __init__(self, field: str | None) -> None:
        self._field = field
        self._without = 0

    def find(self, item: "FeedItem") -> bytes | None:
        if self._field is None:
            return item.key
        import msgspec

        try:
            value = msgspec.json.decode(item.value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            value = None
        found = value.get(self._field) if isinstance(value, dict) else None
        if isinstance(found, str | int):
            return str(found).encode()
        self._without += 1
        return item.key

    def report(self) -> None:
        if self._without:
            print_error(
                f"{self._without:,} records have no text or number in the field {self._field!r}, and are sent with "
                "their own key: check --key-field"
            )


def _report_skipped(feed: "Feed") -> None:
    if feed.skipped:
        kinds = ", ".join(f"{count:,} {ending}" for ending, count in feed.skipped.most_common())
        print_error(f"skipped {feed.skipped.total():,} files of unknown formats, by ending: {kinds}")


def _report(producer: "Producer", settings: "Settings", seconds: float) -> None:
    deliveries = producer.deliveries
    refused = deliveries.refused
    handed_over = deliveries.acknowledged + refused.total()
    speed = deliveries.acknowledged / seconds if seconds > 0 else 0.0
    typer.echo(
        f"{settings.kafka.bootstrap_servers} acknowledged {deliveries.acknowledged:,} of {handed_over:,} records for "
        f"{settings.topics.raw} in {seconds:.1f} s ({speed:,.0f} per second)"
    )
    for reason, count in refused.most_common():
        print_error(f"the broker refused {count:,} records: {reason}")
