"""Texts are compared by runs of words, whatever stands between them."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.cleaning.html.shingles import share_in, shingles


def test_punctuation_and_case_do_not_count() -> None:
    """A text has the shingles of the same words in other marks."""
    assert shingles("The dam held, through the night!") == shingles("the DAM held - through (the) night")


def test_characters_of_unspaced_scripts_are_words() -> None:
    """A sentence without spaces has as many shingles as it has runs of four characters."""
    assert len(shingles("\u5927\u575d\u5b88\u4f4f\u4e86")) == 2


@given(st.text())
def test_every_text_with_words_is_in_itself(text: str) -> None:
    """The shingles of a text are all known to it; a text without words shares nothing."""
    runs = shingles(text)
    assert share_in(runs, set(runs)) == bool(runs)
