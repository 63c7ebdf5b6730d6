"""The schema of raw articles accepts what the decoder accepts, and refuses what it refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.raw_schema import raw_schema
from tests.streams.formats.stories import HTML, TEXT, TITLE

LIMITS = LimitsSettings()
SCHEMA = Draft202012Validator(raw_schema(LIMITS))
NINJS = {"uri": "urn:x:1", "versioncreated": "2023-03-06T10:15:00Z", "headline": TITLE, "body_html": HTML}
AP = {"altids": {"itemid": "a", "etag": "a_1"}, "type": "text", "headline": TITLE, "body_nitf": "<nitf/>"}
EVENT = {"specversion": "1.0", "id": "1", "source": "https://a.example", "type": "article"}
FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Gazette"}

ACCEPTED: dict[str, dict[str, Any]] = {
    "own": {"body": TEXT},
    "title": {"title": TITLE},
    "news-please": {"maintext": TEXT, "title": None, "date_publish": "None", "authors": [], "language": None},
    "fundus": {"title": TITLE, "body": {"summary": [], "sections": [{"headline": [], "paragraphs": [TEXT]}]}},
    "newspaper4k": {"text": TEXT, "meta_site_name": "Gazette", "publish_date": None},
    "trafilatura": {"raw_text": TEXT, "source-hostname": "Gazette"},
    "feedparser": {"title": TITLE, "published_parsed": [2021, 3, 23], "content": [{"value": HTML}]},
    "schema.org": {"@type": "NewsArticle", "headline": TITLE, "publisher": {"name": "Times"}, "articleBody": TEXT},
    "news api": {"status": "ok", "totalResults": 1, "articles": [{"title": TITLE, "content": TEXT}]},
    "json feed": {**FEED, "items": [{"id": "1", "content_text": TEXT}]},
    "ninjs 1": NINJS,
    "ninjs 2": {"uri": "a", "headlines": [{"value": TITLE}], "bodies": [{"value": HTML, "contenttype": "text/html"}]},
    "ninjs 3": {"uri": "a", "versionCreated": "2023", "bodies": [{"value": HTML, "contentType": "text/html"}]},
    "ninjs kill": {"uri": "a", "pubstatus": "canceled"},
    "ninjs envelope": {"_items": [NINJS], "_meta": {}},
    "ap": AP,
    "cloudevent": {**EVENT, "data": {"body": TEXT}},
}
REFUSED: dict[str, dict[str, Any]] = {
    "empty": {},
    "no text": {"url": "https://a.example/1"},
    "blank": {"title": " ", "body": ""},
    "removed": {"title": "[Removed]", "content": "[Removed]"},
    "number": {"body": 5, "title": TITLE},
    "objects": {"body": [{"text": TEXT}]},
    "picture": {"uri": "a", "type": "picture", "versioncreated": "2023", "headline": TITLE},
    "nothing of ninjs": {"uri": "a", "versioncreated": "2023"},
    "two": {"articles": [{"title": TITLE}, {"title": TITLE}], "totalResults": 2},
    "two items": {**FEED, "items": [{"id": "1", "content_text": TEXT}, {"id": "2", "content_text": TEXT}]},
    "event without data": EVENT,
}


def is_decoded(value: object) -> bool:
    """Return whether the decoder accepts a value."""
    try:
        Decoder(LIMITS).decode(RawRecord(Origin("raw", 0, 0), None, json.dumps(value).encode()))
    except PayloadError:
        return False
    return True


def test_the_schema_is_valid() -> None:
    """It is a schema of the dialect that it names."""
    Draft202012Validator.check_schema(raw_schema(LIMITS))


@pytest.mark.parametrize("name", [*ACCEPTED, *REFUSED])
def test_the_schema_agrees_with_the_decoder(name: str) -> None:
    """A sample of each format satisfies the schema where the decoder reads it, and fails where it does not."""
    value = ACCEPTED.get(name) or REFUSED.get(name)

    assert is_decoded(value) is SCHEMA.is_valid(value) is (name in ACCEPTED)


VALUES = st.sampled_from([None, "", " ", TEXT, 5, [], [TEXT], [5], {}, {"value": TEXT}, {"name": TITLE}])


@given(
    st.dictionaries(st.sampled_from(["body", "maintext", "content", "title", "headline", "url"]), VALUES, max_size=4)
)
def test_the_schema_agrees_on_names_and_types(value: dict[str, Any]) -> None:
    """Whichever names hold a value of whichever type, schema and decoder agree."""
    assert is_decoded(value) is SCHEMA.is_valid(value)
