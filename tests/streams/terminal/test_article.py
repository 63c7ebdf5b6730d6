"""Tests of the view of a tagged article."""

import msgspec
import pytest

from classifiers.predictions import AbstainReason, Evidence, Span, StanceLabel, TopicScore
from streams.terminal.article import article_view, percent, withdrawal_view
from tests.streams.terminal.articles import TITLE, drawn, stance, tagged


def test_the_essentials_are_shown_without_colour() -> None:
    """Topic, probability, publisher, language, id, title, stance and relevance are words and numbers."""
    shown = drawn(article_view(tagged()))

    for part in ("politics 93%", "example.org · en · 9f2c01abc…", TITLE, "against    60%", "relevance 0.50"):
        assert part in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Long titles and names are cut with an ellipsis."""
    article = tagged(title="A long title " * 40, stances=(stance("A long name " * 20, StanceLabel.FAVOR),))

    lines = drawn(article_view(article, detail=True), width).splitlines()

    assert max(map(len, lines)) <= width
    assert any("…" in line for line in lines)


@pytest.mark.parametrize(
    ("label", "word"),
    [(StanceLabel.FAVOR, "+ favor"), (StanceLabel.NEUTRAL, "· neutral"), (None, "? abstained")],
    ids=["favor", "neutral", "abstained"],
)
def test_each_stance_has_a_sign_and_a_word(label: StanceLabel | None, word: str) -> None:
    """Stances differ by more than their colour."""
    assert word in drawn(article_view(tagged(stances=(stance("NATO", label),))))


def test_the_most_relevant_targets_are_shown() -> None:
    """Of many targets the three most relevant are shown, with the number of the others."""
    stances = tuple(stance(f"Target {number}", StanceLabel.FAVOR, number / 10) for number in range(5))

    shown = drawn(article_view(tagged(stances=stances)))

    assert shown.index("Target 4") < shown.index("Target 3") < shown.index("Target 2")
    assert "2" in shown.splitlines()[-1].split()
    assert "Target 1" not in shown


def test_an_abstention_shows_its_reason() -> None:
    """An article without a topic shows the reason for abstaining in its place."""
    article = tagged(topics=(), abstained=AbstainReason.TOO_LITTLE_TEXT)

    assert "abstained: too little text" in drawn(article_view(article))


def test_details_show_the_evidence() -> None:
    """With details the evidence, the terms and the notes are shown, too."""
    shown = drawn(article_view(tagged(), detail=True), 120)

    assert "“The ministries rejected the criticism of the United States on Tuesday.”" in shown
    for fact in ("ministries", "published_at", "not_a_date", "yesterday"):
        assert fact in shown


def test_details_mark_a_quotation() -> None:
    """Evidence that is a quotation is marked, with the name of the speaker where it is known."""

    def shown(speaker: Span | None) -> str:
        evidence = Evidence(0, len(TITLE), quoted=True, speaker=speaker)
        said = msgspec.structs.replace(stance("Iran", StanceLabel.AGAINST), evidence=evidence)
        return drawn(article_view(tagged(stances=(said,)), detail=True), 120)

    assert f"“{TITLE}” (quoted)" in shown(None)
    assert f"“{TITLE}” (quoted: Two governments)" in shown(Span(0, len("Two governments")))


def test_articles_cannot_reach_the_terminal() -> None:
    """Control sequences in any field of an article are not written."""
    evil = "\x1b[2J\x1b]0;evil\x07"
    article = tagged(
        id=f"{evil}id",
        title=f"{evil}title",
        publisher=f"{evil}publisher",
        topics=(TopicScore("x", f"{evil}topic", 0.9),),
        stances=(stance(f"{evil}name", StanceLabel.FAVOR),),
    )

    shown = drawn(article_view(article, detail=True)) + drawn(withdrawal_view(f"{evil}id"))

    assert "\x1b" not in shown
    assert "evil" not in shown


@pytest.mark.parametrize(("probability", "shown"), [(0.0, "0%"), (0.004, "<1%"), (0.996, ">99%"), (1.0, "100%")])
def test_a_probability_is_not_rounded_to_certainty(probability: float, shown: str) -> None:
    """Only certain predictions are shown as 0 or 100 percent."""
    assert percent(probability) == shown
