"""ninjs 1.x to 3.x: which fields are the story, and which are not."""

from typing import Any

import pytest

from streams.formats.article import FeedArticle, LeftOut, Status
from streams.formats.ninjs import is_ninjs, read_ninjs
from tests.streams.formats.stories import FIRST, HTML, SECOND, TEXT, TITLE

URI = "urn:newsml:wire.example:20230306:a1"
FIRST_VERSION = {"uri": URI, "type": "text", "versioncreated": "2023-03-06T10:15:00Z", "headline": TITLE}
SECOND_VERSION: dict[str, Any] = {
    "uri": URI,
    "standard": {"name": "ninjs", "version": "2.1"},
    "type": "text",
    "firstcreated": "2023-03-06T09:00:00Z",
    "versioncreated": "2023-03-06T10:15:00Z",
    "version": "3",
    "language": "en",
    "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": TITLE}],
    "bodies": [
        {"contenttype": "text/plain", "value": FIRST},
        {"contenttype": "application/xhtml+xml", "value": HTML},
        {"contenttype": "image/svg+xml", "value": "<svg>" + "x" * 900 + "</svg>"},
    ],
    "infosources": [{"name": "Northern Wire"}],
    "subjects": [{"uri": "http://cv.iptc.org/newscodes/mediatopic/20000763"}, {"name": "Weather"}],
    "associations": [{"name": "main", "bodies": [{"value": "Another story. " * 50}]}],
}


def read(raw: dict[str, Any]) -> FeedArticle:
    """Return the article of an item that holds one."""
    found = read_ninjs(raw)
    assert isinstance(found, FeedArticle)
    return found


@pytest.mark.parametrize(
    ("name", "body"),
    [("body_text", TEXT), ("body_html", HTML), ("body_xhtml", HTML), ("body_plain", TEXT)],
)
def test_each_body_of_version_1_is_the_story(name: str, body: str) -> None:
    """A body is read by its prefix, whatever type follows."""
    article = read({**FIRST_VERSION, name: body})

    assert (article.body, article.title, article.id, article.origins["body"]) == (body, TITLE, URI, name)


def test_the_body_with_the_most_text_is_the_story() -> None:
    """Of several bodies one is read, and never all in a row."""
    article = read({**FIRST_VERSION, "body_text": FIRST, "body_html": HTML, "description_text": "Ferry."})

    assert article.body == HTML


def test_version_2_is_read_from_its_lists() -> None:
    """Main headline, richest textual body, first source and IPTC subject are taken from lists."""
    article = read(SECOND_VERSION)

    assert article.format == "ninjs 2.1"
    assert (article.title, article.body, article.publisher, article.version) == (TITLE, HTML, "Northern Wire", 3)
    assert article.source["subjects"] == ["medtop:20000763", "Weather"]
    assert "Another story" not in article.body


def test_the_first_date_is_when_it_was_published() -> None:
    """`firstcreated` dates the article, `versioncreated` its version."""
    article = read(SECOND_VERSION)

    assert (article.published_at, article.versioned_at) == ("2023-03-06T09:00:00Z", "2023-03-06T10:15:00Z")


@pytest.mark.parametrize("status", ["canceled", "stat:canceled", "cancelled"])
def test_a_kill_is_canceled(status: str) -> None:
    """Each spelling of the status cancels the item that the id names."""
    article = read({**FIRST_VERSION, "pubstatus": status, "body_text": "Please kill this story."})

    assert (article.status, article.id) == (Status.CANCELED, URI)


def test_a_summary_stands_in_for_a_missing_body() -> None:
    """Without a body the description is the text."""
    article = read({**FIRST_VERSION, "description_text": FIRST})

    assert (article.body, article.origins["body"]) == (FIRST, "description_text")


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "graphic", "composite", "event"])
def test_what_is_no_text_is_left_out(kind: str) -> None:
    """An item of another kind without a body is no article."""
    assert read_ninjs({"uri": URI, "type": kind, "headline": TITLE, "versioncreated": ""}) == LeftOut(kind, URI)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param({"uri": URI, "pubstatus": "usable"}, True, id="status"),
        pytest.param({"standard": {"name": "ninjs"}}, True, id="standard"),
        pytest.param({"guid": "a", "headline": "b", "body_html": "c"}, True, id="superdesk"),
        pytest.param({"headline": "b", "articleBody": "c"}, False, id="schema.org"),
        pytest.param({"title": "b", "body": "c", "version": 1}, False, id="own"),
    ],
)
def test_marks(raw: dict[str, Any], *, expected: bool) -> None:
    """Ninjs is recognised by names that no other format uses."""
    assert is_ninjs(raw) is expected


def test_an_image_of_an_association_is_named() -> None:
    """The address of a picture goes into the source, its caption nowhere."""
    rendition = {"href": "https://wire.example/i.jpg", "mimetype": "image/jpeg"}
    associations = {"featuremedia": {"type": "picture", "renditions": {"original": rendition}, "body_text": SECOND}}
    article = read({**FIRST_VERSION, "body_text": FIRST, "associations": associations})

    assert (article.source["image_url"], article.body) == ("https://wire.example/i.jpg", FIRST)


def test_names_in_camel_case_are_read() -> None:
    """From version 3.1 on the names of the standard are in camel case: dates, status, rights and types of content."""
    item = {
        "uri": URI,
        "versionCreated": "2023-03-06T10:15:00Z",
        "pubStatus": "withheld",
        "headlines": [{"role": "main", "value": TITLE}],
        "bodies": [
            {"contentType": "text/html", "value": HTML},
            {"contentType": "application/json", "value": "{}" * 900},
        ],
        "infoSources": [{"name": "Northern Wire"}],
        "copyrightNotice": "Northern Wire 2023",
    }
    article = read(item)

    assert is_ninjs(item)
    assert (article.body, article.versioned_at, article.status) == (HTML, "2023-03-06T10:15:00Z", Status.WITHHELD)
    assert (article.format, article.publisher, article.source["rights"]) == (
        "ninjs 3",
        "Northern Wire",
        "Northern Wire 2023",
    )
    assert article.origins["published_at"] == "versionCreated"


@pytest.mark.parametrize(
    "place",
    [
        {"name": "Denmark", "uri": "http://cvx.iptc.org/iso3166-1a2/dk"},
        {"name": "Denmark", "scheme": "http://cvx.iptc.org/iso3166-1a2/", "code": "dk"},
        {"name": "Nordholm", "country": "Denmark"},
        {"name": "Denmark", "locationtype": {"name": "Nation"}},
    ],
    ids=["uri", "scheme", "superdesk", "ap"],
)
def test_a_country_is_named(place: dict[str, Any]) -> None:
    """A place that is a country, or names its own, states the country; other places do not."""
    article = read({**FIRST_VERSION, "body_text": TEXT, "place": [place, {"name": "Baltic Sea", "code": "sea:1"}]})

    assert article.source["country"] == ["Denmark"]


def test_subjects_have_the_ids_of_the_iptc() -> None:
    """Media Topics and Subject Codes are given by their ids, what an agency codes itself by its name."""
    subjects = [
        {"code": "06011000", "name": "global warming"},
        {"literal": "13010000", "name": "Teknologi"},
        {"code": "medtop:20000430", "name": "sea"},
        {"code": "category:planning", "name": "Planning"},
    ]
    article = read({**FIRST_VERSION, "body_text": TEXT, "subject": subjects})

    assert article.source["subjects"] == ["subj:06011000", "subj:13010000", "medtop:20000430", "Planning"]


def test_bodies_may_be_an_object_by_type() -> None:
    """Some agencies name the bodies in an object, and the richest one is the story all the same."""
    article = read({**FIRST_VERSION, "bodies": {"text": FIRST, "html": HTML}})

    assert (article.body, article.origins["body"]) == (HTML, "bodies[html]")
