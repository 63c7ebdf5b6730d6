"""Tests of plain text for a terminal."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.terminal.plain_text import MAX_MARKS, plain, safe_text

MARKS = "\u0301\u0323\u0e31\u05b0\u093c\u20e3\ufe0f"
"""Nonspacing and enclosing marks: Latin, Thai, Hebrew, Devanagari, a keycap, a variation selector."""

BASES = "aé나กשक中 1"
"""Characters that take room, of one cell and of two."""


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


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", "Thủ tướng nói về những vấn đề của Việt Nam"),
        "น้ำมันที่ปั๊มนั้นขึ้นราคา",
        "\u05e9\u05c1\u05bc\u05b8\u0596\u05dc\u05b9\u05d5\u05dd",
        "मंत्रियों ने ज़्यादा निर्णय लिए",
        "முதலமைச்சர் கூறினார்",
        "বাংলাদেশের প্রধানমন্ত্রী",
        "ပြည်ထောင်စုသမ္မတမြန်မာနိုင်ငံတော်",
        "រដ្ឋមន្ត្រីក្រសួង",
        "བསྒྲུབས་པའི་",
        "ٱلسَّلَامُ عَلَيْكُمْ",
        "1\ufe0f\u20e3 ❤\ufe0f",
    ],
    ids=["Vietnamese", "Thai", "Hebrew", "Hindi", "Tamil", "Bengali", "Burmese", "Khmer", "Tibetan", "Arabic", "emoji"],
)
def test_writing_with_marks_stays_whole(text: str) -> None:
    """Words of scripts that write with marks are shown as they are."""
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Z" + "\u0301" * 40 + "algo", "Z" + "\u0301" * 4 + "algo"),
        ("\u0301" * 40, "\u0301" * 4),
        ("a" + "\u0301\u200d" * 6 + "b", "a" + "\u0301\u200d" * 4 + "\u200d\u200db"),
        ("a" + "\u0301" * 4 + "\u1160" + "\u0301" * 4, "a" + "\u0301" * 4 + "\u1160"),
        ("a" + "\u0301" * 4 + "\u202e" + "\u0301" * 4, "a" + "\u0301" * 4),
    ],
    ids=["stack", "no base", "joiners between", "Korean between", "control between"],
)
def test_marks_do_not_pile_up(text: str, shown: str) -> None:
    """A character keeps its first four marks, whatever invisible characters are between them."""
    assert plain(text) == shown


@given(st.lists(st.tuples(st.sampled_from(BASES), st.text(MARKS, max_size=MAX_MARKS))))
def test_few_marks_are_left_as_they_are(places: list[tuple[str, str]]) -> None:
    """Text without piled marks is unchanged."""
    text = "".join(base + marks for base, marks in places)

    assert plain(text) == text


@given(st.text(BASES + MARKS + "\u200d\u1160\u202e\n"))
def test_no_place_has_many_marks(text: str) -> None:
    """No text keeps more marks in one place than the limit, and a second pass changes nothing."""
    shown = plain(text)
    places = re.split(f"[{BASES}]", shown)

    assert max(sum(each in MARKS for each in place) for place in places) <= MAX_MARKS
    assert plain(shown) == shown
