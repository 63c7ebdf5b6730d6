"""Parser of times on the command line: durations before now, and ISO 8601 dates and times."""

import re
from datetime import UTC, datetime, timedelta

from streams.errors import OperatorError

_AGO = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Kafka's timestamps are milliseconds since then, and it refuses earlier ones; no record is older."""


def parse_since(text: str, now: datetime | None = None) -> datetime:
    """Return the aware time in the past that a text names.

    Raises
    ------
    OperatorError
        If the text is no time, or a time in the future.
    """
    present = now or datetime.now(UTC)
    named = parse_time(text, present)
    if named > present:
        raise OperatorError(
            f"{text!r} is in the future, as it is {present:%Y-%m-%dT%H:%M} in UTC: give an earlier time"
        )
    return named


def parse_time(text: str, now: datetime | None = None) -> datetime:
    """Return the aware time that a text names: a duration before now, or a date and time (UTC without a zone).

    Raises
    ------
    OperatorError
        If the text is no time.

    Examples
    --------
    >>> parse_time("90m", datetime(2026, 1, 1, 12, tzinfo=UTC)).isoformat()
    '2026-01-01T10:30:00+00:00'
    >>> parse_time("2026-01-01 10:30").isoformat()
    '2026-01-01T10:30:00+00:00'
    """
    try:
        named = _read(text.strip(), now or datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        raise OperatorError(
            f"{text!r} is not a time: give a duration such as 90s, 15m, 2h or 3d, or a date such as 2026-01-31T09"
        ) from error
    return max(named, _EPOCH)


def _read(text: str, now: datetime) -> datetime:
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    named = datetime.fromisoformat(text)
    return named if named.tzinfo else named.replace(tzinfo=UTC)
