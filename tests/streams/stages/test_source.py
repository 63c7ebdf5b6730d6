"""What the feed said beyond the text."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records.article import Source
from streams.stages.payload import Payload, read_payload
from streams.stages.source import MAX_SOURCE_BYTES, read_source
from streams.stages.strict_json import JsonObject
from tests.strategies import json_values

NINJS = {
    "uri": "urn:newsml:wire.example:20230306:a1",
    "versioncreated": "2023-03-06T10:15:00Z",
    "urgency": 4,
    "slugline": "FERRY",
    "headline": "Ferry to the island stops",
    "body_text": "The ferry stops.",
    "subject": [{"code": "medtop:20000430", "name": "sea"}],
    "genre": [{"name": "Article"}],
}


def test_a_format_states_its_source() -> None:
    """The fields of a format are given by one set of names, texts and lists of texts."""
    payload = read_payload(json.dumps(NINJS).encode(), (), max_depth=16)

    assert read_source(payload) == Source(
        format="ninjs 1", urgency="4", genre=("Article",), slugline="FERRY", subjects=("medtop:20000430",)
    )


def test_other_articles_state_it_by_the_names_of_scrapers() -> None:
    """Authors, keywords, section and image are read as scrapers name them, objects by the names in them."""
    article = {
        "body": "Rain fell.",
        "authors": [{"name": "A. Writer"}, "B. Writer"],
        "tags": [{"term": "rain"}],
        "articleSection": "Weather",
        "urlToImage": "https://example.org/rain.jpg",
    }

    assert read_source(Payload(json.loads(json.dumps(article)))) == Source(
        authors=("A. Writer", "B. Writer"),
        keywords=("rain",),
        section=("Weather",),
        image_url="https://example.org/rain.jpg",
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("maintext", "source_domain"), "news-please"),
        (("body", "publishing_date"), "fundus"),
        (("text", "meta_site_name"), "newspaper4k"),
        (("text", "source-hostname"), "trafilatura"),
        (("summary", "published_parsed"), "feedparser"),
        (("headline", "articleBody"), "schema.org"),
        (("content", "publishedAt", "source"), "News API"),
    ],
    ids=str,
)
def test_the_program_that_wrote_an_article_is_its_format(names: tuple[str, ...], expected: str) -> None:
    """Names that one program alone writes say what the article came from; a format that is stated comes first."""
    article: JsonObject = {name: "Rain fell." for name in names}  # noqa: C420  # fromkeys loses the type

    source, stated = read_source(Payload(article)), read_source(Payload({**article, "source_format": "RSS 2.0"}))

    assert source is not None
    assert stated is not None
    assert (source.format, stated.format) == (expected, "RSS 2.0")


def test_an_article_that_says_nothing_has_no_source() -> None:
    """Without any of the fields there is no object."""
    assert read_source(Payload({"body": "Rain fell."})) is None


@given(st.dictionaries(st.sampled_from(["authors", "keywords", "section", "rights", "image", "genre"]), json_values))
def test_the_source_is_bounded(article: dict[str, object]) -> None:
    """Whatever an article states, its source is at most 4 KiB of JSON."""
    stated = {name: [value] * 50 for name, value in article.items()} | {
        "keywords": ["é" * 400 + str(n) for n in range(50)]
    }

    source = read_source(Payload(json.loads(json.dumps(stated))))

    assert source is not None
    assert len(msgspec.json.encode(source)) <= MAX_SOURCE_BYTES
