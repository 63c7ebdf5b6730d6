"""The linear sentence model answers from what its file holds, and refuses a file that does not fit."""

from typing import Any

import msgspec
import pytest

from classifiers import model_files, resources
from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.network import NetworkWeights
from classifiers.stance.pairs import TargetGroup, TargetSentence, batch_of
from classifiers.stance.sentence_model import LABELS, LinearSentenceModel, answer_thresholds
from classifiers.stance.vocabulary import Vocabulary

MODEL = model_files.load(resources.model("stance.skops"), kind="stance")
SENTENCES = LinearSentenceModel.from_loaded(MODEL)


def likeliest(sentence: str, target: str, group: TargetGroup = TargetGroup.OTHER) -> StanceLabel:
    """Return the likeliest label of one pair."""
    start = sentence.index(target)
    pair = TargetSentence(sentence, (Span(start, start + len(target)),), group)
    return LABELS[int(SENTENCES.predict_proba(batch_of([pair]))[0].argmax())]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Zorblax is a brilliant, honest and widely admired leader.", StanceLabel.FAVOR, id="favor"),
        pytest.param("Zorblax lied shamelessly, a disgrace and a failure.", StanceLabel.AGAINST, id="against"),
        pytest.param("Zorblax met reporters on Tuesday.", StanceLabel.NEUTRAL, id="neutral"),
    ],
)
def test_plain_sentences_have_their_stance(sentence: str, expected: StanceLabel) -> None:
    """A sentence that says plainly what it thinks of its target is understood, whatever the target's name."""
    assert likeliest(sentence, "Zorblax") is expected


def test_no_pairs_have_no_probabilities() -> None:
    """An empty batch has an empty matrix."""
    assert SENTENCES.predict_proba(batch_of([])).shape == (0, len(LABELS))


def test_weights_must_fit_the_vocabulary() -> None:
    """A vocabulary with other words than the weights were made for is refused."""
    with pytest.raises(ModelIncompatibleError, match="weights per label"):
        LinearSentenceModel(
            Vocabulary.from_sentences(()),
            MODEL.estimator["classifiers"],
            NetworkWeights.from_state(MODEL.estimator["network"]),
        )


def test_network_must_fit_the_vocabulary() -> None:
    """A network with other words than the vocabulary is refused."""
    network = NetworkWeights.from_state(MODEL.estimator["network"])
    with pytest.raises(ModelIncompatibleError, match="words"):
        LinearSentenceModel(
            SENTENCES.vocabulary,
            MODEL.estimator["classifiers"],
            msgspec.structs.replace(network, words=network.words[1:]),
        )


@pytest.mark.parametrize("estimator", [None, {}, {"vocabulary": {}}], ids=["nothing", "empty", "no words"])
def test_missing_parts_are_refused(estimator: Any) -> None:  # noqa: ANN401  # anything that a file can hold
    """A file without the parts of a stance model is refused with a sentence that says what to do."""
    with pytest.raises(ModelIncompatibleError, match="copytaster train"):
        LinearSentenceModel.from_loaded(LoadedModel(estimator, MODEL.manifest))


def test_manifest_must_state_the_threshold() -> None:
    """A manifest without a threshold for each part is refused."""
    with pytest.raises(ModelIncompatibleError, match="threshold 'company'"):
        answer_thresholds(msgspec.structs.replace(MODEL.manifest, thresholds={"general": 0.5, "state": 0.5}))
