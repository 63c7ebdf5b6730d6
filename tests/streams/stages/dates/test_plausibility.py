"""Which moments are no date of publication."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.records.article import DecodedArticle, Note
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import LimitsSettings
from streams.stages.dates import find_fault, is_only_a_year
from streams.stages.decode import Decoder

RECEIVED = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        pytest.param(RECEIVED, None, id="now"),
        pytest.param(RECEIVED + timedelta(days=2), None, id="two days ahead"),
        pytest.param(RECEIVED + timedelta(days=2, seconds=1), "in_the_future", id="more"),
        pytest.param(datetime(1900, 1, 1, tzinfo=UTC), None, id="1900"),
        pytest.param(datetime(1899, 12, 31, 23, 59, tzinfo=UTC), "too_early", id="before 1900"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), "too_early", id="zero of Unix time"),
        pytest.param(datetime(1970, 1, 1, 1, tzinfo=UTC), None, id="an hour later"),
    ],
)
def test_the_bounds(moment: datetime, fault: str | None) -> None:
    """Dates from 1900 to two days after the receipt can be dates of publication, except the zero of Unix time."""
    assert find_fault(moment, RECEIVED) == fault


def test_without_a_time_of_receipt_there_is_no_future() -> None:
    """Where a record has no timestamp, a date is not compared with it."""
    assert find_fault(datetime(3013, 7, 7, tzinfo=UTC), None) is None


def test_an_implausible_date_becomes_null_with_a_note() -> None:
    """The article is decoded without its date, and says why."""
    value = b'{"body": "Rain fell.", "published_at": "2203-11-22T08:00:00Z"}'
    record = RawRecord(Origin("raw", 0, 0), None, value, timestamp_ms=int(RECEIVED.timestamp() * 1000))

    article = Decoder(LimitsSettings()).decode(record)

    assert isinstance(article, DecodedArticle)
    assert article.published_at is None
    assert article.notes == (Note("published_at", "in_the_future", "2203-11-22T08:00:00Z"),)


@pytest.mark.parametrize(
    ("moment", "addresses", "is_year"),
    [
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), [], True, id="no address"),
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/1998/rain"], True, id="year alone"),
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/1998/01/12/rain"], True, id="another day"),
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/1998/01/01/rain"], False, id="day"),
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/1998/jan/01/"], False, id="named month"),
        pytest.param(datetime(1998, 1, 1, tzinfo=UTC), ["https://example.org/19980101-rain"], False, id="stamp"),
        pytest.param(datetime(1998, 1, 1, 0, 1, tzinfo=UTC), [], False, id="a time"),
        pytest.param(datetime(1998, 1, 2, tzinfo=UTC), [], False, id="the second"),
    ],
)
def test_only_a_year(moment: datetime, addresses: list[str], *, is_year: bool) -> None:
    """The first of January without a time may be a year and no more, unless the address has that day."""
    assert is_only_a_year(moment, addresses) is is_year


@pytest.mark.parametrize("written", ["1998-01-01", "1998-01-01 00:00:00", "January 1, 1998"])
def test_a_date_that_may_be_a_year_is_kept_with_a_note(written: str) -> None:
    """An extractor may have made the date of the year in a footer: it stays, and says so."""
    value = f'{{"text": "Rain fell.", "date": "{written}", "source": "https://example.org/rain"}}'.encode()

    article = Decoder(LimitsSettings()).decode(RawRecord(Origin("raw", 0, 0), None, value))

    assert isinstance(article, DecodedArticle)
    assert article.published_at == datetime(1998, 1, 1, tzinfo=UTC)
    assert article.notes == (Note("published_at", "only_a_year", written),)
