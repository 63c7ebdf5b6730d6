"""Embargo of a raw record: when its article may be published."""

from datetime import datetime

from streams.records.origin import RawRecord
from streams.records.rejection import PayloadError
from streams.settings.schema import LimitsSettings
from streams.stages.dates import parse_date
from streams.stages.payload import read_payload
from streams.stages.source import embargo_of


def embargo_end_of(record: RawRecord, limits: LimitsSettings) -> datetime | None:
    """Return the end of the embargo that a record states, aware and in UTC, None where it states none that is a time.

    Examples
    --------
    >>> from streams.records.origin import Origin
    >>> value = b'{"body": "Rain fell.", "embargo": "2023-03-07T06:00:00+01:00"}'
    >>> embargo_end_of(RawRecord(Origin("raw", 0, 0), None, value), LimitsSettings()).isoformat()
    '2023-03-07T05:00:00+00:00'
    """
    try:
        until = embargo_of(read_payload(record.value or b"", record.headers, limits.max_depth))
    except PayloadError:
        return None
    return parse_date(until)
