"""Tokens are words, numbers and marks, at their places in the text."""

# ruff: noqa: RUF001  # curly quotation marks are part of what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.stance.tokens import cut, plain, spelled, token_places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("They didn’t.", ["They", "didn't", "."], id="apostrophe inside a word"),
        pytest.param("‘Yes’ ", ["'", "Yes", "'"], id="quotation marks"),
        pytest.param("US-led 3.5", ["US", "-", "led", "3", ".", "5"], id="hyphen and decimal point"),
        pytest.param("a_b 'n' c", ["a", "b", "'", "n", "'", "c"], id="underscore parts"),
        pytest.param("", [], id="empty"),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Words keep their apostrophes; every other mark stands alone."""
    assert spelled(text) == expected


@given(st.text())
def test_places_hold_every_visible_character(text: str) -> None:
    """Tokens are in order, disjoint and never empty, and what they leave out is white space or underscores."""
    starts, ends = token_places(text)
    inside = {place for start, end in zip(starts, ends, strict=True) for place in range(start, end)}

    assert (starts < ends).all()
    assert (ends[:-1] <= starts[1:]).all()
    assert all(text[place].isspace() or text[place] == "_" for place in range(len(text)) if place not in inside)
    assert len(cut(text, starts, ends)) == len(starts)


@given(st.text())
def test_plain_text_keeps_every_place(text: str) -> None:
    """Plain text has one character for each of the text's."""
    assert len(plain(text)) == len(text)
