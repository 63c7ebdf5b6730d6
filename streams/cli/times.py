"""Points in time as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta

from streams.errors import OperatorError

_AGO = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Kafka counts milliseconds from here and refuses to look before it; no record is older."""


def parse_since(text: str, now: datetime | None = None) -> datetime:
    """Return the aware time of the past that a text names.

    Raises
    ------
    OperatorError
        If it names none, or one that is still to come: nothing can have happened since then.
    """
    present = now or datetime.now(UTC)
    named = parse_time(text, present)
    if named > present:
        raise OperatorError(
            f"{text!r} is still to come, as it is {present:%Y-%m-%dT%H:%M} in UTC: name an earlier time"
        )
    return named


def parse_time(text: str, now: datetime | None = None) -> datetime:
    """Return the aware time that a text names: so long ago, or a date and time (UTC where it names no zone).

    Raises
    ------
    OperatorError
        If it names none.

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
        raise OperatorError(f"{text!r} is no time: write 90s, 15m, 2h, 3d, or a date such as 2026-01-31T09") from error
    return max(named, _EPOCH)


def _read(text: str, now: datetime) -> datetime:
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    named = datetime.fromisoformat(text)
    return named if named.tzinfo else named.replace(tzinfo=UTC)
