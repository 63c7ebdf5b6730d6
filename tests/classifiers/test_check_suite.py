"""Every topic classifier, baselines included, passes every check."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import resources
from classifiers.modelling.baselines.topic import KeywordTopic, MajorityTopic, load_keywords
from classifiers.predictions import PROBABILITY_DIGITS, AbstainReason
from classifiers.topic.classifier import LinearTopicClassifier, TopicClassifier
from classifiers.topic.taxonomy import Taxonomy

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
TEXTS = [
    "The striker scored twice in the final and the team won the championship for the first time.",
    "Parliament votes on the budget on Monday",
    "",
    "   \n\t",
    "12 34 56 78",
    "xqzt wvvk pqrx zzzx",
    "An earthquake of magnitude 6.2 struck the coast, buildings collapsed and rescuers searched the rubble. " * 80,
    "The central bank raised interest rates as inflation and oil prices climbed, and shares fell.\n\n" * 3,
    "Ärzte 🙂 café naïve ﬁ İstanbul \x00 \ud7ff",
]

CLASSIFIERS: dict[str, TopicClassifier] = {
    "majority": MajorityTopic({"medtop:11000000": 0.6, "medtop:15000000": 0.4}, NAMES),
    "keywords": KeywordTopic(load_keywords(), NAMES),
    "linear": LinearTopicClassifier.load(resources.model("topic.skops"), NAMES),
}


def has_sorted_labels_of_the_taxonomy(classifier: TopicClassifier) -> None:
    """Labels are sorted, unique, and all in the taxonomy."""
    assert list(classifier.labels) == sorted(set(classifier.labels))
    assert set(classifier.labels) <= set(NAMES.ids)


def answers_every_text_once(classifier: TopicClassifier) -> None:
    """There is one prediction and one row of probabilities per text, and none of none."""
    assert len(classifier.predict_many(TEXTS)) == len(TEXTS)
    assert classifier.predict_proba(TEXTS).shape == (len(TEXTS), len(classifier.labels))
    assert classifier.predict_many([]) == []
    assert classifier.predict_proba([]).shape == (0, len(classifier.labels))


def gives_probabilities(classifier: TopicClassifier) -> None:
    """Every probability lies in [0, 1]; those of a prediction are rounded."""
    probabilities = classifier.predict_proba(TEXTS)
    assert np.isfinite(probabilities).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    for prediction in classifier.predict_many(TEXTS):
        assert all(round(each.probability, PROBABILITY_DIGITS) == each.probability for each in prediction.topics)


def names_topics_best_first(classifier: TopicClassifier) -> None:
    """The topics of a prediction are the classifier's, unique, with the taxonomy's labels, best first."""
    for prediction in classifier.predict_many(TEXTS):
        assert [each.id for each in prediction.topics if each.id not in classifier.labels] == []
        assert [each.label for each in prediction.topics] == [NAMES.label(each.id) for each in prediction.topics]
        assert len({each.id for each in prediction.topics}) == len(prediction.topics)
        found = [each.probability for each in prediction.topics]
        assert found == sorted(found, reverse=True)


def answers_alone_as_in_a_batch(classifier: TopicClassifier) -> None:
    """The batch does not show in a prediction, nor in any bit of a probability."""
    together = classifier.predict_many(TEXTS)
    assert together == [classifier.predict_one(text) for text in TEXTS]
    assert together[::-1] == classifier.predict_many(TEXTS[::-1])
    rows = np.vstack([classifier.predict_proba([text]) for text in TEXTS])
    np.testing.assert_array_equal(classifier.predict_proba(TEXTS), rows)


def abstains_with_a_reason_or_answers(classifier: TopicClassifier) -> None:
    """A prediction has topics or a reason, never both; without topics there is nothing to explain."""
    for prediction in classifier.predict_many(TEXTS):
        assert bool(prediction.topics) != bool(prediction.abstained)
        assert prediction.topics or not prediction.why


def abstains_from_too_little_text(classifier: TopicClassifier) -> None:
    """Empty text, text without words and text of a few words are too little."""
    for text in ("", " \n", "12 34", "budget vote"):
        assert classifier.predict_one(text).abstained is AbstainReason.TOO_LITTLE_TEXT


def gives_frozen_predictions(classifier: TopicClassifier) -> None:
    """Predictions are immutable and compare by value."""
    first, again = classifier.predict_one(TEXTS[0]), classifier.predict_one(TEXTS[0])
    assert first == again
    assert hash(first) == hash(again)
    with pytest.raises(AttributeError):
        first.topics = ()  # type: ignore[misc]  # that it is read-only is what is tested


CHECKS = [
    has_sorted_labels_of_the_taxonomy,
    answers_every_text_once,
    gives_probabilities,
    names_topics_best_first,
    answers_alone_as_in_a_batch,
    abstains_with_a_reason_or_answers,
    abstains_from_too_little_text,
    gives_frozen_predictions,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifier_passes_the_check(name: str, check: Callable[[TopicClassifier], None]) -> None:
    """Every classifier passes every check."""
    check(CLASSIFIERS[name])


@pytest.mark.parametrize("name", CLASSIFIERS)
@settings(max_examples=30)
@given(texts=st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_answered(name: str, texts: Sequence[str]) -> None:
    """Any text has one prediction."""
    predictions = CLASSIFIERS[name].predict_many(texts)

    assert len(predictions) == len(texts)
