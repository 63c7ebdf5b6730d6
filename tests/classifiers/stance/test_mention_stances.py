"""Texts in a language that the stance model does not read have stances without a label."""

# ruff: noqa: RUF001  # quotation marks of other scripts are what is tested

import pytest

from classifiers import resources
from classifiers.predictions import AbstainReason, StancePrediction
from classifiers.stance.article import MAX_MENTIONS
from classifiers.stance.mention_stances import MentionStances
from classifiers.stance.quotation_marks import find_marked
from classifiers.targets.watch_list import TargetKind, WatchList

STANCES = MentionStances(WatchList.load(resources.seed("targets.toml")))
GERMAN = (
    "Russland droht Polen\n\nMoskau hat am Montag Gespräche abgelehnt. „Wir weichen vor Polen nicht zurück“, hieß es. "
    "Danach schwieg der Kreml. Die EU will vermitteln. Niemand antwortete. Es regnete."
)


def by_target(text: str, language: str) -> dict[str, StancePrediction]:
    """Return the stances of a text by target."""
    return {each.target: each for each in STANCES.predict(text, language)}


def test_targets_have_mentions_and_no_label() -> None:
    """Each target has its kind, mentions and relevance; label and probabilities are None, with the reason."""
    stances = by_target(GERMAN, "de")
    russia = stances["russia"]

    assert list(stances) == ["russia", "poland", "european-union"]
    assert (russia.name, russia.kind) == ("Russia", TargetKind.STATE)
    assert [GERMAN[each.start : each.end] for each in russia.mentions] == ["Russland", "Moskau", "Kreml"]
    assert 1 >= russia.relevance > stances["european-union"].relevance > 0
    assert {(each.label, each.abstained, each.probabilities) for each in stances.values()} == {
        (None, AbstainReason.LANGUAGE_NOT_SUPPORTED, None)
    }


def test_evidence_is_the_first_sentence_that_names_the_target() -> None:
    """Evidence is the first sentence with a mention, and says whether it is quoted, without a speaker."""
    text = "Es regnete. „Wir weichen vor Polen nicht zurück“, hieß es. Polen schwieg."
    (stance,) = STANCES.predict(text, "de")

    assert text[stance.evidence.start : stance.evidence.end] == "„Wir weichen vor Polen nicht zurück“, hieß es."
    assert stance.evidence.quoted
    assert stance.evidence.speaker is None


def test_mentions_are_limited() -> None:
    """A target has its first mentions, and the number of further ones."""
    (stance,) = STANCES.predict("俄罗斯。" * 100, "zh")

    assert (len(stance.mentions), stance.mentions_omitted) == (MAX_MENTIONS, 100 - MAX_MENTIONS)


@pytest.mark.parametrize("language", ["sv", "la", ""])
def test_other_languages_have_no_stances(language: str) -> None:
    """A text in a language without names of targets has no stances."""
    assert STANCES.predict("NATO NATO NATO", language) == ()


def test_english_names_are_used_in_english() -> None:
    """Where the stance model does not predict in English either, English texts have mentions."""
    assert by_target("Kamala Harris met envoys of China. Harris smiled.", "en")["kamala-harris"].mentions_omitted == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Er sagte: „Wir gehen nach Hause.“ Dann ging er.", ["„Wir gehen nach Hause.“"], id="German"),
        pytest.param("»Wir gehen nach Hause«, sagte er.", ["»Wir gehen nach Hause«"], id="German books"),
        pytest.param("« Nous partons demain matin », dit-il.", ["« Nous partons demain matin »"], id="French"),
        pytest.param("彼は「我々は決して譲らない」と述べた。", ["「我々は決して譲らない」"], id="Japanese"),
        pytest.param("他说：“我们决不让步。”", ["“我们决不让步。”"], id="Chinese"),
        pytest.param("Das „Wunder“ blieb aus, das 「奇跡」 auch.", [], id="a word is no quotation"),
        pytest.param("„Wir gehen jetzt\nnach Hause", ["„Wir gehen jetzt"], id="no closing mark"),
    ],
)
def test_quotations_by_their_marks(text: str, expected: list[str]) -> None:
    """Quotations of a few words or more are found by the marks of each language."""
    assert [text[span.start : span.end] for span in find_marked(text)] == expected
