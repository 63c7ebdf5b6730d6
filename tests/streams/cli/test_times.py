"""Tests of times on the command line."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from streams.cli.times import parse_since, parse_time
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
def test_a_duration_is_before_now(text: str, ago: timedelta) -> None:
    """A number and a unit are a time before now."""
    assert parse_since(text, NOW) == NOW - ago


def test_a_zone_is_kept() -> None:
    """A time with a zone is that time, and one without is UTC."""
    assert parse_since("2026-01-31T09:00+02:00") == datetime(2026, 1, 31, 9, tzinfo=timezone(timedelta(hours=2)))
    assert parse_since("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "5", "-5m", "5w", "99999999d", "999999d"])
def test_an_invalid_time_is_an_error(text: str) -> None:
    """Any other text is the operator's to correct."""
    with pytest.raises(OperatorError) as raised:
        parse_since(text)
    assert isinstance(raised.value.__cause__, ValueError | OverflowError)


@pytest.mark.parametrize("text", ["2999-01-01", "2026-01-31T12:00:01"])
def test_a_time_in_the_future_is_an_error(text: str) -> None:
    """A start in the future, by a wrong year or time zone, is the operator's to correct; an end may be there."""
    with pytest.raises(OperatorError):
        parse_since(text, NOW)
    assert parse_time(text, NOW) > NOW


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "99999d"])
def test_an_early_time_is_that_of_the_first_timestamp(text: str) -> None:
    """A time before 1970, which no broker accepts, is the beginning of 1970."""
    assert parse_since(text, NOW) == datetime(1970, 1, 1, tzinfo=UTC)
