"""The name of a row becomes a target with the names that articles use for it."""

import pytest

from classifiers.modelling.evaluation.named_targets import NamedTargets, short_names
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import Target, TargetKind, WatchList

FRANCE = Target("france", "France", TargetKind.STATE, ("French",))
TEXTS = ["The party met in a white house near the supreme court.", "PEARL and Pearl swam."]
TARGET_OF = NamedTargets(WatchList((FRANCE,)), TEXTS)


def found(name: str, text: str) -> list[str]:
    """Return where a text mentions the target of a name."""
    matcher = TargetMatcher(WatchList((TARGET_OF(name),)))
    return [text[mention.start : mention.end] for mention in matcher.find(text)]


def test_a_name_of_the_watch_list_is_its_target() -> None:
    """Any name of a target of the watch-list stands for it."""
    assert TARGET_OF("French") == FRANCE


@pytest.mark.parametrize(
    "name",
    [
        "Ann Quill",
        "Ann B. Quill",
        "J. R. O'Quill",
        "Ann Quill-Reed",
        "Ann Quill Jr.",
        "Ann Quill III",
        "Ann van de Quill",
        "Anwar al-Quill",
        "Ann Pearl",
    ],
)
def test_a_persons_name_is_told_by_its_form(name: str) -> None:
    """Two to four words with capitals, initials, particles or a suffix are a person's name."""
    assert TARGET_OF(name).kind is TargetKind.PERSON


@pytest.mark.parametrize(
    "name",
    [
        "Democratic Party",
        "White House",
        "Supreme Court",
        "Quill",
        "One Two Three Four Five",
        "ann quill",
        "Ann 2",
        "Ann de",
    ],
)
def test_other_names_are_organisations(name: str) -> None:
    """A last word that the articles write in lower case is no surname; nor are other forms a person's."""
    assert TARGET_OF(name).kind is TargetKind.ORGANISATION


def test_a_person_is_found_by_the_surname() -> None:
    """In an article with the full name, the surname alone is a mention too."""
    assert found("Ann Quill", "Quill wins. Ann Quill smiled.") == ["Quill", "Ann Quill"]


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("United States Senate", ("Senate",)),
        ("the United States Senate", ("Senate",)),
        ("Supreme Court of the United States", ("Supreme Court",)),
        ("Department of Tides", ("Tides Department",)),
        ("Department of the Tides", ("Tides Department",)),
        ("United States Department of Tides", ("Department of Tides", "Tides Department")),
        ("United States", ()),
        ("United States of America", ()),
        ("United States presidential election", ()),
        ("tides of the United States", ()),
    ],
)
def test_short_names(name: str, others: tuple[str, ...]) -> None:
    """What belongs to the United States has the name without it, and a department the one that ends in the word."""
    assert short_names(name) == others


def test_short_names_count_in_their_own_case() -> None:
    """They are found with an article before them and without, and not where they are words."""
    text = "The Senate voted, Senate aides said, and the United States Senate went home as a senate does."

    assert found("United States Senate", text) == ["Senate", "Senate", "United States Senate"]
