"""The shipped data holds together: feed, expectations, taxonomy and watch-list.

What the program makes of the feed is not asked here.
"""

import re
from collections import Counter
from typing import Literal

import msgspec
import pytest

from classifiers import resources
from classifiers.predictions import AbstainReason, StanceLabel
from classifiers.targets.watch_list import WatchList
from classifiers.topic.taxonomy import Taxonomy
from streams.records.rejection import RejectReason


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the expectations; every key must be there."""

    record: int
    case: str
    outcome: Literal["tagged", "rejected"]
    topic: str | None
    abstained: AbstainReason | None
    stances: dict[str, StanceLabel]
    reason: RejectReason | None


FEED = resources.seed("sample_feed.jsonl").read_bytes().removesuffix(b"\n").split(b"\n")
EXPECTED = [
    msgspec.json.decode(line, type=Expected)
    for line in resources.seed("sample_feed.expected.jsonl").read_bytes().splitlines()
]
TAXONOMY = Taxonomy.load(resources.seed("taxonomy.json"))
WATCH_LIST = WatchList.load(resources.seed("targets.toml"))
ARTICLES = [each for each in EXPECTED if each.outcome == "tagged"]
REJECTED = [each for each in EXPECTED if each.outcome == "rejected"]

DIRT = {
    "shortcode before the body": r"\[ad_1\]",
    "shortcode after the body": r"\[ad_2\]",
    "caption shortcode": r"\[caption ",
    "agency's reproduction notice": r"reproduction of this material is prohibited",
    "agency dateline": r"\(Reuters\) -",
    "reporting line": r"\(Reporting by",
    "byline": r'"body": "By ',
    "picture credit": r"Photo: |Image credit: ",
    "read more": r"Read more: ",
    "newsletter line": r"Sign up for our daily newsletter",
    "rights": r"All rights reserved",
    "mojibake": r"â€™",
    "navigation": r"<nav",
    "share bar": r"share-bar|social-share",
    "whole page": r"(?i)<!doctype html>",
    "entities": r"&ldquo;",
    "invisible characters": "\u200b|\u00ad",
    "byte order mark": "\ufeff",
    "machine translation": r"automatically translated",
    "outlet in the title": r" \| Orbit Weekly",
    "half an emoji": r"\\ud83d",
    "tracking parameters": r"utm_source=",
}

SHAPES = {
    "news-please": ["maintext", "source_domain", "date_publish"],
    "fundus": ["body", "plaintext", "publishing_date", "topics"],
    "newspaper4k": ["text", "publish_date", "source_url", "meta_lang"],
    "feedparser": ["link", "summary", "content", "published"],
    "schema.org": ["headline", "articleBody", "datePublished"],
    "News API": ["source", "publishedAt", "content"],
    "CloudEvents": ["specversion", "type", "source", "id", "data"],
    "Copytaster": ["url", "title", "publisher", "published_at", "language", "body"],
}


def _keys(line: bytes) -> set[str]:
    return set(msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf").replace(rb"\ud83d", b"")))


def test_each_record_has_its_expectation() -> None:
    """Feed and expectations have the same number of lines, and the expectations are numbered."""
    assert [each.record for each in EXPECTED] == list(range(1, len(FEED) + 1))


def test_no_line_is_blank() -> None:
    """Readers of JSON lines skip blank ones, so that the numbers would no longer fit."""
    assert all(line.strip() for line in FEED)


def test_cases_are_told_apart() -> None:
    """Every record shows something of its own."""
    assert [case for case, count in Counter(each.case for each in EXPECTED).items() if count > 1] == []


def test_there_are_enough_articles() -> None:
    """A demonstration shows at least sixty articles, and at least twelve records that are rejected."""
    assert len(ARTICLES) >= 60
    assert len(REJECTED) >= 12


@pytest.mark.parametrize("expected", ARTICLES, ids=lambda each: str(each.record))
def test_article_has_a_topic_or_an_abstention(expected: Expected) -> None:
    """A tagged article has a topic of the taxonomy or the reason why it has none, and stances of the watch-list."""
    assert (expected.topic is None) != (expected.abstained is None)
    assert expected.topic is None or expected.topic in TAXONOMY.ids
    assert expected.stances.keys() <= {target.id for target in WATCH_LIST.targets}
    assert expected.reason is None


@pytest.mark.parametrize("expected", REJECTED, ids=lambda each: str(each.record))
def test_rejected_record_has_a_reason_alone(expected: Expected) -> None:
    """A rejected record has a reason, and nothing that only articles have."""
    assert expected.reason is not None
    assert (expected.topic, expected.abstained, expected.stances) == (None, None, {})


def test_every_reason_that_a_line_can_show_is_there() -> None:
    """The feed has each reason for a rejection but those that need size, time, order, a null value or a failure."""
    beyond_a_line = {
        RejectReason.TOO_LARGE,
        RejectReason.OUTPUT_TOO_LARGE,
        RejectReason.SEVERAL_ARTICLES,  # feeds split what holds several
        RejectReason.WITHDRAWAL_WITHOUT_KEY,
        RejectReason.UNEXPECTED,
        RejectReason.SUPERSEDED,
        RejectReason.TOO_SLOW,
        RejectReason.DEADLINE,
        RejectReason.OUT_OF_MEMORY,
        RejectReason.PROCESS_DIED,
    }

    assert {each.reason for each in REJECTED} >= set(RejectReason) - beyond_a_line


@pytest.mark.parametrize("slug", ["arts", "conflict", "crime", "disaster", "economy", "health", "politics", "sport"])
def test_common_topics_have_several_articles(slug: str) -> None:
    """Each topic that desks are made of has at least six articles."""
    topic = TAXONOMY.find_id(slug)

    assert sum(each.topic == topic for each in ARTICLES) >= 6


@pytest.mark.parametrize("label", StanceLabel)
def test_stances_of_every_label(label: StanceLabel) -> None:
    """Each label is expected several times."""
    assert sum(label in each.stances.values() for each in ARTICLES) >= 5


@pytest.mark.parametrize("reason", [AbstainReason.TOO_LITTLE_TEXT, AbstainReason.LANGUAGE_NOT_SUPPORTED])
def test_abstentions_are_there(reason: AbstainReason) -> None:
    """The feed has articles on which the topic model has to abstain."""
    assert any(each.abstained is reason for each in ARTICLES)


@pytest.mark.parametrize("pattern", DIRT.values(), ids=DIRT.keys())
def test_dirt_is_there(pattern: str) -> None:
    """The feed has every kind of dirt that cleaning and decoding are for."""
    assert any(re.search(pattern, line.decode(errors="replace")) for line in FEED)


@pytest.mark.parametrize("names", SHAPES.values(), ids=SHAPES.keys())
def test_shape_is_there(names: list[str]) -> None:
    """An article comes in the field names of every program whose dumps are accepted."""
    articles = (line for line, expected in zip(FEED, EXPECTED, strict=True) if expected.outcome == "tagged")

    assert any(_keys(line) >= set(names) for line in articles)
