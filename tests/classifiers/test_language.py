"""The language detector names languages, offline, for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.language import HEAD_CHARS, LanguageDetector

DETECTOR = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("The central bank raised interest rates on Thursday.", "en", id="English"),
        pytest.param("THE CENTRAL BANK RAISED INTEREST RATES ON THURSDAY.", "en", id="English in capitals"),
        pytest.param("El gobierno anunció hoy nuevas medidas económicas.", "es", id="Spanish"),
        pytest.param("日本の首相は月曜日に", "ja", id="Japanese"),
        pytest.param("The first line\n\nand the second\r\nof one story", "en", id="line breaks"),
    ],
)
def test_names_the_language(text: str, code: str) -> None:
    """A sentence has the ISO code of its language, with a probability."""
    language = DETECTOR.detect(text)

    assert language is not None
    assert language.code == code
    assert language.probability is not None
    assert language.probability > 0.5


@pytest.mark.parametrize("text", ["", " \n ", "12 345 -- 6:7", "🙂"])
def test_text_without_letters_has_no_language(text: str) -> None:
    """Where there is no letter there is no language."""
    assert DETECTOR.detect(text) is None


def test_only_the_head_counts() -> None:
    """What follows the head does not change the answer."""
    head = "The central bank raised interest rates. " * 20

    assert DETECTOR.detect(head[:HEAD_CHARS] + " Der Rest ist deutsch." * 50) == DETECTOR.detect(head[:HEAD_CHARS])


@given(st.text())
def test_probability_is_a_probability(text: str) -> None:
    """Any text gives a probability in [0, 1] with four digits, or none at all."""
    language = DETECTOR.detect(text)

    assert language is None or 0 <= (language.probability or 0) <= 1
