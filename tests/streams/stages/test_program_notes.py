"""What the dumps of programs lose leaves a note."""

import json

import pytest

from streams.records.article import DecodedArticle, Note
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.strict_json import JsonObject

FUNDUS: JsonObject = {"title": "Rain", "plaintext": "Rain fell.", "publishing_date": "2021-03-23 10:15:00+01:00"}
NEWS_PLEASE: JsonObject = {"maintext": "Rain fell.", "url": "https://example.org/rain"}


def notes(article: JsonObject) -> tuple[Note, ...]:
    """Return the notes on an article."""
    decoded = Decoder(LimitsSettings()).decode(RawRecord(Origin("raw", 0, 0), None, json.dumps(article).encode()))
    assert isinstance(decoded, DecodedArticle)
    return decoded.notes


@pytest.mark.parametrize("written", ["2021-03-23 10:15:00", "2021-03-23T10:15", "2021-03-23 10:15:00.5"])
def test_a_time_without_its_offset(written: str) -> None:
    """The time of news-please is local, and taken as UTC with a note."""
    assert notes({**NEWS_PLEASE, "date_publish": written}) == (Note("published_at", "no_time_zone", written),)


@pytest.mark.parametrize("written", ["2021-03-23 10:15:00+01:00", "2021-03-23", None])
def test_a_time_with_its_offset(written: str | None) -> None:
    """A date with an offset, without a time, or missing has lost nothing."""
    assert notes({**NEWS_PLEASE, "date_publish": written}) == ()


def test_another_program() -> None:
    """A time without an offset is UTC by contract where it comes under this project's names."""
    assert notes({"body": "Rain fell.", "published_at": "2021-03-23 10:15:00"}) == ()


def test_a_missing_address() -> None:
    """The default dump of fundus has no address, so that its id follows from the text: that is noted."""
    assert notes(FUNDUS) == (Note("url", "missing", ""),)


@pytest.mark.parametrize("name", ["url", "id"])
def test_an_address_that_was_added(name: str) -> None:
    """A dump to which an address or an id was added has lost nothing."""
    assert notes({**FUNDUS, name: "https://example.org/rain"}) == ()
