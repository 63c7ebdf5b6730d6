"""Every stance classifier, baselines included, passes every check."""

# ruff: noqa: RUF001  # curly quotation marks are part of what is tested

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import resources
from classifiers.modelling.baselines.stance import LexiconSentences, MajoritySentences
from classifiers.predictions import PROBABILITY_DIGITS, Span, StanceLabel, StancePrediction, StanceProbabilities
from classifiers.sentences import split
from classifiers.stance import ArticleStanceClassifier, LinearStanceClassifier, StanceClassifier
from classifiers.targets.watch_list import WatchList

WATCH_LIST = WatchList.load(resources.seed("targets.toml"))
TEXTS = [
    "Iran condemns the United States\n\nIran strongly condemned the United States on Monday. China called it unwise.",
    "Apple and Microsoft shares rose after strong profits, while Germany failed to agree with France.",
    "",
    "   \n\t",
    "No target is named here.",
    "İİ ﬁ 🙂 naïve: the US-led talks didn’t please Russia… “Terrible!” said China\x00.",
    "The United Nations praised Japan. " * 120,
    "China Russia Iran Iraq France Germany Japan India " * 60,
]

CLASSIFIERS: dict[str, StanceClassifier] = {
    "majority": ArticleStanceClassifier(MajoritySentences(), WATCH_LIST),
    "lexicon": ArticleStanceClassifier(LexiconSentences(), WATCH_LIST),
    "linear": LinearStanceClassifier.load(resources.model("stance.skops"), WATCH_LIST),
}


def answers_every_text_once(classifier: StanceClassifier) -> None:
    """There is one tuple of stances per text, and none of none."""
    assert len(classifier.predict_many(TEXTS)) == len(TEXTS)
    assert classifier.predict_many([]) == []


def finds_no_target_in_text_without_one(classifier: StanceClassifier) -> None:
    """Text that names no target has an empty tuple."""
    assert [classifier.predict_one(text) for text in TEXTS[2:5]] == [(), (), ()]


def gives_probabilities_that_sum_to_one(classifier: StanceClassifier) -> None:
    """The three probabilities lie in [0, 1], are rounded, and sum to one up to rounding; so does relevance."""
    for each in _stances(classifier):
        values = _values(each.probabilities)
        assert all(0 <= value <= 1 and round(value, PROBABILITY_DIGITS) == value for value in values)
        assert sum(values) == pytest.approx(1.0, abs=3 * 10**-PROBABILITY_DIGITS)
        assert 0 < each.relevance <= 1


def labels_the_likeliest(classifier: StanceClassifier) -> None:
    """A label is the most probable one, or None with the reason."""
    for each in _stances(classifier):
        assert (each.label is None) == (each.abstained is not None)
        if each.label is not None:
            assert getattr(each.probabilities, each.label) == max(_values(each.probabilities))


def names_each_target_once(classifier: StanceClassifier) -> None:
    """Targets are those of the watch-list, each once per text, the most relevant first."""
    names = {target.id: target.name for target in WATCH_LIST.targets}
    for stances in classifier.predict_many(TEXTS):
        assert [names[each.target] for each in stances] == [each.name for each in stances]
        assert len({each.target for each in stances}) == len(stances)
        relevances = [each.relevance for each in stances]
        assert relevances == sorted(relevances, reverse=True)


def gives_places_in_the_text(classifier: StanceClassifier) -> None:
    """Evidence is a sentence of the text that contains a mention; mentions are in order."""
    for text, stances in zip(TEXTS, classifier.predict_many(TEXTS), strict=True):
        for each in stances:
            assert Span(each.evidence.start, each.evidence.end) in split(text)
            assert any(each.evidence.start <= place.start < each.evidence.end for place in each.mentions)
            assert [place.start for place in each.mentions] == sorted({place.start for place in each.mentions})


def answers_alone_as_in_a_batch(classifier: StanceClassifier) -> None:
    """The batch does not show in a prediction."""
    together = classifier.predict_many(TEXTS)
    assert together == [classifier.predict_one(text) for text in TEXTS]
    assert together[::-1] == classifier.predict_many(TEXTS[::-1])


def gives_frozen_predictions(classifier: StanceClassifier) -> None:
    """Predictions are immutable and compare by value."""
    first, again = classifier.predict_one(TEXTS[0])[0], classifier.predict_one(TEXTS[0])[0]
    assert first == again
    assert hash(first) == hash(again)
    with pytest.raises(AttributeError):
        first.label = StanceLabel.FAVOR  # type: ignore[misc]  # that it cannot be set is what is tested


CHECKS = [
    answers_every_text_once,
    finds_no_target_in_text_without_one,
    gives_probabilities_that_sum_to_one,
    labels_the_likeliest,
    names_each_target_once,
    gives_places_in_the_text,
    answers_alone_as_in_a_batch,
    gives_frozen_predictions,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifier_passes_the_check(name: str, check: Callable[[StanceClassifier], None]) -> None:
    """Every classifier passes every check."""
    check(CLASSIFIERS[name])


@pytest.mark.parametrize("name", CLASSIFIERS)
@settings(max_examples=30)
@given(texts=st.lists(st.lists(st.text(max_size=20) | st.just(" China "), max_size=8).map("".join), max_size=4))
def test_any_text_is_answered(name: str, texts: Sequence[str]) -> None:
    """Any text has a tuple of stances, whose probabilities are finite."""
    predictions = CLASSIFIERS[name].predict_many(texts)

    assert len(predictions) == len(texts)
    assert all(np.isfinite(_values(each.probabilities)).all() for stances in predictions for each in stances)


def _stances(classifier: StanceClassifier) -> list[StancePrediction]:
    return [each for stances in classifier.predict_many(TEXTS) for each in stances]


def _values(probabilities: StanceProbabilities | None) -> tuple[float, float, float]:
    assert probabilities
    return probabilities.favor, probabilities.neutral, probabilities.against
