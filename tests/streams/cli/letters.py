"""Dead letters of tests: how they are written, and what was replayed."""

import json

from streams.brokers.cluster import Cluster
from streams.records.origin import Headers, RawRecord
from streams.settings import Settings

Letter = tuple[bytes | None, bytes | None, Headers]


def letter(settings: Settings, number: int, reason: str = "unexpected", *more: tuple[str, bytes]) -> Letter:
    """Return the dead letter of a raw record at this offset: key, value and headers."""
    error = {
        "stage": "tag",
        "reason": reason,
        "topic": settings.topics.raw,
        "partition": "0",
        "offset": str(number),
    }
    headers = tuple((f"copytaster.error.{name}", value.encode()) for name, value in error.items())
    value = json.dumps({"publisher": f"www.example-{number % 2}.org", "body": f"News {number}."}).encode()
    return b"key-%d" % number, value, (("traceparent", b"00-1"), *headers, *more)


def put(settings: Settings, *letters: Letter) -> None:
    """Write records to the rejected topic."""
    with Cluster(settings) as cluster, cluster.producer() as producer:
        for key, value, headers in letters:
            producer.send(settings.topics.rejected, value, key, headers)


def raw(settings: Settings) -> list[RawRecord]:
    """Return the records of the raw topic."""
    with Cluster(settings) as cluster:
        return list(cluster.records([settings.topics.raw]))


def numbers(records: list[RawRecord]) -> list[int]:
    """Return the numbers of the replayed letters."""
    return [int((record.key or b"").rpartition(b"-")[2]) for record in records]
