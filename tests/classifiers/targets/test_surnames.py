"""A person who is named in full is also matched by surname, where the surname is unambiguous."""

# ruff: noqa: RUF001  # curly quotation marks are part of what is tested

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import Target, TargetKind, WatchList

PERSON = TargetKind.PERSON
WATCH_LIST = WatchList(
    (
        Target("harris", "Kamala Harris", PERSON, ("Vice President Harris",)),
        Target("cruz", "Ted Cruz", PERSON, ("Sen. Cruz",)),
        Target("boris", "Boris Johnson", PERSON),
        Target("gary", "Gary Johnson", PERSON),
        Target("may", "Theresa May", PERSON),
        Target("marcos", "Ferdinand Marcos Jr.", PERSON),
        Target("quill", "Ann Quill-O'Hara", PERSON),
        Target("hollen", "Chris Van Hollen", PERSON),
        Target("obama", "Barack Obama", PERSON, ("Obama",)),
        Target("x", "Malcolm X", PERSON),
        Target("pele", "Pele", PERSON),
        Target("ford-motor", "Ford", TargetKind.COMPANY),
        Target("ford", "Gerald Ford", PERSON),
        Target("reed", "Reed Institute", TargetKind.ORGANISATION),
        Target("iowa", "Iowa", TargetKind.STATE),
    ),
    not_targets=("Harris poll", "Michelle Obama"),
)
MATCHER = TargetMatcher(WATCH_LIST)
NAMES = ["Kamala Harris", "Harris", "Boris Johnson", "Gary Johnson", "Johnson", "Ann Quill-O’Hara", "O’Hara", "Obama"]
PARTS = st.sampled_from([*NAMES, "Ellie", " ", " ", " ", "-", ". ", "’s", "Mr. ", "poll", " & ", "İ"])


def found(text: str) -> list[tuple[str, str]]:
    """Return target and spelling of every mention."""
    return [(mention.target_id, text[mention.start : mention.end]) for mention in MATCHER.find(text)]


def bare(text: str) -> int:
    """Return how often the surname counts in a text behind a sentence with the full name."""
    return found(f"Kamala Harris spoke.\n{text}").count(("harris", "Harris"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Harris won\n\nKamala Harris won.", ["Harris", "Kamala Harris"], id="headline before the full name"
        ),
        pytest.param("Vice President Harris left. Harris won.", ["Vice President Harris", "Harris"], id="by an alias"),
        pytest.param("KAMALA HARRIS: HARRIS, harris", ["KAMALA HARRIS"], id="in its own case only"),
        pytest.param("Harris won. Kamala won.", [], id="never in full"),
        pytest.param("Ferdinand Marcos Jr. won. Marcos left.", ["Ferdinand Marcos Jr.", "Marcos"], id="Jr."),
        pytest.param("Ann Quill-O’Hara: Quill-O’Hara’s", ["Ann Quill-O’Hara", "Quill-O’Hara"], id="hyphen, apostrophe"),
        pytest.param(
            "Chris Van Hollen: Van Hollen", ["Chris Van Hollen", "Hollen"], id="the inner word of the own name"
        ),
        pytest.param("Malcolm X, X", ["Malcolm X"], id="one letter"),
        pytest.param("Pele, Pele", ["Pele", "Pele"], id="one word"),
        pytest.param("Barack Obama, OBAMA", ["Barack Obama", "OBAMA"], id="already an alias"),
        pytest.param("Reed Institute, Institute", ["Reed Institute"], id="no person"),
    ],
)
def test_the_surname_counts_beside_the_full_name(text: str, expected: list[str]) -> None:
    """The last word of a person's name is a mention in a text that has one of the longer names."""
    assert [spelling for _, spelling in found(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Mr Harris said",
        "Ms. Harris said",
        "“Senator Harris",
        "ex-President Harris",
        "But Harris said",
        "“When Harris came",
        "On Monday Harris said",
        "He left for America. Harris said",
        "Vermont's Harris",
        "Clinton, Harris and others",
        "Harris's plan",
        "Harris’ plan",
        "anti-Harris ads",
        "Harris. Then",
    ],
)
def test_the_surname_counts(text: str) -> None:
    """Offices, possessives, punctuation and words that begin a sentence do not make it another name."""
    assert bare(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("New Harris, but Harris was new there", id="ordinary word"),
        pytest.param("In Iowa Harris lost, but Harris smiled", id="a target's name before it"),
        pytest.param("GOP Harris, Harris", id="acronym before it"),
        pytest.param("Harris County, Harris", id="a capital behind it"),
        pytest.param("Harris-Perry, Harris", id="a hyphen and a capital behind it"),
        pytest.param("Lloyd-Harris, Harris", id="a capital and a hyphen before it"),
        pytest.param("Reed & Harris, Harris", id="a firm, at the end"),
        pytest.param("Harris & Reed, Harris", id="a firm, at the beginning"),
        pytest.param("Harrison, Harris", id="a longer word"),
        pytest.param("A Harris poll, Harris", id="a longer name that is no target's"),
    ],
)
def test_longer_names_are_left_out(text: str) -> None:
    """Where a word beside it makes it another name it does not count, but elsewhere in the text it does."""
    assert bare(text) == 1


@pytest.mark.parametrize(
    "text",
    ["Ellie Harris, Harris", "Harris, Ellie Harris", "E. Harris, Harris", "E.J. Harris, Harris", "Will Harris, Harris"],
)
def test_of_two_bearers_it_is_nobodys(text: str) -> None:
    """In a text that names another person with the surname it matches neither."""
    assert bare(text) == 0


def test_of_two_targets_it_is_nobodys() -> None:
    """Where two targets of one surname are named in full, only their full names count."""
    assert found("Boris Johnson met Gary Johnson. Johnson smiled.") == [
        ("boris", "Boris Johnson"),
        ("gary", "Gary Johnson"),
    ]
    assert found("Gary Johnson left. Johnson smiled.") == [("gary", "Gary Johnson"), ("gary", "Johnson")]


def test_a_relative_among_the_lookalikes_takes_the_surname() -> None:
    """A full name among `not_targets` is another bearer's too."""
    matcher = TargetMatcher(WatchList(WATCH_LIST.targets, not_targets=("Heidi Cruz",)))

    assert len(matcher.find("Ted Cruz won. Cruz smiled.")) == 2
    assert len(matcher.find("Ted Cruz won. Heidi Cruz cheered. Cruz smiled.")) == 1


def test_a_name_of_another_target_keeps_its_owner() -> None:
    """A surname that is another target's own name stays that target's."""
    assert found("Gerald Ford drove. Ford stopped.") == [("ford", "Gerald Ford"), ("ford-motor", "Ford")]


def test_a_month_needs_an_office() -> None:
    """A surname that is a month counts behind an office alone."""
    assert found("Theresa May resigned in May. Mrs May left.") == [("may", "Theresa May"), ("may", "May")]


@given(st.lists(PARTS, max_size=25).map("".join))
def test_mentions_are_in_order(text: str) -> None:
    """With surnames too, mentions are ordered and do not overlap."""
    assert all(left.end <= right.start for left, right in pairwise(MATCHER.find(text)))
