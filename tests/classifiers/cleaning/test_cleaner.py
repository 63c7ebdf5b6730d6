"""Cleaning returns the story, all of it, and nothing but it; and cleaning twice changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.cleaning import CleanText, clean, default_rules

FRAGMENTS = [
    *(example for rule in default_rules().rules for example in (rule.rule.removes, rule.rule.keeps)),
    *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<nav>", "</nav>", "<script>", "</script>", "<form>"),
    *("<html><body>", "</body></html>", "<!--", "-->", "<![CDATA[", "]]>", "<3", "a < b", "[ad_1]", "[caption", "]"),
    *("&amp;", "&lt;", "p&gt;", "&amp;lt;", "&#160;", "&#x202e;", "\u00e2\u20ac\u2122", "\u00c3\u00a9", "e\u0301"),
    *("\u200b", "\u202e", "\u200d", "\x00", "\x85", "\ue000", "\r\n", "\n", "\n\n", " ", "\u00a0", "\u0130", "\u00df"),
    *(" - BBC News", " | CNN", "By John Smith", "(Reuters) - ", "The dam held.", "\u00a9"),
]
nasty = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=12).map("".join)
VOCABULARY = "the dam held through night and river rose while engineers watched with lamps in town"
words = st.sampled_from(VOCABULARY.split())
sentences = st.lists(words, min_size=6, max_size=16).map(lambda chosen: f"{' '.join(chosen).capitalize()}.")
stories = st.lists(sentences, min_size=1, max_size=8).map("\n\n".join)

DIRTY = """Dam holds

[ad_1]
By Jane Doe, Associated Press
LONDON, March 3 (AP) \u2014 The dam above the town held through the night.

Crowds watched from the bridge. (Photo: AP)
Read more: Ten bridges that never were
The mayor\u00e2\u20ac\u2122s office opened the school hall.

Nobody was hurt.

Reporting by Jane Doe; Editing by John Smith
Follow us on Twitter and Facebook for the latest news
The reproduction of this material is prohibited without written consent of the agency.
[ad_2]"""


def test_a_scraped_article() -> None:
    """The dirt of a typical scraped article goes, and its story stays."""
    cleaned = clean("Dam holds - BBC News", DIRTY)

    assert cleaned.title == "Dam holds"
    assert cleaned.body == (
        "The dam above the town held through the night.\n\nCrowds watched from the bridge.\n\n"
        "The mayor\u2019s office opened the school hall.\n\nNobody was hurt."
    )


@settings(deadline=None)  # the first whole page imports trafilatura
@given(nasty, nasty)
def test_idempotent(title: str, body: str) -> None:
    """Cleaning what was cleaned changes nothing."""
    cleaned = clean(title, body)
    assert clean(cleaned.title, cleaned.body) == cleaned


@settings(deadline=None)  # the first mojibake imports ftfy
@given(st.text(st.characters()), st.text(st.characters()))
def test_total(title: str, body: str) -> None:
    """Any two strings are cleaned to text that UTF-8 can encode."""
    text = clean(title, body).text

    assert text.encode().decode() == text


@given(stories)
def test_clean_prose_is_left_alone(story: str) -> None:
    """A story without dirt comes out as it went in."""
    assert clean("A title of its own", story).body == story


@given(stories, st.sampled_from(["[ad_1]", "Advertisement", "Follow us on Twitter", "\u00a9 2021 Reuters", "___"]))
def test_dirt_takes_no_story_with_it(story: str, dirt: str) -> None:
    """The same story is left whether dirt stands above, below and within it or not."""
    paragraphs = story.split("\n\n")
    assert clean("A title", f"{dirt}\n\n" + f"\n\n{dirt}\n\n".join(paragraphs) + f"\n{dirt}").body == story


@pytest.mark.parametrize(
    "line", ["By John Smith", "Jane Doe is a columnist for the Gazette.", "Related", "Dam holds", "Source: the mayor"]
)
def test_a_story_of_one_line_is_not_emptied(line: str) -> None:
    """A body of one line that only its place would make boilerplate stays."""
    assert clean("Dam holds", line).body == line


@pytest.mark.parametrize(
    "body", ["[ad_1]", "Advertisement", "\u00a9 2021 The Gazette. All rights reserved.", "", " \n "]
)
def test_a_body_of_boilerplate_is_empty(body: str) -> None:
    """What is boilerplate wherever it stands leaves nothing."""
    assert clean(None, body) == CleanText("", "")


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        pytest.param("Title", "Body", "Title\n\nBody", id="both"),
        pytest.param(None, "Body", "Body", id="no-title"),
        pytest.param("Title", "", "Title", id="no-body"),
        pytest.param("Same", "Same", "Same", id="same"),
        pytest.param("Title!", "TITLE\nBody", "Title!\n\nBody", id="repeated"),
    ],
)
def test_text(title: str | None, body: str, text: str) -> None:
    """The text is the title, a blank line and the body, or the one that there is."""
    assert clean(title, body).text == text


def test_a_page_gives_the_title_that_the_article_lacks() -> None:
    """A whole page's title is taken only where the article came without one."""
    page = "<html><head><title>Flash</title></head><body><p>Dam holds</p></body></html>"

    assert clean(None, page).title == "Flash"
    assert clean("Own title", page).title == "Own title"


@pytest.mark.parametrize(
    "unit", ["<", "<!--", "&amp;", "[ad", "(Photo: ", "Read more: x\n", "By John Smith\n", "(Reuters) - ", "a\n", "<p>"]
)
def test_repetition_settles(unit: str) -> None:
    """Text that repeats one piece of dirt without end is settled after one cleaning, however long it is."""
    cleaned = clean(unit * 300, unit * 3_000)
    assert clean(cleaned.title, cleaned.body) == cleaned


@pytest.mark.parametrize("reference", ["&#" + "9" * 5_000 + ";", "&#x" + "f" * 5_000 + ";", "&amp;#" + "9" * 5_000])
@pytest.mark.parametrize("start", ["", "<p>", "<div>" * 10_000, "<html><body><p>"], ids=["plain", "p", "deep", "page"])
def test_a_reference_of_thousands_of_digits(start: str, reference: str) -> None:
    """A numeric reference that Python refuses to convert raises nothing, and the story stays."""
    assert "The dam held." in clean(None, f"{start}The dam held.</p> {reference}").body


def test_boilerplate_nested_without_end_is_empty() -> None:
    """A text that still changes after the last pass becomes empty, and one that settles before does not."""
    assert clean(None, "[ad " * 8 + "]" * 8 + "The dam held.").body == "The dam held."
    assert clean(None, "[ad " * 40 + "]" * 40 + "The dam held.").body == ""


def test_lines_that_change_without_end_are_empty() -> None:
    """A text whose lines are read more than one and a half times on average is empty, a short one is not."""
    line = f"{'[ad ' * 5}{']' * 5} Dam holds"

    assert clean(None, "\n".join(f"{number} {line}" for number in range(20))).text.count("Dam holds") == 20
    assert clean(None, "\n".join(f"{number} {line}" for number in range(1_000))).text == ""


def test_lines_that_a_removed_mark_kept_apart_are_joined_at_once() -> None:
    """What a rule leaves may be a broken line: a second cleaning has nothing left to join."""
    line = "Two rating agencies put both banks under review, and they asked for more of"
    body = f'{line}\n[caption id="a"]it, the mayor said.'

    once = clean(None, body)

    assert clean(once.title, once.body) == once
    assert once.body.endswith("they asked for more of it, the mayor said.")
