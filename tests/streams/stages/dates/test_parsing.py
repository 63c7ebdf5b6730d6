"""Dates as feeds and scrapers write them."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given

from streams.stages.dates import parse_date
from streams.stages.strict_json import JsonValue
from tests.strategies import json_values, moments

MORNING = datetime(2021, 3, 23, 10, 15, tzinfo=UTC)
MIDNIGHT = datetime(2021, 3, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        pytest.param("2021-03-23T10:15:00Z", MORNING, id="ISO, Z"),
        pytest.param("2021-03-23T12:15:00+02:00", MORNING, id="ISO, offset"),
        pytest.param("2021-03-23T05:15:00-0500", MORNING, id="ISO, offset without colon"),
        pytest.param("2021-03-23 10:15:00", MORNING, id="naive is UTC"),
        pytest.param("2021-03-23 10:15", MORNING, id="no seconds"),
        pytest.param(" 2021-03-23T10:15:00.000000000Z ", MORNING, id="nanoseconds and white space"),
        pytest.param("2021-03-23 10:15:00 UTC", MORNING, id="zone named UTC"),
        pytest.param("2021-03-23 10:15:00 GMT", MORNING, id="zone named GMT"),
        pytest.param("20210323T101500Z", MORNING, id="ISO basic"),
        pytest.param("2021-03-23", MIDNIGHT, id="day"),
        pytest.param("20210323", MIDNIGHT, id="day without hyphens"),
        pytest.param("Tue, 23 Mar 2021 10:15:00 GMT", MORNING, id="RFC 2822, GMT"),
        pytest.param("Tue, 23 Mar 2021 06:15:00 EDT", MORNING, id="RFC 2822, a zone the RFC lists"),
        pytest.param("Tue, 23 Mar 2021 11:15:00 CET", MORNING, id="RFC 2822, a zone of the time zone database"),
        pytest.param("Tue, 23 Mar 2021 12:15:00 +0200", MORNING, id="RFC 2822, offset"),
        pytest.param("23 Mar 21 10:15 +0000", MORNING, id="RFC 822, two digits of the year"),
        pytest.param("Tue, 23 Mar 2021 10:15:00 +0000 (UTC)", MORNING, id="RFC 2822, comment"),
        pytest.param(1616494500, MORNING, id="Unix seconds"),
        pytest.param(1616494500.0, MORNING, id="Unix seconds, floating"),
        pytest.param(1616494500000, MORNING, id="Unix milliseconds"),
        pytest.param(1616494500000000, MORNING, id="Unix microseconds"),
        pytest.param("1616494500000000000", MORNING, id="digits of Unix nanoseconds"),
        pytest.param("20210323101500", MORNING, id="stamp to the second"),
        pytest.param(20210323101500, MORNING, id="stamp as a number"),
        pytest.param("202103231015", MORNING, id="stamp to the minute"),
        pytest.param("1616494500", MORNING, id="digits of Unix seconds"),
        pytest.param("1616494500.0", MORNING, id="digits of floating Unix seconds"),
        pytest.param([2021, 3, 23, 10, 15, 0, 1, 82, 0], MORNING, id="time tuple"),
    ],
)
def test_a_date_in_a_known_form_is_read_as_utc(value: JsonValue, moment: datetime) -> None:
    """Each form that feeds use gives the same moment, aware and in UTC."""
    found = parse_date(value)

    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("12/30/17", id="American"),
        pytest.param("9/10/16", id="two readings"),
        pytest.param("yesterday", id="words"),
        pytest.param("", id="nothing"),
        pytest.param("2021-13-01", id="thirteenth month"),
        pytest.param("2021-02-30", id="thirtieth of February"),
        pytest.param("Tue, 32 Mar 2021 10:15:00 GMT", id="thirty-second of March"),
        pytest.param("Tue, 23 Foo 2021 10:15:00 GMT", id="no month"),
        pytest.param("Tue, 23 Mar 2021 10:15:00 +9999", id="no offset"),
        pytest.param("20211323101500", id="stamp of a thirteenth month"),
        pytest.param("9999-12-31T23:59:59-10:00", id="beyond year 9999 in UTC"),
        pytest.param("2021", id="year"),
        pytest.param("2021-03-23" + " " * 60 + "x", id="long"),
        pytest.param(0, id="zero"),
        pytest.param(-1, id="minus one"),
        pytest.param(20210323, id="day as a number"),
        pytest.param(10**400, id="number too large"),
        pytest.param(1e300, id="floating number too large"),
        pytest.param(float("nan"), id="NaN"),
        pytest.param(True, id="boolean"),
        pytest.param(None, id="null"),
        pytest.param({}, id="object"),
        pytest.param([2021, 3], id="tuple too short"),
        pytest.param([2021, 3, 23, 10, 15, 99], id="tuple out of range"),
        pytest.param([2021, 3, 23, 10, 15, "0"], id="tuple of something else"),
    ],
)
def test_what_is_no_date_gives_none(value: JsonValue) -> None:
    """A value that names no moment, or could name two, is no date."""
    assert parse_date(value) is None


@given(json_values)
def test_any_value_gives_a_moment_in_utc_or_none(value: JsonValue) -> None:
    """Whatever the value, the answer is None or a moment in UTC."""
    moment = parse_date(value)
    assert moment is None or moment.tzinfo is UTC


@given(moments)
def test_iso_and_rfc_2822_are_read_back(moment: datetime) -> None:
    """What Python writes as ISO 8601 and as RFC 2822 is read as the moment that was written."""
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(format_datetime(moment)) == moment.replace(microsecond=0)
