"""Control and formatting characters, and their escapes."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.control_characters import JOINERS, escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\u001b[2J"),
        ("\x9b2J", r"\u009b2J"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x7f", r"\u007f"),
        ("\u2028\u202e", r"\u2028\u202e"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\ud800", r"\ud800"),
        ("caf\u00e9 \u3000 \U0001f600", "caf\u00e9 \u3000 \U0001f600"),
    ],
    ids=["escape", "8-bit", "lines", "delete", "direction", "tag", "surrogate", "text"],
)
def test_what_controls_is_escaped_and_the_rest_stays(text: str, shown: str) -> None:
    """Control and formatting characters become escapes of JSON; letters, spaces and symbols stay."""
    assert escaped(text) == shown


def test_characters_can_be_kept() -> None:
    """A caller names the characters that its text needs."""
    assert escaped("\n\u200c\x1b", keep="\n" + JOINERS) == "\n\u200c\\u001b"


@given(st.text())
def test_nothing_that_controls_is_left(text: str) -> None:
    """Whatever the text holds, no control, format or line-separating character is left of it."""
    assert not {unicodedata.category(each) for each in escaped(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_escaped_json_is_the_same_json(text: str) -> None:
    """JSON means the same after it is escaped."""
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text
