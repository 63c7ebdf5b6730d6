"""Names and texts are compared in spellings that keep every place, and of overlapping mentions one counts."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.targets.mentions import Mention, fold, leftmost_longest

NEWS = st.lists(st.sampled_from(["China", "İ", "ß", "\N{RIGHT SINGLE QUOTATION MARK}s", "ﬁ", "🙂"])).map("".join)


@given(st.text() | NEWS)
def test_folding_keeps_every_place(text: str) -> None:
    """The folded text has a character for each of the text's, so that offsets stay true."""
    assert len(fold(text)) == len(text)


def test_of_overlapping_mentions_the_leftmost_longest_counts() -> None:
    """The one that begins first counts, and of those the longest."""
    short, long, inside, behind = (Mention(*place, "a") for place in ((0, 5), (0, 9), (6, 12), (12, 14)))

    assert leftmost_longest([behind, inside, short, long]) == [long, behind]
