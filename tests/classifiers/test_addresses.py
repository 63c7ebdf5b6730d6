"""Addresses are found wherever they stand, in linear time, and words are not taken for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.addresses import find_addresses, without_addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://paper.example/iran-and-boeing?a=Iran#Iran",
        "http://iran.example",
        "www.facebook.com/harbour",
        "pic.twitter.com/AbC1",
        "youtube.com",
        "nato.int",
        "t.me/harbour",
        "youtu.be/a1",
        "bit.ly/2Iran",
        "iran.it/news",
        "press.desk+iran@mail.boeing.example",
        "@NATO",
        "FoxNews.com",
        "paper.example:8080/iran",
    ],
)
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("See ", " now."), ("(", ") now"), ("\u201c", "\u201d"), ("a\n", "\nb")]
)
def test_finds(address: str, before: str, after: str) -> None:
    """The address is found at its place, whatever is around it, but for brackets that may be its own."""
    text = f"{before}{address}{after}"

    ((start, end),) = find_addresses(text)

    assert start == len(before)
    assert text[start:end].removesuffix(")") == address


@pytest.mark.parametrize(
    "text",
    [
        "Talks with Iran.It was late.",
        "Talks with Iran.in the evening",
        "The U.S. and the E.U. met.",
        "US/UK and Iran/Iraq talks, #NATO, and/or 3.5",
        "The end.The start",
        "a.m. and p.m., vs. Iran",
        "e.g. this, i.e. that",
    ],
)
def test_finds_none(text: str) -> None:
    """Missing spaces, abbreviations, hashtags and slashes make no address."""
    assert find_addresses(text) == []


@given(st.text(st.sampled_from("a.@/: w\nxcom")))
def test_spans_are_in_order(text: str) -> None:
    """Spans do not overlap, hold no white space, and nothing else is lost without them."""
    spans = find_addresses(text)

    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(start < end and not any(map(str.isspace, text[start:end])) for start, end in spans)
    assert len(without_addresses(text)) <= len(text)


def test_a_name_with_capitals_stays() -> None:
    """A domain that is a name in a sentence counts for the topic, and one that is an address does not."""
    assert without_addresses("HealthCare.gov fails, see healthcare.gov or HealthCare.gov/a") == (
        "HealthCare.gov fails, see   or  "
    )
