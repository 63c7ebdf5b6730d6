"""A user's own pairs correct the weights of the shipped stance model, and what they say nothing about stays."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers import model_files, resources
from classifiers.errors import CorpusError
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.progress import silent
from classifiers.modelling.training.stance.adaptation import INVERSE_PENALTIES, MIN_PAIRS, adapt
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import PairBatch, TargetGroup, TargetSentence
from classifiers.stance.sentence_model import GENERAL, LABELS, STATE, LinearSentenceModel

TARGETS = ("Ada Kjell", "Osric Haldane", "Milena Orsk", "Ruud Elmar", "Hester Quill")
PLACES = ("in the chamber", "on Monday", "before the vote", "at the congress", "in a letter", "during the debate")
PREDICATES = {"was seated": StanceLabel.AGAINST, "was filmed": StanceLabel.NEUTRAL, "was greeted": StanceLabel.FAVOR}
"""The user's own definition: being seated is a slight."""


@pytest.fixture(scope="module")
def shipped() -> LinearSentenceModel:
    """Return the shipped sentence model."""
    return LinearSentenceModel.from_loaded(model_files.load(resources.model("stance.skops"), kind="stance"))


def sentence(target: str, rest: str, group: TargetGroup = TargetGroup.OTHER) -> TargetSentence:
    """Return a sentence that begins with its target."""
    return TargetSentence(f"{target} {rest}.", (Span(0, len(target)),), group)


def pairs(group: TargetGroup = TargetGroup.OTHER) -> list[LabelledPair]:
    """Return 90 pairs under the user's definition."""
    return [
        LabelledPair(sentence(target, f"{predicate} {place}", group), label, sources.TRAIN, "own")
        for target in TARGETS
        for place in PLACES
        for predicate, label in PREDICATES.items()
    ]


def probabilities(model: LinearSentenceModel, *sentences: TargetSentence) -> NDArray[np.float64]:
    """Return the probabilities of sentences, in the order of `LABELS`."""
    return model.predict_proba(PairBatch.from_sentences(sentences))


def answers(model: LinearSentenceModel, sentences: Sequence[TargetSentence]) -> list[StanceLabel]:
    """Return the likeliest label of each sentence."""
    return [LABELS[each] for each in probabilities(model, *sentences).argmax(axis=1)]


def test_own_pairs_change_the_answers(shipped: LinearSentenceModel) -> None:
    """A new sentence is answered under the user's definition, which the shipped model does not know."""
    new = [sentence("Petra Lind", f"{predicate} near the window") for predicate in PREDICATES]

    adapted = adapt(shipped, pairs(), 1, silent)

    assert adapted.strengths[GENERAL] in INVERSE_PENALTIES
    assert answers(adapted.model, new) == list(PREDICATES.values())
    assert answers(shipped, new) != list(PREDICATES.values())


def test_other_parts_stay(shipped: LinearSentenceModel) -> None:
    """Pairs about persons change no probability of a state, bit by bit, and the model given is left as it was."""
    state = sentence("Norlund", "was seated in the chamber", TargetGroup.STATE)
    person = sentence("Ada Kjell", "was seated in the chamber")
    before = probabilities(shipped, state, person)

    adapted = adapt(shipped, pairs(), 1, silent)

    assert adapted.strengths[STATE] == 0
    assert np.array_equal(probabilities(adapted.model, state), before[:1])
    assert np.array_equal(probabilities(shipped, state, person), before)


def test_a_part_with_few_pairs_stays(shipped: LinearSentenceModel) -> None:
    """A part is corrected by enough pairs of its own alone, however many another part has."""
    few = pairs(TargetGroup.STATE)[: MIN_PAIRS - 1]

    adapted = adapt(shipped, [*pairs(), *few], 1, silent)

    assert adapted.strengths[STATE] == 0
    assert adapted.strengths[GENERAL] > 0


def test_labels_that_the_model_expects_change_nothing(shipped: LinearSentenceModel) -> None:
    """Labels drawn with the probabilities that the shipped model gives them are no reason to correct it."""
    own = [sentence(target, f"was praised {place}") for target in TARGETS for place in PLACES]
    drawn = np.random.default_rng(1)
    labels = [LABELS[drawn.choice(len(LABELS), p=row)] for row in probabilities(shipped, *own)]
    rows = [LabelledPair(pair, label, sources.TRAIN, "own") for pair, label in zip(own, labels, strict=True)]

    assert adapt(shipped, rows, 1, silent).strengths[GENERAL] == 0


def test_too_few_pairs_are_refused(shipped: LinearSentenceModel) -> None:
    """The error counts the pairs of each part, and states how many one needs."""
    with pytest.raises(CorpusError, match=rf"general {MIN_PAIRS - 1}, state 0, company 0\): label {MIN_PAIRS}"):
        adapt(shipped, pairs()[: MIN_PAIRS - 1], 1, silent)
