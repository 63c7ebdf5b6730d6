"""Languages as publishers declare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.language_codes import language_code


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("eng", "en"),
        ("ENG", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("iw", "he"),
        ("hbs", "sr"),
        ("English", "en"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("русский", "ru"),  # Russian
        ("日本語", "ja"),
        ("haw", "haw"),
        ("und", None),
        ("mul", None),
        ("Multiple languages", None),
        ("", None),
        ("no language at all", None),
    ],
)
def test_a_declared_language_has_one_code(declared: str, code: str | None) -> None:
    """Tags, locales, codes of ISO 639 and names give the code that is used everywhere; others give none."""
    assert language_code(declared) == code


@given(st.text())
def test_any_text_gives_a_code_or_none(declared: str) -> None:
    """Whatever is declared, the answer is None or a code of two or three letters."""
    code = language_code(declared)

    assert code is None or (2 <= len(code) <= 3 and code.isascii() and code.islower())
