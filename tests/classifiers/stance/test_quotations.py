"""Quotations are found by their marks, and their speakers beside a verb of saying."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.stance.quotations import find, speaker

SINGLE = "\N{LEFT SINGLE QUOTATION MARK}we can\N{RIGHT SINGLE QUOTATION MARK}t win it\N{RIGHT SINGLE QUOTATION MARK}"


def quotations(text: str) -> list[str]:
    """Return the quotations of a text."""
    return [text[each.start : each.end] for each in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('He said "we will win" today.', ['"we will win"'], id="straight"),
        pytest.param("He said “we will win” today.", ["“we will win”"], id="curly"),
        pytest.param("He said “we will win" + '" today.', ["“we will win" + '"'], id="mixed"),
        pytest.param("He said «we will win» today.", ["«we will win»"], id="guillemets"),
        pytest.param("He said „we will win“ today.", ["„we will win“"], id="low"),
        pytest.param(f"He said {SINGLE} today.", [SINGLE], id="single with an apostrophe"),
        pytest.param("He said 'we can't win it' today.", ["'we can't win it'"], id="plain single"),
        pytest.param("The workers' pay and the '90s aren't over.", [], id="apostrophes"),
        pytest.param('A screw of 5" and one of 6".', [], id="inches"),
        pytest.param('The so-called "peace plan" failed.', [], id="two words"),
        pytest.param('"We came. We saw.\nThen they left."', ['"We came. We saw.'], id="not closed in its paragraph"),
        pytest.param('"One two three." "Four five six."', ['"One two three."', '"Four five six."'], id="two"),
        pytest.param("", [], id="empty"),
    ],
)
def test_quotations_run_between_their_marks(text: str, expected: list[str]) -> None:
    """Quotations of three words and more are found in every style of marks; apostrophes and inches are ignored."""
    assert quotations(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We will win," said Mary Smith.', "Mary Smith"),
        ('"We will win," the White House said.', "White House"),
        ('"We will win," said Mr. Smith, who lost.', "Mr. Smith"),
        ('"We will win," says Sen. Mary J. Smith of Ohio.', "Sen. Mary J. Smith of Ohio"),
        ("“We will win,” Mary Smith, the minister of trade, has warned.", "Mary Smith"),
        ('Mary Smith told reporters in Rome: "We will win."', "Mary Smith"),
        ('According to the Foreign Office, "it is all over."', "Foreign Office"),
        ('Mary Smith, 42, said the deal was "all but done" today.', "Mary Smith"),
        ('"We will win," she said.', None),
        ('"We will win." Mary Smith said nothing.', None),
        ('Mary Smith said so.\n"We will win it."', None),
        ('Mary Smith met us. "We will win it."', None),
        ('"We will win', None),
    ],
)
def test_speaker_is_named_beside_a_verb_of_saying(text: str, expected: str | None) -> None:
    """A name beside a verb of saying in the same paragraph is the speaker; a pronoun is not."""
    found = speaker(text, find(text)[0])

    assert (found and text[found.start : found.end]) == expected


@given(
    st.text(alphabet="aA \n\"'“”«»„.,said\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", max_size=60)
)
def test_any_text_has_quotations_in_order(text: str) -> None:
    """Whatever stands in a text, quotations are in order, within it, and do not overlap; their speakers are outside."""
    found = find(text)

    for quotation, after in zip(found, (*found[1:], None), strict=False):
        assert 0 <= quotation.start < quotation.end <= (after.start if after else len(text))
        if place := speaker(text, quotation):
            assert place.end <= quotation.start or place.start >= quotation.end
