"""A page gives its title and its story: no paragraph is lost, no furniture stays."""

import json

import pytest

from classifiers.cleaning import clean
from classifiers.cleaning.html import page_text
from tests.classifiers.cleaning.html.harbour import HEADLINE, LEAD, PARAGRAPHS, page, paragraph, story

NOTICE = "The gazette of the coast reported in a short notice that no sailor was hurt when the storm came over the bay."
TEXT = "\n\n".join(PARAGRAPHS)
REST = "".join(map(paragraph, PARAGRAPHS[1:]))
RELATED = (
    '<div class="related"><h2>More from the coast</h2>'
    '<p><a href="/a">Lifeboat crew is honoured by the king for its service</a></p>'
    '<p><a href="/b">Why the herring has left the bay of Ferrow for good</a></p></div>'
)
TEASERS = "".join(
    f'<div class="teaser"><h3><a href="/{number}">Headline number {number} of another story</a></h3>'
    f"<p>The other story number {number} is about a bakery that closes after ninety years in the same street.</p></div>"
    for number in range(3)
)
SHARE_BAR = '<div class="social-share"><a href="/f">Share on one site</a><a href="/t">Share on another site</a></div>'


def body(markup: str) -> str:
    """Return the cleaned body of a page."""
    return clean(None, markup).body


def test_title_and_story() -> None:
    """A page gives its title, without the name of the outlet behind it, and the paragraphs of its article."""
    title, text = page_text(story(*map(paragraph, PARAGRAPHS)))

    assert title == HEADLINE
    assert text.removeprefix(f"{HEADLINE}\n\n") == TEXT


def test_social_title_comes_first() -> None:
    """The title for social networks, which has no name of an outlet, is preferred to that of the head."""
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert page_text(page(paragraph(LEAD), head))[0] == HEADLINE


def test_page_without_an_article_keeps_its_text() -> None:
    """A page in which no story is found loses no text."""
    title, text = page_text("<html><head><title>Flash</title></head><body><b>Dam holds</b></body></html>")
    assert (title, text.strip()) == ("Flash", "Dam holds")


@pytest.mark.parametrize("number", range(len(PARAGRAPHS)))
@pytest.mark.parametrize(
    "link",
    [
        '<p><a href="/live">{}</a></p>',
        '<p><strong><a href="/live">{}</a></strong></p>',
        '<p><a href="/live"><b>{}</b></a></p>',
        '<p><em><a href="/live">{}</a></em></p>',
    ],
    ids=["link", "link-in-strong", "bold-in-link", "link-in-em"],
)
def test_a_paragraph_that_is_one_link_stays(number: int, link: str) -> None:
    """A paragraph of the story is kept where all of it is a link, wherever it stands."""
    parts = [link.format(text) if place == number else paragraph(text) for place, text in enumerate(PARAGRAPHS)]
    assert body(story(*parts)) == TEXT


@pytest.mark.parametrize("place", [1, 3, 5])
def test_a_short_sentence_that_is_one_link_stays(place: int) -> None:
    """A linked sentence among the paragraphs of the story is part of it; a linked headline is not."""
    sentence = "The minister flew to the town and met the fishermen."
    parts = [*map(paragraph, PARAGRAPHS)]
    link = '<p><a href="/live">{}</a></p>'.format

    assert sentence in body(story(*parts[:place], link(sentence), *parts[place:]))
    assert body(story(*parts[:place], link("Minister flies to Ferrow to meet its fishermen"), *parts[place:])) == TEXT


@pytest.mark.parametrize(
    "name", ["teaser-content", "lead-teaser", "social-lead", "story-related", "article__teaser", "related-lead"]
)
@pytest.mark.parametrize("lead", [1, 2])
@pytest.mark.parametrize("rest", ["{}", '<div class="remainder">{}</div>', '<div class="article-body">{}</div>'])
def test_a_lead_stays_whatever_its_class_is_called(name: str, lead: int, rest: str) -> None:
    """The first paragraphs are kept in an element whose class names what is usually furniture."""
    first = "".join(map(paragraph, PARAGRAPHS[:lead]))
    others = rest.format("".join(map(paragraph, PARAGRAPHS[lead:])))
    assert body(story(f'<div class="{name}">{first}</div>', others)) == TEXT


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(page(f"<aside><h1>{HEADLINE}</h1>{paragraph(LEAD)}{REST}</aside>"), id="all-of-it"),
        pytest.param(
            story(paragraph(LEAD), f"<aside>{paragraph(PARAGRAPHS[1])}</aside>", REST[REST.index("</p>") + 4 :])
        ),
        pytest.param(
            story(f"<aside>{paragraph(LEAD)}{paragraph(PARAGRAPHS[1])}</aside>", REST[REST.index("</p>") + 4 :])
        ),
    ],
)
def test_a_story_in_an_aside_stays(markup: str) -> None:
    """An `aside` with prose is part of the story."""
    assert body(markup) == TEXT


@pytest.mark.parametrize(
    ("furniture", "words"),
    [
        pytest.param(RELATED, "herring", id="related"),
        pytest.param(TEASERS, "bakery", id="teasers"),
        pytest.param(f'<aside class="teasers">{TEASERS}</aside>', "bakery", id="teasers-in-an-aside"),
        pytest.param(SHARE_BAR, "Share on", id="share-bar"),
        pytest.param(
            '<div class="newsletter"><p>Our newsletter brings you the news of the coast each morning, before anybody '
            "else has read it.</p></div>",
            "each morning",
            id="newsletter",
        ),
    ],
)
@pytest.mark.parametrize("place", [1, 3, 5])
def test_furniture_goes(furniture: str, words: str, place: int) -> None:
    """Lists of other stories, share bars and newsletters go, before, within and behind the paragraphs."""
    parts = [*map(paragraph, PARAGRAPHS)]
    text = body(story(*parts[:place], furniture, *parts[place:]))

    assert words not in text
    assert text == TEXT


def test_a_page_served_twice_counts_once() -> None:
    """A story that stands in the page for desktops and again for phones is one story."""
    copy = "".join(map(paragraph, PARAGRAPHS))
    markup = page(
        f"<h1>{HEADLINE}</h1><div class='desktop'><div class='story-body'>{copy}</div></div>"
        f"<div class='mobile'><div class='story-body'>{copy}</div></div>"
    )
    assert body(markup) == TEXT


def test_the_fallback_leaves_out_comments() -> None:
    """A page whose story a strict extraction misses gives that story, without the comments of its readers."""
    comments = "".join(paragraph(f"Reader {number} says that the cranes were too old.") for number in range(9))
    paragraphs = "".join(f'<div class="bottom"><p>{text}</p></div>' for text in PARAGRAPHS)
    text = body(story(paragraphs, f'<div id="comments" class="comments">{comments}</div>'))

    assert "Reader" not in text
    assert text == TEXT


def script(**fields: object) -> str:
    """Return the JSON-LD of a news article with this headline."""
    article = {"@type": "NewsArticle", "headline": HEADLINE, **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param(TEXT, id="text"),
        pytest.param("".join(map(paragraph, PARAGRAPHS)), id="html"),
        pytest.param("".join(map(paragraph, PARAGRAPHS)).replace("<", "&lt;").replace(">", "&gt;"), id="escaped"),
    ],
)
@pytest.mark.parametrize(
    "shown",
    ["<p>Please switch on JavaScript to read this site.</p>", paragraph(LEAD), ""],
    ids=["notice", "lead", "none"],
)
def test_the_body_stated_in_json_ld(stated: str, shown: str) -> None:
    """Where the page shows little or nothing, the body that its script states is the story."""
    assert body(page(f"<div id='root'></div>{shown}", script(articleBody=stated))) == TEXT


def test_the_entries_of_a_live_blog() -> None:
    """A live blog whose page shows nothing gives its entries."""
    entries = [{"@type": "BlogPosting", "articleBody": text} for text in PARAGRAPHS]
    head = script(**{"@type": "LiveBlogPosting", "liveBlogUpdate": entries})
    assert body(page("<div id='root'></div>", head)) == TEXT


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param(" ".join(PARAGRAPHS), id="one-line"),
        pytest.param(LEAD, id="abridged"),
        pytest.param(f"{LEAD[:90]}...", id="cut"),
    ],
)
def test_the_paragraphs_of_the_page_come_first(stated: str) -> None:
    """Where the page holds as much as its script, its paragraphs are the story."""
    markup = story(*map(paragraph, PARAGRAPHS)).replace("</head>", f"{script(articleBody=stated)}</head>")
    assert body(markup) == TEXT


def test_the_body_of_another_article_is_not_taken() -> None:
    """The body of an article under another headline is not the story of the page."""
    other = script(articleBody=TEXT, headline="Bakery closes after ninety years in the same street")
    assert body(page(f"<h1>{HEADLINE}</h1>{paragraph(NOTICE)}", other)) == NOTICE


@pytest.mark.parametrize("markup", [story(*map(paragraph, PARAGRAPHS)), page("", script(articleBody=TEXT))])
def test_cleaning_is_idempotent(markup: str) -> None:
    """The story of a page is its own story."""
    once = clean(None, markup)
    assert clean(once.title, once.body) == once
