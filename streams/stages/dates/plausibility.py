"""Plausibility of a publication date: between the first century of news feeds and the day after tomorrow.

What stands for a missing date lies outside: the zeros of Unix (1970-01-01T00:00:00Z), Excel (1899-12-30), Windows
(1601) and .NET (0001). The future is measured from the Kafka timestamp of the record, so that a redelivery decides
alike.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

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


def is_only_a_year(moment: datetime, addresses: Iterable[str]) -> bool:
    """Return whether a date may be a year and no more: the first of January at midnight, which no address repeats.

    Extractors make such dates of the year in a footer. As many are right: of 4,000 articles that a scraper dated, four
    have one, each its own.

    Examples
    --------
    >>> is_only_a_year(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/rain"])
    True
    >>> is_only_a_year(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/1998/1/1/rain"])
    False
    """
    if (moment.month, moment.day) != (1, 1) or moment.time() != time.min:
        return False
    day = re.compile(rf"{moment.year}[/_-]?(?:0?1|jan)[/_-]?0?1(?!\d)", re.IGNORECASE)
    return not any(day.search(address) for address in addresses)


def received_at(record: RawRecord) -> datetime | None:
    """Return the raw record's Kafka timestamp as aware UTC, or None where it is missing or out of range."""
    if record.timestamp_ms is None or record.timestamp_ms < 0:
        return None
    try:
        return datetime.fromtimestamp(record.timestamp_ms / 1000, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
