"""Files as the input of a verb: the raw records that they would be, and reports of what was left out."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import typer

from streams.cli.exits import print_error
from streams.cli.times import parse_time

if TYPE_CHECKING:
    from streams.errors import FeedError
    from streams.feeds import Feed, FeedItem
    from streams.records.origin import RawRecord

RECEIVED_AT = typer.Option(
    help="The timestamp of the records, a date and time in UTC; the start of the command by default. Embargoes are "
    "measured against it.",
    metavar="TIME",
)


PATHS = typer.Argument(help="Files and folders; - reads JSON lines from standard input.", metavar="PATH")
"""What a verb reads."""


class FileFaults:
    """Reports each file that cannot be read in one line, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def report(self, fault: "FeedError") -> None:
        """Print one fault."""
        self.count += 1
        print_error(f"left out: {fault}")


def report_left_out(feed: "Feed") -> None:
    """Print how many items and links were left out, where there were any."""
    if feed.left_out:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in feed.left_out.most_common())
        print_error(f"left out {feed.left_out.total():,} items that are no articles: {kinds}")
    if feed.links_out:
        print_error(
            f"left out {feed.links_out:,} links that lead out of their folder: name the files that they lead to"
        )


def time_received(text: str | None) -> datetime:
    """Return the time that an option names, the present without one."""
    return datetime.now(UTC) if text is None else parse_time(text)


def raw_records(items: "Iterable[FeedItem]", received_at: datetime) -> "Iterator[RawRecord]":
    """Yield the raw records that the articles of a feed would be, received at a time."""
    from streams.records.origin import Origin, RawRecord

    timestamp_ms = int(received_at.timestamp() * 1000)
    for number, item in zip(count(), items, strict=False):
        yield RawRecord(Origin(item.source, 0, number), item.key, item.value, timestamp_ms=timestamp_ms)
