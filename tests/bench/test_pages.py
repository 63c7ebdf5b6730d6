"""The measures of pages are those of the benchmarks that they are compared with."""

import pytest

from bench.pages import Page, quality

EXPECTED = "The dam above the town held through the night."


def test_the_same_words_are_perfect() -> None:
    """A text that differs in marks alone has an F1 of 1."""
    found = quality(["the DAM above the town held - through the night"], [EXPECTED])
    assert (found.word_f1, found.run_f1) == (1, 1)


def test_half_a_text_is_half_of_the_recall() -> None:
    """Repeating what is expected halves precision, and leaving out half of it halves recall, by runs of four words."""
    assert quality([f"{EXPECTED} {EXPECTED}"], [EXPECTED]).precision == pytest.approx(6 / 15)
    assert quality(["The dam above the town"], [EXPECTED]).recall == pytest.approx(2 / 6)


def test_pages_without_an_expected_text_do_not_count() -> None:
    """A page of which nothing is known changes no mean, and one of which nothing is found does."""
    assert quality(["Rain", EXPECTED], ["", EXPECTED]).word_f1 == 1
    assert quality(["", EXPECTED], [EXPECTED, EXPECTED]).word_f1 == 0.5


def test_expected_html_loses_its_markup() -> None:
    """Where markup is expected, its text is compared."""
    assert Page("", expected_html="<div><p>The dam.</p><p>Rain.</p></div>").expected == "The dam.\nRain."
