"""Targets are found by their names, as words of their own, in the text as it was given."""

# ruff: noqa: RUF001  # curly quotation marks are part of what is tested

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import resources
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.mentions import fold, straight
from classifiers.targets.watch_list import Target, TargetKind, WatchList

WATCH_LIST = WatchList(
    (
        Target("united-states", "United States", TargetKind.STATE, ("America",), ("US", "U.S.")),
        Target("sudan", "Sudan", TargetKind.STATE, ("Sudanese",)),
        Target("south-sudan", "South Sudan", TargetKind.STATE),
        Target("china", "China", TargetKind.STATE, ("Chinese",)),
        Target("bank-of-china", "Bank of China", TargetKind.COMPANY),
        Target("france", "France", TargetKind.STATE, ("French",)),
        Target("who", "World Health Organization", TargetKind.ORGANISATION, (), ("WHO",)),
        Target("apple", "Apple", TargetKind.COMPANY, (), ("Apple",)),
        Target("ivory-coast", "Côte d'Ivoire", TargetKind.STATE),
        Target("izmir", "İzmir", TargetKind.STATE),
    )
)
MATCHER = TargetMatcher(WATCH_LIST)
SHIPPED = TargetMatcher(WatchList.load(resources.seed("targets.toml")))
NAMES = sorted(
    {name for target in WATCH_LIST.targets for name in (*target.folded_names, *target.case_sensitive_aliases)}
)
NEWS = st.lists(
    st.sampled_from([*NAMES, "İ", "ß", "us", " ", " ", "-", "’s", "of ", "ﬁ", "🙂", "."]) | st.text(max_size=5),
    max_size=25,
).map("".join)


def found(text: str) -> list[tuple[str, str]]:
    """Return target and spelling of every mention."""
    return [(mention.target_id, text[mention.start : mention.end]) for mention in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("CHINA's envoy", [("china", "CHINA")], id="any case, possessive"),
        pytest.param("China’s envoy", [("china", "China")], id="curly possessive"),
        pytest.param("Chinatown and Indochina", [], id="part of a word"),
        pytest.param("tell us who ate an apple", [], id="words that look like acronyms and firms"),
        pytest.param("US, WHO, Apple", [("united-states", "US"), ("who", "WHO"), ("apple", "Apple")], id="exact case"),
        pytest.param("US-led and Anglo-French", [("united-states", "US"), ("france", "French")], id="hyphens"),
        pytest.param("the U.S. said", [("united-states", "U.S.")], id="dotted"),
        pytest.param("US$5 and US_EAST and US5", [], id="currency and codes"),
        pytest.param("South Sudan, Sudan", [("south-sudan", "South Sudan"), ("sudan", "Sudan")], id="longest"),
        pytest.param("the Bank of China", [("bank-of-china", "Bank of China")], id="longest ends with another"),
        pytest.param("South Sudanese", [("sudan", "Sudanese")], id="the longest that stands alone"),
        pytest.param("İİ: China", [("china", "China")], id="offsets after letters that grow in lower case"),
        pytest.param("Côte d’Ivoire", [("ivory-coast", "Côte d’Ivoire")], id="apostrophe"),
        pytest.param("İzmir", [("izmir", "İzmir")], id="name that grows in lower case"),
        pytest.param("", [], id="empty"),
    ],
)
def test_mentions(text: str, expected: list[tuple[str, str]]) -> None:
    """Names count as words of their own, short ones in their own case, the longest first."""
    assert found(text) == expected


@given(NEWS)
def test_mentions_are_names_in_order(text: str) -> None:
    """Mentions are ordered, do not overlap, and spell a name of their target."""
    mentions = MATCHER.find(text)
    spellings = {(fold(name), target.id) for target in WATCH_LIST.targets for name in target.folded_names}
    exact = {(name, target.id) for target in WATCH_LIST.targets for name in target.case_sensitive_aliases}

    assert all(left.end <= right.start for left, right in pairwise(mentions))
    for mention in mentions:
        spelled = text[mention.start : mention.end]
        assert (fold(spelled), mention.target_id) in spellings or (straight(spelled), mention.target_id) in exact


def test_surnames_stand_among_the_other_mentions() -> None:
    """A person who is named in full is found by the surname too, in the order of the text."""
    text = (
        "Harris in China\n\nKamala Harris met Chinese envoys, but Harris County was closed. “It’s time,” Harris said."
    )

    mentions = SHIPPED.find(text)

    assert [(mention.target_id, text[mention.start : mention.end]) for mention in mentions] == [
        ("kamala-harris", "Harris"),
        ("china", "China"),
        ("kamala-harris", "Kamala Harris"),
        ("china", "Chinese"),
        ("kamala-harris", "Harris"),
    ]


def test_other_texts_do_not_lend_their_full_names() -> None:
    """A surname is found in the text with the full name alone, whatever was read before."""
    assert len(SHIPPED.find("Kamala Harris won. Harris smiled.")) == 2
    assert SHIPPED.find("Harris smiled.") == []


def test_shipped_watch_list_is_matched() -> None:
    """Names of the shipped watch-list are found in a sentence of news."""
    text = "Beijing and the United Nations rejected the U.S. sanctions, Apple told us."

    assert [mention.target_id for mention in SHIPPED.find(text)] == [
        "china",
        "united-nations",
        "united-states",
        "apple",
    ]


def test_empty_watch_list_finds_nothing() -> None:
    """Without targets there are no mentions."""
    assert TargetMatcher(WatchList(())).find("China") == []


@pytest.mark.parametrize(
    "text",
    [
        "See https://harbour-gazette.example/boeing-and-iran for more.",
        "Ready pic.twitter.com/AbC1 now, at www.facebook.com/harbour and youtube.com.",
        "Write to press@boeing.example or desk@nato.example.",
        "Posts of @NATO and nato.int",
    ],
)
def test_names_in_addresses_are_no_mentions(text: str) -> None:
    """Names within web and mail addresses and accounts are not found."""
    assert SHIPPED.find(text) == []


def test_names_beside_addresses_are_mentions() -> None:
    """Names in hyphenated words, behind slashes, in hashtags and as whole domains are found."""
    text = "Iran-led talks, the Iran/Iraq border, #NATO and Amazon.com, not https://iran.example/iran."
    assert [text[each.start : each.end] for each in SHIPPED.find(text)] == [
        *("Iran", "Iran", "Iraq", "NATO", "Amazon.com")
    ]
