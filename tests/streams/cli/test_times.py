"""Tests of points in time on the command line."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from streams.cli.times import parse_since
from streams.errors import OperatorError

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        (" 3d ", timedelta(days=3)),
    ],
)
def test_so_long_ago(text: str, ago: timedelta) -> None:
    """A number and a unit are a time before now."""
    assert parse_since(text, NOW) == NOW - ago


def test_a_zone_is_kept() -> None:
    """A time with a zone is that time, and one without is UTC."""
    assert parse_since("2026-01-31T09:00+02:00") == datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=2)))
    assert parse_since("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "5", "-5m", "5w", "99999999d", "999999d"])
def test_what_is_no_time_is_told(text: str) -> None:
    """Anything else is the operator's fault, with the forms that are taken."""
    with pytest.raises(OperatorError, match="write 90s, 15m, 2h, 3d"):
        parse_since(text)


@pytest.mark.parametrize("text", ["2999-01-01", "2026-01-31T12:00:01"])
def test_nothing_has_happened_since_a_time_to_come(text: str) -> None:
    """A beginning in the future, by a wrong year or a wrong zone, is told with the time that it is."""
    with pytest.raises(OperatorError, match="is still to come, as it is 2026-01-31T12:00 in UTC"):
        parse_since(text, NOW)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "99999d"])
def test_no_time_is_before_the_first_of_kafka(text: str) -> None:
    """A time before 1970, at which no broker can be asked, is the beginning of 1970."""
    assert parse_since(text, NOW) == datetime(1970, 1, 1, tzinfo=UTC)
