"""Envelopes of several articles: AP Media API, JSON Feed, News API and feedparser."""

from typing import Any

import pytest

from streams.formats.ap_media import is_ap_media, read_ap_media
from streams.formats.article import FeedArticle, LeftOut
from streams.formats.dumps import is_dump, read_dump
from streams.formats.json_feed import is_json_feed, read_json_feed
from tests.streams.formats.stories import FIRST, HTML, TEXT, TITLE

AP_ITEM: dict[str, Any] = {
    "uri": "https://api.example/content/abc?token=1",
    "altids": {"itemid": "abc", "etag": "abc_1"},
    "version": 2,
    "type": "text",
    "versioncreated": "2023-03-06T10:15:00Z",
    "firstcreated": "2023-03-06T09:00:00Z",
    "pubstatus": "usable",
    "headline": TITLE,
    "provider": "AP",
    "language": "en",
}
NITF = f"<nitf><body><body.content>{HTML}</body.content></body></nitf>"


def test_a_story_in_an_ap_item_is_read() -> None:
    """The NITF that a fetching program has put into the item is the body; the id is the item's, not the query's."""
    (article,) = read_ap_media({"api_version": "1.1", "data": {"item": {**AP_ITEM, "body_nitf": NITF}}})

    assert isinstance(article, FeedArticle)
    assert (article.body, article.title, article.id, article.publisher) == (HTML, TITLE, "abc", "AP")


def test_an_ap_item_whose_story_was_not_fetched_is_left_out() -> None:
    """A headline is no story: an item that only says where its story is becomes no article."""
    renditions = {"nitf": {"type": "text", "href": "https://api.example/abc.xml"}}
    (found,) = read_ap_media({"api_version": "1.1", "data": {"item": {**AP_ITEM, "renditions": renditions}}})

    assert isinstance(found, LeftOut)
    assert "fetched" in found.kind


def test_an_ap_feed_holds_several_items() -> None:
    """Each text of a feed is an article, and pictures are left out."""
    items = [{"item": {**AP_ITEM, "story": TEXT}}, {"item": {**AP_ITEM, "type": "picture"}}]
    found = read_ap_media({"api_version": "1.1", "data": {"items": items}})

    assert [type(each) for each in found] == [FeedArticle, LeftOut]


def test_a_json_feed_holds_articles_of_its_publisher() -> None:
    """Publisher and language of the feed are those of its items."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Gazette",
        "home_page_url": "https://harbour-gazette.example/",
        "language": "en",
        "items": [
            {"id": "1", "title": TITLE, "content_html": HTML, "date_published": "2023-03-06T10:15:00Z"},
            {"id": 2, "content_text": TEXT, "language": "de", "authors": [{"name": "A Person"}], "tags": ["ferry"]},
        ],
    }
    first, second = read_json_feed(document)

    assert is_json_feed(document)
    assert (first.body, first.publisher, first.language, first.id) == (HTML, "harbour-gazette.example", "en", "1")
    assert (second.body, second.language, second.id) == (TEXT, "de", "2")
    assert second.source == {"format": "JSON Feed 1.1", "authors": ["A Person"], "keywords": ["ferry"]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"status": "ok", "totalResults": 1, "articles": [{"title": TITLE}]}, [{"title": TITLE}]),
        (
            {"bozo": False, "feed": {"link": "https://a.example/", "language": "en"}, "entries": [{"title": TITLE}]},
            [{"title": TITLE, "publisher": "a.example", "language": "en"}],
        ),
    ],
    ids=["news api", "feedparser"],
)
def test_a_dump_is_the_articles_in_it(document: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    """Each element of an envelope is an object of its own, with what the envelope says of all."""
    assert is_dump(document)
    assert read_dump(document) == expected


@pytest.mark.parametrize("raw", [{"articles": "no"}, {"title": TITLE, "body": FIRST}, {"entries": []}, {"items": []}])
def test_other_objects_are_no_envelopes(raw: dict[str, Any]) -> None:
    """An article of our own is not taken for an envelope."""
    assert not any(recognise(raw) for recognise in (is_dump, is_json_feed, is_ap_media))


@pytest.mark.parametrize(
    "stated",
    [
        {"body": HTML},
        {"body_html": HTML},
        {"bodies": {"nitf": NITF}},
        {"renditions": {"nitf": {"type": "text", "href": "https://api.example/abc", "content": NITF}}},
    ],
    ids=["body", "body_html", "bodies", "rendition"],
)
def test_a_story_is_read_wherever_it_was_put(stated: dict[str, Any]) -> None:
    """The story counts in the item, in its bodies and in a rendition that was fetched."""
    renditions = {"renditions": {"nitf": {"type": "text", "href": "https://api.example/abc"}}}
    (found,) = read_ap_media({**AP_ITEM, **renditions, **stated})

    assert isinstance(found, FeedArticle)
    assert found.body == HTML


@pytest.mark.parametrize(
    "envelope",
    [
        {"articles": [{"title": TITLE}], "totalArticles": 1},
        {"status": "success", "results": [{"title": TITLE}], "nextPage": None},
        {"pagination": {"limit": 1}, "data": [{"title": TITLE}]},
        {"response": {"docs": [{"title": TITLE}]}},
        {"articles": {"results": [{"title": TITLE}], "page": 1}},
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, {"title": TITLE}]},
    ],
    ids=["gnews", "newsdata", "mediastack", "nested", "event registry", "json-ld"],
)
def test_the_results_of_content_apis_are_dumps(envelope: dict[str, Any]) -> None:
    """A list of articles is an envelope by any of the names that APIs give it, one level deep or not."""
    assert is_dump(envelope)
    assert read_dump(envelope) == [{"title": TITLE}]


@pytest.mark.parametrize("name", ["title", "body", "html", "summary"])
def test_an_article_with_a_list_of_others_is_no_dump(name: str) -> None:
    """An object with a text of its own is the article, whatever it links to."""
    assert not is_dump({name: FIRST, "items": [{"title": TITLE}]})
