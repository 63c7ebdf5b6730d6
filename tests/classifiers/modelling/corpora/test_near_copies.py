"""Copies of a text are found, whatever an outlet did to them; other texts are left alone."""

import pytest

from classifiers.modelling.corpora import near_copies

REPORT = (
    "The ferry to the outer islands will not sail next week while its engine is overhauled, the shipping line said. "
    "A smaller boat carries passengers and post but no cars, and the mayor of the largest island asked for two."
)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(REPORT.upper(), id="case"),
        pytest.param(REPORT.replace(",", " -- ").replace(".", ""), id="punctuation"),
        pytest.param("Updated on Monday. " + REPORT, id="a line before"),
        pytest.param(REPORT + " This report was first published by an agency.", id="a line behind"),
        pytest.param(REPORT.replace("the mayor of the largest island", "the mayor"), id="an edit"),
    ],
)
def test_copies_are_one_group(copy: str) -> None:
    """A text and its copy, edited or not, are in the group of whichever comes first."""
    assert near_copies.groups(["Rain fell on the hills all day long.", REPORT, copy]) == [0, 1, 1]


def test_reports_of_one_event_are_two() -> None:
    """Two texts that report the same event in other words are no copies."""
    other = (
        "No ferry sails to the outer islands for a week, because its engine has to be overhauled. A boat is chartered."
    )

    assert near_copies.groups([REPORT, other]) == [0, 1]


def test_copies_of_copies_are_one_group() -> None:
    """Versions that were edited step by step are one group, though the first and the last have little in common."""
    words = [f"word{number}" for number in range(120)]
    versions = [" ".join(words[start : start + 60]) for start in (0, 12, 24, 36)]

    assert near_copies.groups(versions) == [0, 0, 0, 0]
    assert near_copies.groups([versions[0], versions[-1]]) == [0, 1]


def test_short_and_empty_texts_are_compared_whole() -> None:
    """Texts too short for a word sequence are the same where all of their words are."""
    assert near_copies.groups(["Rain.", "rain", "Snow", "", "..."]) == [0, 0, 2, 3, 3]


def test_no_texts_make_no_groups() -> None:
    """Of nothing there are no groups."""
    assert near_copies.groups([]) == []
