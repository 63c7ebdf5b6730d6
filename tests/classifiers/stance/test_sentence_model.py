"""The linear sentence model predicts with the content of its file, and rejects an inconsistent file."""

from typing import Any

import msgspec
import pytest

from classifiers import model_files, resources
from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.network import NetworkWeights
from classifiers.stance.pairs import PairBatch, TargetGroup, TargetSentence
from classifiers.stance.sentence_model import LABELS, LinearSentenceModel, answer_thresholds
from classifiers.stance.vocabulary import Vocabulary

MODEL = model_files.load(resources.model("stance.skops"), kind="stance")
SENTENCES = LinearSentenceModel.from_loaded(MODEL)


def most_probable(sentence: str, target: str, group: TargetGroup = TargetGroup.OTHER) -> StanceLabel:
    """Return the most probable label of one pair."""
    start = sentence.index(target)
    pair = TargetSentence(sentence, (Span(start, start + len(target)),), group)
    return LABELS[int(SENTENCES.predict_proba(PairBatch.from_sentences([pair]))[0].argmax())]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Zorblax is a brilliant, honest and widely admired leader.", StanceLabel.FAVOR, id="favor"),
        pytest.param("Zorblax lied shamelessly, a disgrace and a failure.", StanceLabel.AGAINST, id="against"),
        pytest.param("Zorblax met reporters on Tuesday.", StanceLabel.NEUTRAL, id="neutral"),
    ],
)
def test_plain_sentences_have_their_stance(sentence: str, expected: StanceLabel) -> None:
    """A plain statement on a target has the right label, whatever the target's name."""
    assert most_probable(sentence, "Zorblax") is expected


def test_no_pairs_have_no_probabilities() -> None:
    """An empty batch has an empty matrix."""
    assert SENTENCES.predict_proba(PairBatch.from_sentences([])).shape == (0, len(LABELS))


def test_weights_must_fit_the_vocabulary() -> None:
    """A vocabulary with other words than the weights were made for is rejected."""
    with pytest.raises(ModelIncompatibleError):
        LinearSentenceModel(
            Vocabulary.from_sentences(()),
            MODEL.estimator["classifiers"],
            NetworkWeights.from_state(MODEL.estimator["network"]),
        )


def test_network_must_fit_the_vocabulary() -> None:
    """A network with other words than the vocabulary is rejected."""
    network = NetworkWeights.from_state(MODEL.estimator["network"])
    with pytest.raises(ModelIncompatibleError):
        LinearSentenceModel(
            SENTENCES.vocabulary,
            MODEL.estimator["classifiers"],
            msgspec.structs.replace(network, words=network.words[1:]),
        )


@pytest.mark.parametrize("estimator", [None, {}, {"vocabulary": {}}], ids=["nothing", "empty", "no words"])
def test_missing_parts_are_rejected(estimator: Any) -> None:  # noqa: ANN401  # anything that a file can hold
    """A file without the parts of a stance model is rejected."""
    with pytest.raises(ModelIncompatibleError):
        LinearSentenceModel.from_loaded(LoadedModel(estimator, MODEL.manifest))


def test_manifest_must_state_the_threshold() -> None:
    """A manifest without a threshold for each part is rejected."""
    with pytest.raises(ModelIncompatibleError):
        answer_thresholds(msgspec.structs.replace(MODEL.manifest, thresholds={"general": 0.5, "state": 0.5}))
