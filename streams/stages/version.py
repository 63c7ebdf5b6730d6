"""Version: the version of an article, from its raw record alone.

    the source's own time of this version      never later than the timestamp of the record's first attempt
    else that timestamp                        also for a tombstone

The timestamp is Kafka's. A replay keeps it in a header, and so the version that the record had; a replay by force takes
the timestamp of its own attempt instead, which makes the record the newest of its article.

A source that numbers its versions and gives them no time is ordered by arrival: its numbers break ties alone.
"""

import re
from datetime import UTC, datetime, timedelta

from streams.records.origin import Headers, RawRecord
from streams.records.version import MAX_VERSION, StatedVersion, Version
from streams.stages.route import first_origin_of

FIRST_TIMESTAMP_HEADER = "copytaster.first_timestamp_ms"
"""On a replayed raw record: the Kafka timestamp of its first attempt, Unix time in milliseconds."""

FORCED_HEADER = "copytaster.forced"
"""On a raw record that is replayed by force, in spite of newer versions: `1`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(rb"\d{1,15}")
_PLACE = re.compile(r"\[(\d{1,10})\]@(\d{1,19})", re.ASCII)


def version_of(record: RawRecord, stated: StatedVersion) -> Version:
    """Return the version of a record.

    Examples
    --------
    >>> from streams.records.origin import Origin
    >>> record = RawRecord(Origin("raw", 0, 17), None, b"", timestamp_ms=1616494500000)
    >>> version_of(record, StatedVersion(datetime(2021, 3, 23, 10, tzinfo=UTC), 2))
    Version(ms=1616493600000, number=2, offset=17, partition=0)
    >>> version_of(record, StatedVersion()).ms
    1616494500000
    """
    if is_forced(record.headers):
        return Version(_bounded(record.timestamp_ms or 0), 0, record.origin.offset, record.origin.partition)
    first_ms = first_timestamp_ms(record)
    made_ms = None if stated.made_at is None else (stated.made_at - _EPOCH) // timedelta(milliseconds=1)
    ms = min((each for each in (made_ms, first_ms) if each is not None), default=0)
    partition, offset = _first_place(record)
    return Version(_bounded(ms), _bounded(stated.number or 0), offset, partition)


def first_timestamp_ms(record: RawRecord) -> int | None:
    """Return the Kafka timestamp of a record's first attempt, None where it has none."""
    own = record.timestamp_ms
    kept = dict(record.headers).get(FIRST_TIMESTAMP_HEADER) or b""
    return min(int(kept), int(kept) if own is None else own) if _MILLISECONDS.fullmatch(kept) else own


def is_forced(headers: Headers) -> bool:
    """Return whether a raw record was replayed by force."""
    return dict(headers).get(FORCED_HEADER) == b"1"


def _first_place(record: RawRecord) -> tuple[int, int]:
    """Return partition and offset of the first attempt."""
    found = _PLACE.search(first_origin_of(record.headers) or "")
    return (int(found[1]), int(found[2])) if found else (record.origin.partition, record.origin.offset)


def _bounded(number: int) -> int:
    return max(0, min(number, MAX_VERSION))
