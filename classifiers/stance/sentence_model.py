"""The stance of one sentence towards one target that it mentions: three probabilities.

Every sentence model, baselines included, follows the protocol `SentenceModel`. It is frozen once made, and its answer
to a pair depends on that pair alone, to the last bit, whatever else is in the batch.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel, Manifest
from classifiers.predictions import StanceLabel
from classifiers.stance.features import features_of, width
from classifiers.stance.network import Network, NetworkWeights
from classifiers.stance.pairs import PairBatch, lay_out, read
from classifiers.stance.vocabulary import Vocabulary

KIND: Final = "stance"

LABELS: Final = tuple(StanceLabel)
"""The order of the columns of every matrix of stance probabilities."""

GENERAL: Final = "general"
STATE: Final = "state"
COMPANY: Final = "company"
PARTS: Final = (GENERAL, STATE, COMPANY)
"""The parts of a model: companies have weights of their own, because financial news uses the same words in other ways
("cuts", "falls", "beats"). One model for both is 2 points of macro-F1 worse on held-out NewsMTSC rows.
States have a calibration of their own, because most sentences that name one take no side."""

PART_OF_GROUP: Final = np.array([PARTS.index(part) for part in (GENERAL, STATE, COMPANY)])
"""The place among `PARTS` of each target group's part."""


class SentenceModel(Protocol):
    """Tells the stance of sentences."""

    def predict_proba(self, batch: PairBatch, /) -> NDArray[np.float64]:
        """Return the probabilities of each pair, of shape (pairs, 3) in the order of `LABELS`; each row sums to one."""


class LinearSentenceModel:
    """Multinomial logistic regressions over `classifiers.stance.features`, one for each of `PARTS`, and a network.

    The margins of the two are added up: the one knows many words and single places, the other a few words in their
    order. The file holds a dict of the vocabulary with its tables, the weights of the network and, by part, a
    scikit-learn LogisticRegression; the weights of both include the calibration.

    Parameters
    ----------
    vocabulary
        The words of the model.
    estimators
        A fitted `sklearn.linear_model.LogisticRegression` with the classes of `LABELS` for each part.
    network
        The weights of the network, which has the same vocabulary.

    Raises
    ------
    ModelIncompatibleError
        The vocabulary and the weights do not fit each other.
    """

    def __init__(self, vocabulary: Vocabulary, estimators: Mapping[str, Any], network: NetworkWeights) -> None:
        self.vocabulary = vocabulary
        self._estimators = {part: estimators[part] for part in PARTS}
        weights = [_weights(estimator, vocabulary) for estimator in self._estimators.values()]
        # All parts side by side: a row's own is picked from the product, which costs less than dividing the rows.
        self._weights = np.ascontiguousarray(np.hstack([each for each, _ in weights]))
        self._intercepts = np.concatenate([each for _, each in weights])
        _check(network, vocabulary)
        self._network = Network(network)

    @classmethod
    def from_loaded(cls, model: LoadedModel) -> Self:
        """Return the sentence model that a file held.

        Raises
        ------
        ModelIncompatibleError
            The parts of the model are missing or do not fit each other.
        """
        try:
            return cls(
                Vocabulary.from_state(model.estimator["vocabulary"]),
                model.estimator["classifiers"],
                NetworkWeights.from_state(model.estimator["network"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelIncompatibleError(
                f"model {model.manifest.name!r} has not the parts of a stance model ({error!r}): train it anew with "
                "'copytaster train'"
            ) from error

    def state(self) -> dict[str, Any]:
        """Return what a model file holds."""
        return {
            "vocabulary": self.vocabulary.state(),
            "classifiers": self._estimators,
            "network": self._network.weights.state(),
        }

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the probabilities of each pair, of shape (pairs, 3) in the order of `LABELS`."""
        if not len(batch):
            return np.zeros((0, len(LABELS)))
        tokens = lay_out(batch, read(batch.sentences, self.vocabulary), self.vocabulary)
        # A sparse product adds up each row by itself, in order, so that the batch does not show in the last bits.
        margins = features_of(tokens, batch.group, self.vocabulary) @ self._weights + self._intercepts
        by_part = margins.reshape(len(batch), len(PARTS), len(LABELS))
        linear = by_part[np.arange(len(batch)), PART_OF_GROUP[batch.group]]
        return softmax(linear + self._network.margins(tokens, batch.group))


def _check(network: NetworkWeights, vocabulary: Vocabulary) -> None:
    if len(network.words) != len(vocabulary):
        raise ModelIncompatibleError(
            f"the network of the stance model has {len(network.words)} words and its vocabulary {len(vocabulary)}: "
            "train it anew with 'copytaster train'"
        )


def _weights(estimator: Any, vocabulary: Vocabulary) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # noqa: ANN401
    """Return weights, of shape (features, 3), and intercepts, of shape (3,), in the order of `LABELS`."""
    order = [list(estimator.classes_).index(label.value) for label in LABELS]
    weights = np.asarray(estimator.coef_[order].T, dtype=np.float64)
    if len(weights) != width(vocabulary):
        raise ModelIncompatibleError(
            f"the stance model has {len(weights)} weights per label for {width(vocabulary)} features: train it anew "
            "with 'copytaster train'"
        )
    return weights, np.asarray(estimator.intercept_[order], dtype=np.float64)


def answer_thresholds(manifest: Manifest) -> NDArray[np.float64]:
    """Return the least probability of a label that is given, for each target group, of shape (groups,).

    A manifest holds one for each of `PARTS`, under its name.

    Raises
    ------
    ModelIncompatibleError
        The manifest lacks one.
    """
    for part in PARTS:
        if part not in manifest.thresholds:
            raise ModelIncompatibleError(
                f"the manifest of model {manifest.name!r} has no threshold {part!r}: train it anew with "
                "'copytaster train'"
            )
    return of_groups(manifest.thresholds)


def of_groups(of_parts: Mapping[str, float]) -> NDArray[np.float64]:
    """Return for each target group what its part has, of shape (groups,)."""
    return np.array([of_parts[PARTS[part]] for part in PART_OF_GROUP.tolist()])


def softmax(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of margins, row by row.

    >>> softmax(np.array([[0.0, 0.0, 0.0]])).round(2)
    array([[0.33, 0.33, 0.33]])
    """
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
