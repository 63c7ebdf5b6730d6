"""Sentences end where readers see them end, and their spans cover the whole text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sentences import MAX_SENTENCE_CHARS, split

PROSE = st.lists(
    st.sampled_from(
        ["The", "U.S.", "Mr.", "A.", "rose", "3.5", "“yes”", "no!", "end.", "...", "\n", "\n\n", "  ", "Ünal"]
    ),
    max_size=30,
).map(" ".join)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[span.start : span.end] for span in split(text)]


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(["Mr. Smith met Gen. Jones.", "He left."], id="titles"),
        pytest.param(["J. R. R. Tolkien wrote.", "It sold."], id="initials"),
        pytest.param(["The U.S. House voted.", "It failed."], id="dotted acronym before a name"),
        pytest.param(["They left the U.S.", "The army stayed."], id="dotted acronym before an opener"),
        pytest.param(["Prices rose 3.5 percent to 8.25.", "Wages fell."], id="decimals"),
        pytest.param(["“We will win.”", "He smiled."], id="quotation mark after the stop"),
        pytest.param(["He asked: why?", "“No idea!”", "She left."], id="question and exclamation"),
        pytest.param(["It grew on Jan. 5 and on Sept. 6.", "Then it fell."], id="months"),
        pytest.param(["Wait...", "What?", "Yes."], id="dots"),
        pytest.param(["he wrote e.g. to apple.com and left"], id="no capital, no end"),
    ],
)
def test_sentences_end_at_stops(expected: list[str]) -> None:
    """A stop ends a sentence unless it belongs to an abbreviation, an initial or a number."""
    assert sentences(" ".join(expected)) == expected


def test_lines_are_always_divided() -> None:
    """A line break ends a sentence, stop or no stop."""
    assert sentences("A title without a stop\n\nthe body\r\nmore") == ["A title without a stop", "the body", "more"]


def test_overlong_sentences_are_cut_between_words() -> None:
    """A sentence over the limit is cut at white space, one without white space at the limit."""
    words = sentences("word " * 400)
    assert max(map(len, words)) <= MAX_SENTENCE_CHARS
    assert {word for piece in words for word in piece.split()} == {"word"}
    assert [len(piece) for piece in sentences("x" * 1500)] == [600, 600, 300]


@given(st.text() | PROSE)
def test_spans_are_ordered_and_hold_the_text(text: str) -> None:
    """Spans are in order and disjoint, cover all characters but white space, and have none at their ends."""
    spans = split(text)
    covered = {place for span in spans for place in range(span.start, span.end)}

    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)
    assert all(part == part.strip() != "" for part in sentences(text))


@pytest.mark.parametrize("run", ["." * 5_000, '."' * 5_000, "?!" * 5_000, "\u2026)" * 5_000])
def test_a_run_of_stops_is_one_stop(run: str) -> None:
    """A run of stops ends one sentence, however long it is, where a new one follows, and none where it does not."""
    ends = {span.end for span in split(f"The dam held{run} Nobody was hurt.")}

    assert len("The dam held") + len(run) in ends
    assert {span.end for span in split(f"x{run}y")} == {*range(600, len(run) + 2, 600), len(run) + 2}
