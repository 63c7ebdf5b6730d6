"""Damaged characters are repaired, and intact ones unchanged."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.cleaning import characters


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        pytest.param("The mayorâ€™s cafÃ©", "The mayor’s café", id="windows-1252"),  # noqa: RUF001
        pytest.param("wonÃ¢â‚¬â„¢t", "won’t", id="twice"),  # noqa: RUF001
        pytest.param("won\x92t \x96 ever", "won’t – ever", id="c1-controls"),  # noqa: RUF001
        pytest.param("R&amp;amp;D &quot;now&quot; &#8212; &#x41;", 'R&D "now" — A', id="entities"),
        pytest.param("cafe\u0301", "café", id="decomposed"),
        pytest.param("a\u00a0b\u3000c\td", "a b c d", id="spaces"),
        pytest.param(
            "zero\u200bwidth \u202eand\u202c \ufeffbidi \u00adsoft", "zerowidth and bidi soft", id="invisible"
        ),
        pytest.param("n\x00u\x07l \ue000icon \ud800", "nul icon", id="controls"),
        pytest.param("  one \r\n\r\n\r\n\n two\rthree\u2028four  \n", "one\n\ntwo\nthree\nfour", id="lines"),
    ],
)
def test_repairs(broken: str, repaired: str) -> None:
    """Each kind of damage is repaired."""
    assert characters.normalize(broken) == repaired


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“Curly” quotes, ‘single’ ones — and dashes – stay…", id="curly-quotes"),  # noqa: RUF001
        pytest.param("AT&T and R&D; the Marks & Spencer case", id="ampersands"),
        pytest.param("Élysée, Ångström, São Paulo, naïveté, «présumé»", id="accents"),
        pytest.param("Президент РФ посетил Санкт-Петербург.", id="cyrillic"),
        pytest.param("می\u200cخواهم", id="persian-joiner"),  # noqa: RUF001
        pytest.param("\U0001f468\u200d\U0001f469\u200d\U0001f467 at the fair", id="emoji-joiner"),
        pytest.param("日本の首相は、火曜日に会見した。", id="japanese"),
    ],
)
def test_keeps(text: str) -> None:
    """Sound text of any script comes out as it went in."""
    assert characters.normalize(text) == text


@settings(deadline=None)  # the first mojibake imports ftfy
@given(st.text(st.characters()))
def test_what_comes_out_can_be_published(text: str) -> None:
    """Settled text encodes as UTF-8, is NFC and has stripped lines with no more than one blank line between them."""
    settled = characters.normalize(text)

    settled.encode()
    assert unicodedata.is_normalized("NFC", settled)
    assert "\n\n\n" not in settled
    assert all(line == line.strip() for line in settled.split("\n"))


def test_a_title_is_one_line() -> None:
    """A title's line breaks become spaces."""
    assert characters.one_line(" The dam\n\nholds\t") == "The dam holds"


def test_marks_of_every_block_are_limited() -> None:
    """Every character that normalisation sorts counts as a combining mark."""
    marks = filter(unicodedata.combining, map(chr, range(sys.maxunicode)))

    assert {len(characters.limit_marks("a" + mark * 40)) for mark in marks} == {1 + characters.MAX_MARKS}


def test_marks_beyond_those_of_any_word_are_dropped() -> None:
    """Of combining marks in succession 30 are kept, and the text after them stays."""
    normal = characters.normalize("a" + "\u0301\u0316" * 5_000 + "b and e\u0301")

    assert normal.endswith("b and \u00e9")
    assert sum(unicodedata.category(each) == "Mn" for each in unicodedata.normalize("NFD", normal)) == 31


@given(
    st.lists(
        st.text() | st.sampled_from(["The dam held.", "caf\u00e9\u2019s", "\u00c3\u00a9", "e\u0301", "\u3042\u3099"])
    ).map("\n".join)
)
def test_the_quick_check_agrees(text: str) -> None:
    """A text that the quick check calls normal is what the full normalisation of the same text gives."""
    if characters.is_normal(text):
        assert characters.normalize(f"{text}\n\n\u200b") == text  # the zero-width space calls for the full one


def test_the_quick_check_passes_most_texts() -> None:
    """Ordinary prose of several scripts takes the quick way, and what has to be changed does not."""
    for text in (
        "The dam held.\n\n\u201cNobody was hurt,\u201d she said.",
        "\u041f\u043b\u043e\u0442\u0438\u043d\u0430.",
        "\u5927\u575d\u3002",
    ):
        assert characters.is_normal(text)
    for text in (
        "The  dam",
        " dam",
        "dam\n\n\n\ndam",
        "R&amp;D",
        "dam\u00a0held",
        "caf\u00c3\u00a9",
        "e\u0301",
        "a\x85b",
    ):
        assert not characters.is_normal(text)
