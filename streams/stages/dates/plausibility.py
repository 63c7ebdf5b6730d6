"""Plausibility of a publication date: between the first century of news feeds and the day after tomorrow.

What stands for a missing date lies outside: the zeros of Unix (1970-01-01T00:00:00Z), Excel (1899-12-30), Windows
(1601) and .NET (0001). The future is measured from the Kafka timestamp of the record, so that a redelivery decides
alike.
"""

from datetime import UTC, datetime, timedelta

from streams.records.origin import RawRecord

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=2)
"""Zones differ by up to 26 hours, and a paper is dated the day after it is made."""

_UNIX_ZERO = datetime(1970, 1, 1, tzinfo=UTC)


def find_fault(moment: datetime, received: datetime | None) -> str | None:
    """Return why a moment is no date of publication, None where it may be one.

    Parameters
    ----------
    moment
        Aware, in UTC.
    received
        When the record was received, None where that is not known.

    Returns
    -------
    str | None
        `too_early` or `in_the_future`.
    """
    if moment < EARLIEST or moment == _UNIX_ZERO:
        return "too_early"
    return "in_the_future" if received is not None and moment - received > MAX_AHEAD else None


def received_at(record: RawRecord) -> datetime | None:
    """Return the raw record's Kafka timestamp as aware UTC, or None where it is missing or out of range."""
    if record.timestamp_ms is None or record.timestamp_ms < 0:
        return None
    try:
        return datetime.fromtimestamp(record.timestamp_ms / 1000, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
