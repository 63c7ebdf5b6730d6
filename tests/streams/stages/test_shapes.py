"""How other programs name the fields of an article."""

from datetime import UTC, datetime

import pytest

from streams.settings.schema import LimitsSettings
from streams.stages.field_reader import FieldReader
from streams.stages.shapes import FIELDS
from streams.stages.strict_json import JsonObject

LIMITS = LimitsSettings(max_body_chars=100, max_title_chars=20, max_field_chars=100)
MOMENT = datetime(2021, 3, 23, 10, 15, tzinfo=UTC)
URL = "https://www.example.org/rain"

COPYTASTER: JsonObject = {
    "id": "42",
    "url": URL,
    "title": "Rain",
    "body": "Rain fell.",
    "publisher": "example.org",
    "published_at": "2021-03-23T10:15:00Z",
    "language": "en",
}
NEWS_PLEASE: JsonObject = {
    "authors": [],
    "date_download": "None",
    "date_modify": "None",
    "date_publish": "2021-03-23 10:15:00",
    "description": "The lead.",
    "filename": "x.json",
    "image_url": None,
    "language": "en",
    "localpath": None,
    "maintext": "Rain fell.",
    "source_domain": "example.org",
    "text": None,
    "title": "Rain",
    "title_page": None,
    "title_rss": None,
    "url": URL,
}
FUNDUS: JsonObject = {
    "title": "Rain",
    "body": {"summary": ["Rain fell."], "sections": [{"headline": [], "paragraphs": []}]},
    "authors": ["A. Writer"],
    "publishing_date": "2021-03-23 10:15:00+00:00",
    "topics": ["weather"],
    "free_access": True,
    "publisher": "example.org",
    "lang": "en",
    "url": URL,
}
NEWSPAPER4K: JsonObject = {
    "url": URL,
    "read_more_link": "",
    "language": "",
    "title": "Rain",
    "images": [],
    "authors": [],
    "publish_date": "2021-03-23T10:15:00",
    "summary": "",
    "meta_description": "The lead.",
    "meta_lang": "en",
    "meta_site_name": "example.org",
    "canonical_link": URL,
    "text": "Rain fell.",
}
TRAFILATURA: JsonObject = {
    "title": "Rain",
    "author": None,
    "hostname": "example.org",
    "date": "2021-03-23T10:15:00Z",
    "fingerprint": "ab",
    "id": None,
    "license": None,
    "comments": "",
    "raw_text": "Rain fell.",
    "text": "Rain fell.",
    "language": "en",
    "source": URL,
    "source-hostname": "Example",
    "excerpt": "The lead.",
    "categories": "",
    "tags": "",
}
FEEDPARSER: JsonObject = {
    "title": "Rain",
    "title_detail": {"type": "text/plain", "language": "en", "base": "", "value": "Rain"},
    "link": URL,
    "links": [{"rel": "alternate", "href": URL}],
    "id": "42",
    "guidislink": False,
    "summary": "The lead.",
    "content": [{"type": "text/plain", "value": "Rain"}, {"type": "text/html", "value": "Rain fell."}],
    "published": "Tue, 23 Mar 2021 10:15:00 GMT",
    "published_parsed": [2021, 3, 23, 10, 15, 0, 1, 82, 0],
    "source": {"href": "https://example.org/feed", "title": "example.org"},
    "language": "en",
}
JSON_FEED: JsonObject = {
    "id": "42",
    "url": URL,
    "title": "Rain",
    "content_html": "Rain fell.",
    "summary": "The lead.",
    "date_published": "2021-03-23T10:15:00Z",
    "language": "en",
    "publisher": "example.org",
}
SCHEMA_ORG: JsonObject = {
    "@type": "NewsArticle",
    "url": URL,
    "headline": "Rain",
    "articleBody": "Rain fell.",
    "description": "The lead.",
    "datePublished": "2021-03-23T10:15:00Z",
    "inLanguage": "en",
    "publisher": {"@type": "Organization", "name": "example.org"},
}
NEWS_API: JsonObject = {
    "source": {"id": None, "name": "example.org"},
    "author": None,
    "title": "Rain",
    "description": "The lead.",
    "url": URL,
    "publishedAt": "2021-03-23T10:15:00Z",
    "content": "Rain fell.",
    "language": "en",
}
SHAPES = {
    "copytaster": COPYTASTER,
    "news-please": NEWS_PLEASE,
    "fundus": FUNDUS,
    "newspaper4k": NEWSPAPER4K,
    "trafilatura": TRAFILATURA,
    "feedparser": FEEDPARSER,
    "json-feed": JSON_FEED,
    "schema.org": SCHEMA_ORG,
    "news-api": NEWS_API,
}


@pytest.mark.parametrize("raw", SHAPES.values(), ids=SHAPES)
def test_the_dump_of_each_program_gives_the_same_article(raw: JsonObject) -> None:
    """One article gives the same fields and no notes, whichever program wrote it."""
    fields = FieldReader(raw, LIMITS)
    found = (fields.title(), fields.body(), fields.url(), fields.publisher(), fields.language(), fields.published_at())
    assert found == ("Rain", "Rain fell.", URL, "example.org", "en", MOMENT)
    assert fields.notes == []


def test_our_own_name_of_a_field_comes_first() -> None:
    """Our own name comes first in every field's list."""
    assert all(next(iter(names)) == field for field, names in FIELDS.items())
