"""An article knows which sentences name which target, and how much of it is about each."""

import pytest

from classifiers.predictions import Span
from classifiers.sentences import split
from classifiers.stance.article import AnnotatedArticle, annotate, find_evidence, has_title, relevance
from classifiers.targets.mentions import Mention

TEXT = "Iran talks\n\nIran met Oman. Nothing happened. Oman left. They slept. Then Iran and Qatar spoke. Iran won."


def mentions(text: str, *names: str) -> list[Mention]:
    """Return all places of names in a text."""
    places = [(place, name) for name in names for place in range(len(text)) if text.startswith(name, place)]
    return [Mention(place, place + len(name), name) for place, name in sorted(places)]


def article(text: str = TEXT) -> AnnotatedArticle:
    """Return an article with its places of Iran, Oman and Qatar."""
    return annotate(text, split(text), mentions(text, "Iran", "Oman", "Qatar"))


def test_mentions_are_sorted_by_target_and_sentence() -> None:
    """Targets come in order of their first mention, each with its sentences."""
    assert [(each.target_id, list(each.by_sentence)) for each in article().targets] == [
        ("Iran", [0, 1, 5, 6]),
        ("Oman", [1, 3]),
        ("Qatar", [5]),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Title\n\nBody", True, id="title and body"),
        pytest.param("Only a body", False, id="one paragraph"),
        pytest.param("A line\nof verse\n\nBody", False, id="two lines"),
        pytest.param("x" * 300 + "\n\nBody", False, id="long first paragraph"),
        pytest.param("Title\n\n", False, id="no body"),
        pytest.param("", False, id="empty"),
    ],
)
def test_title_is_a_short_first_paragraph(text: str, *, expected: bool) -> None:
    """The first paragraph is a title where it is one short line and something follows."""
    assert has_title(text) is expected


def test_relevance_follows_place_and_frequency() -> None:
    """A target of the title is more relevant than one of the lead, and that more than one of the rest."""
    found = article()
    iran, oman, qatar = (relevance(found, places) for places in found.targets)

    assert iran > oman > qatar > 0


def test_relevance_of_the_only_subject_is_one() -> None:
    """A target that is named in the title and in every sentence, often enough, has relevance one."""
    text = "Iran\n\n" + "Iran spoke of Iran. " * 10

    assert relevance(article(text), article(text).targets[0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("sentence", "quoted", "speaker"),
    [
        pytest.param("Iran won.", False, None, id="no quotation"),
        pytest.param("Oman left.", True, "Mary Smith", id="inside a quotation"),
        pytest.param("It is over for Iran,” said Mary Smith.", True, "Mary Smith", id="its end"),
        pytest.param("“Qatar won it all.”", True, "Mary Smith", id="continued in the paragraph"),
        pytest.param("“They know it,” she said of Qatar.", True, None, id="no name"),
    ],
)
def test_evidence_tells_who_is_quoted(sentence: str, *, quoted: bool, speaker: str | None) -> None:
    """Evidence states whether it is quoted, considering the whole text, and the place of the speaker's name."""
    text = (
        "Iran won. “They slept. Oman left. It is over for Iran,” said Mary Smith. “Qatar won it all.”\n"
        "“They know it,” she said of Qatar."
    )
    start = text.index(sentence)

    found = find_evidence(article(text), Span(start, start + len(sentence)))

    assert found.quoted is quoted
    assert (found.speaker and text[found.speaker.start : found.speaker.end]) == speaker


def test_a_speaker_is_searched_among_the_nearest_quotations() -> None:
    """The speaker of a distant quotation of the same paragraph is not that of the evidence."""
    first, other = 'Iran won. "We will win this," said Mary Smith. ', '"It is not over yet." '
    text = first + other * 30

    near = find_evidence(article(text), Span(len(first), len(first) + len(other) - 1))
    far = find_evidence(article(text), Span(len(text) - len(other), len(text) - 1))

    assert near.speaker is not None
    assert far.quoted
    assert far.speaker is None
