"""The articles of a benchmark: one raw record for each line of a JSON-lines file, plain or gzipped."""

import gzip
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from classifiers import resources
from streams.records.origin import Origin, RawRecord

RAW_TOPIC = "news.articles.raw.v1"


def sample_feed() -> Path:
    """Return the path of the feed that ships with the project; its articles are shorter than real ones."""
    return resources.seed("sample_feed.jsonl")


def values(feed: Path, count: int) -> list[bytes]:
    """Return so many lines of a feed, from its beginning again where it is shorter."""
    return list(islice(cycle(_lines(feed)), count))


def records(raw_values: Sequence[bytes]) -> Iterator[RawRecord]:
    """Yield the raw record that each value would be on the raw topic."""
    for offset, value in enumerate(raw_values):
        yield RawRecord(Origin(RAW_TOPIC, 0, offset), key=None, value=value, timestamp_ms=1_600_000_000_000 + offset)


def _lines(feed: Path) -> list[bytes]:
    content = gzip.decompress(feed.read_bytes()) if feed.suffix == ".gz" else feed.read_bytes()
    return [line for line in content.splitlines() if line.strip()]
