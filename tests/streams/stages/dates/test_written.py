"""Dates as people and templates write them."""

from datetime import UTC, datetime, timedelta

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from streams.stages.dates import parse_date
from streams.stages.dates.names import LOCALES, fold, months

MORNING = datetime(2026, 11, 30, 10, 15, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30 November 2026", MIDNIGHT),
        ("Monday, November 30, 2026", MIDNIGHT),
        ("30th of November 2026", MIDNIGHT),
        ("30-Nov-2026", MIDNIGHT),
        ("30/11/2026 10:15", MORNING),
        ("11/30/2026 10:15", MORNING),
        ("30.11.2026", MIDNIGHT),
        ("2026/11/30 10:15:00", MORNING),
        ("2026.11.30", MIDNIGHT),
        ("2026. 11. 30. 오전 10:15", MORNING),
        ("2026년 11월 30일 오후 10:15", MORNING + timedelta(hours=12)),
        ("2026年11月30日(月) 10時15分", MORNING),
        ("2026年11月30日星期一", MIDNIGHT),
        ("上午10:15 2026年11月30日", MORNING),
        ("Montag, am 30. November 2026, um 10:15 Uhr", MORNING),
        ("lundi 30 novembre 2026 à 10h15", MORNING),
        ("segunda-feira, 30 de novembro de 2026 às 10h15", MORNING),
        ("30 de noviembre de 2026, 10:15 a. m.", MORNING),
        ("30 ноября 2026 г., 10:15", MORNING),  # noqa: RUF001  # Russian
        ("30 listopada 2026", MIDNIGHT),
        ("30 Kasım 2026 Pazartesi", MIDNIGHT),  # noqa: RUF001  # Turkish
        ("วันจันทร์ที่ 30 พฤศจิกายน พ.ศ. 2569 เวลา 10.15 น.", MORNING),
        ("الاثنين، 30 تشرين الثاني 2026", MIDNIGHT),
        ("٣٠ نوفمبر ٢٠٢٦", MIDNIGHT),
        ("Nov. 30, 2026 5:15 a.m. ET", MORNING),
        ("July 30, 2026 6:15 a.m. ET", datetime(2026, 7, 30, 10, 15, tzinfo=UTC)),
        ("30 November 2026 at 10:15am", MORNING),
        ("10 am 30 November 2026", MIDNIGHT + timedelta(hours=10)),
        ("Mon, 30 Nov 2026 12:15 AM", MIDNIGHT + timedelta(minutes=15)),
        ("Mon, 30 Nov 2026 12:15 PM", MIDNIGHT + timedelta(hours=12, minutes=15)),
        ("Mon, 30 Nov 2026 22:15 PM", MORNING + timedelta(hours=12)),
        ("Mon, 30 Nov 2026 11:15:00 +01:00", MORNING),
        ("2026-11-30 11:15:00 +0100 CET", MORNING),
        ("2026-11-30T05:15:00 EST", MORNING),
        ("2026-11-30 12:15 GMT+2", MORNING),
        ("2026-11-30 11:15:00.250 +0100", MORNING + timedelta(milliseconds=250)),
        ("Mon Nov 30 10:15:00 +0000 2026", MORNING),
        ("Mon Nov 30 11:15:00 CET 2026", MORNING),
        ("Mon Nov 30 10:15:00 2026", MORNING),
    ],
)
def test_a_written_date_is_read(text: str, moment: datetime) -> None:
    """Forms of people, templates and programs give the moment that they mean, in UTC."""
    found = parse_date(text)

    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "09/10/2026",
        "09-10-2026",
        "November 2026",
        "30 November",
        "2 hours ago",
        "30 November 2026 10:15 IST",
        "30 November 2026 10:15 XYZ",
        "30 November 2026 10:15 CET EST",
        "30 November 2026 15:15 AM",
        "30 November 2026 9 am pm",
        "30 November 2026 25:15",
        "31 November 2026",
        "updated 30 November 2026",
        "30 November 2026 7",
        "30 November 2026 10:15 +99:00",
        "2026-W49-1",
    ],
)
def test_what_could_mean_two_moments_or_holds_an_unknown_word_is_no_date(text: str) -> None:
    """Nothing is guessed and nothing is passed over."""
    assert parse_date(text) is None


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("width", ["long", "full"])
@given(day=st.dates(datetime(1900, 1, 1).date(), datetime(2100, 12, 31).date()))  # noqa: DTZ001
def test_what_the_cldr_writes_is_read(locale: str, width: str, day: datetime) -> None:
    """A date as the Unicode CLDR writes it in each language is read as that day."""
    written = format_date(day, format=width, locale=locale)

    assert parse_date(written) == datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_no_name_is_that_of_two_months() -> None:
    """In no two languages the same name means different months."""
    for identifier in LOCALES:
        for context in Locale.parse(identifier).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in context[width].items():
                    assert months().get(fold(name).rstrip("."), number) == number


def test_before_a_full_stop_no_language_puts_the_month_first() -> None:
    """In the numeric dates of every language of the CLDR that has full stops, the day comes before the month."""
    for identifier in LOCALES:
        pattern = str(Locale.parse(identifier).date_formats["short"].pattern)
        if "d." in pattern or "M." in pattern:
            assert pattern.index("d") < pattern.index("M") or pattern.index("y") < pattern.index("M")
