"""The language detector names languages, offline, for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.language import LanguageDetector, identify

DETECTOR = LanguageDetector()
ENGLISH = "The central bank raised interest rates on Thursday for the third time. "
RESULTS = "Oslo 2, Bergen 1; Tromso 0, Molde 0; Viking 3, Brann 3; Lillestrom 1, Odd 0. "
CAPITALS = "THE NAVY SAID ON MONDAY THAT TWO OF ITS SHIPS HAD LEFT THE PORT, AND SENATORS PRAISED THE ORDER."


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


def test_the_whole_text_counts() -> None:
    """A long quotation at the beginning does not decide the language of the rest."""
    quotation = "« Nous ne céderons pas devant la menace », a déclaré le ministre devant les députés à Paris. " * 4

    language = DETECTOR.detect(quotation + "The central bank raised interest rates on Thursday. " * 40)

    assert language is not None
    assert language.code == "en"


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [
        pytest.param(ENGLISH * 4, "fr", "en", id="a long English text, declared as French"),
        pytest.param(ENGLISH, "fr", "fr", id="a short one"),
        pytest.param(RESULTS * 4, "en", "en", id="a long list that cannot be recognised"),
        pytest.param(RESULTS, "ENG", "en", id="a code of three letters"),
        pytest.param(RESULTS, "English", "en", id="a name"),
        pytest.param(ENGLISH, "und", "en", id="undetermined"),
        pytest.param(ENGLISH, None, "en", id="nothing declared"),
    ],
)
def test_only_a_long_text_that_is_recognised_beats_what_is_declared(text: str, declared: str | None, code: str) -> None:
    """The declared language stands unless the text is long and clearly in another one."""
    language = identify(DETECTOR, text, declared)

    assert language is not None
    assert language.code == code


@pytest.mark.parametrize("text", [CAPITALS, "Ships leave " + CAPITALS, CAPITALS + " SENATOR McCONNELL AGREED."])
def test_capitals_are_no_other_language(text: str) -> None:
    """A text in capitals is recognised, also with a title or a name in small letters."""
    language = DETECTOR.detect(text)

    assert language is not None
    assert language.code == "en"


@given(st.text())
def test_probability_is_a_probability(text: str) -> None:
    """Any text gives a probability in [0, 1] with four digits, or none at all."""
    language = DETECTOR.detect(text)

    assert language is None or 0 <= (language.probability or 0) <= 1


def test_a_quotation_at_the_head_weighs_by_its_length() -> None:
    """A short quotation in another language before a long text leaves no doubt of the language of the text."""
    quotation = "Nous ne pouvons pas accepter que cette d\u00e9cision soit prise sans nous, et nous le dirons demain. "
    story = (
        "The cabinet agreed on Tuesday to send forty vehicles, and the first of them will leave before the month ends. "
    )

    found = identify(LanguageDetector(), quotation + 12 * story, "fr")

    assert found is not None
    assert found.code == "en"
