"""Tests of plain text for a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.terminal.plain_text import plain, safe_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new title\x07news", "news"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jnews", "news"),
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("abc\x08\x08\x08xyz", "abcxyz"),
        ("\u202egnp.exe", "gnp.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001  # Persian needs the non-joiner
        ("\ud800lone", "lone"),
        ("[bold]kept[/bold]", "[bold]kept[/bold]"),
    ],
    ids=["colour", "title", "link", "8-bit", "lines", "backspace", "direction", "joiner", "surrogate", "markup"],
)
def test_nothing_but_text_is_left(text: str, shown: str) -> None:
    """Control sequences and characters are removed, and the words stay."""
    assert plain(text) == shown


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    """No text of an article keeps a control character, and a second pass changes nothing."""
    shown = plain(text)

    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert plain(shown) == shown


def test_brackets_are_no_markup() -> None:
    """Text that looks like rich's markup is shown as it is."""
    assert safe_text("[red]news[/red]").plain == "[red]news[/red]"
    assert safe_text("[red]news[/red]").spans == []
