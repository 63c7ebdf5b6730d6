"""Sentence model: the probabilities of the three stances of a sentence towards a target that it mentions.

Every sentence model, baselines included, follows the protocol `SentenceModel`. It is immutable, and its prediction for
a pair depends on that pair alone, bit by bit, whatever the rest of the batch.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel, Manifest
from classifiers.predictions import StanceLabel
from classifiers.stance.features import extract_token_features, width
from classifiers.stance.network import Network, NetworkWeights
from classifiers.stance.pairs import PairBatch, lay_out, tokenize
from classifiers.stance.vocabulary import Vocabulary

KIND: Final = "stance"

LABELS: Final = tuple(StanceLabel)
"""Column order of every matrix of stance probabilities."""

GENERAL: Final = "general"
STATE: Final = "state"
COMPANY: Final = "company"
PARTS: Final = (GENERAL, STATE, COMPANY)
"""Parts of a model: companies have separate weights, because financial news uses the same words in other ways ("cuts",
"falls", "beats"); a single model for both is 2 points of macro-F1 worse on held-out NewsMTSC rows. States have a
separate calibration, because most sentences that name one take no side."""

PART_OF_GROUP: Final = np.array([PARTS.index(part) for part in (GENERAL, STATE, COMPANY)])
"""Index into `PARTS` by target group."""


class SentenceModel(Protocol):
    """Classifier of the stance of sentences."""

    def predict_proba(self, batch: PairBatch, /) -> NDArray[np.float64]:
        """Return the probabilities of each pair, of shape (pairs, 3) in the order of `LABELS`; each row sums to one."""


class LinearSentenceModel:
    """Multinomial logistic regressions over `classifiers.stance.features`, one for each of `PARTS`, and a network.

    Their margins are summed: the regressions cover many words and single positions, the network a few words in order.
    The file contains a dict of the vocabulary with its tables, the weights of the network and, by part, a scikit-learn
    LogisticRegression; the weights of both include the calibration.

    Parameters
    ----------
    vocabulary
        The words of the model.
    estimators
        A fitted `sklearn.linear_model.LogisticRegression` with the classes of `LABELS` for each part.
    network
        The weights of the network, for the same vocabulary.

    Raises
    ------
    ModelIncompatibleError
        The vocabulary and the weights are inconsistent.
    """

    def __init__(self, vocabulary: Vocabulary, estimators: Mapping[str, Any], network: NetworkWeights) -> None:
        self.vocabulary = vocabulary
        self._estimators = {part: estimators[part] for part in PARTS}
        weights = [_weights(estimator, vocabulary) for estimator in self._estimators.values()]
        # All parts side by side: selecting a row's part from the product costs less than splitting the rows.
        self._weights = np.ascontiguousarray(np.hstack([each for each, _ in weights]))
        self._intercepts = np.concatenate([each for _, each in weights])
        _check(network, vocabulary)
        self._network = Network(network)

    @classmethod
    def from_loaded(cls, model: LoadedModel) -> Self:
        """Return the sentence model of a loaded file.

        Raises
        ------
        ModelIncompatibleError
            A part of the model is missing or inconsistent with another.
        """
        try:
            return cls(
                Vocabulary.from_state(model.estimator["vocabulary"]),
                model.estimator["classifiers"],
                NetworkWeights.from_state(model.estimator["network"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelIncompatibleError(
                f"model {model.manifest.name!r} lacks a part of a stance model ({error!r}): retrain it with "
                "'copytaster train'"
            ) from error

    @property
    def estimators(self) -> Mapping[str, Any]:
        """The fitted regression of each of `PARTS`."""
        return self._estimators

    @property
    def network(self) -> NetworkWeights:
        """The weights of the network."""
        return self._network.weights

    def state(self) -> dict[str, Any]:
        """Return the content of a model file."""
        return {
            "vocabulary": self.vocabulary.state(),
            "classifiers": self._estimators,
            "network": self._network.weights.state(),
        }

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the probabilities of each pair, of shape (pairs, 3) in the order of `LABELS`."""
        if not len(batch):
            return np.zeros((0, len(LABELS)))
        tokens = lay_out(batch, tokenize(batch.sentences, self.vocabulary), self.vocabulary)
        # A sparse product sums each row separately, in order, so that the result does not depend on the batch.
        margins = extract_token_features(tokens, batch.group, self.vocabulary) @ self._weights + self._intercepts
        by_part = margins.reshape(len(batch), len(PARTS), len(LABELS))
        linear = by_part[np.arange(len(batch)), PART_OF_GROUP[batch.group]]
        return np.asarray(softmax(linear + self._network.margins(tokens, batch.group), axis=1))


def _check(network: NetworkWeights, vocabulary: Vocabulary) -> None:
    if len(network.words) != len(vocabulary):
        raise ModelIncompatibleError(
            f"the network of the stance model has {len(network.words)} words and its vocabulary {len(vocabulary)}: "
            "retrain it with 'copytaster train'"
        )


def _weights(estimator: Any, vocabulary: Vocabulary) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # noqa: ANN401
    """Return weights, of shape (features, 3), and intercepts, of shape (3,), in the order of `LABELS`."""
    order = [list(estimator.classes_).index(label.value) for label in LABELS]
    weights = np.asarray(estimator.coef_[order].T, dtype=np.float64)
    if len(weights) != width(vocabulary):
        raise ModelIncompatibleError(
            f"the stance model has {len(weights)} weights per label for {width(vocabulary)} features: retrain it with "
            "'copytaster train'"
        )
    return weights, np.asarray(estimator.intercept_[order], dtype=np.float64)


def answer_thresholds(manifest: Manifest) -> NDArray[np.float64]:
    """Return the minimum probability of a label for each target group, of shape (groups,).

    A manifest has one for each of `PARTS`, under its name.

    Raises
    ------
    ModelIncompatibleError
        The manifest lacks one.
    """
    for part in PARTS:
        if part not in manifest.thresholds:
            raise ModelIncompatibleError(
                f"the manifest of model {manifest.name!r} has no threshold {part!r}: retrain it with 'copytaster train'"
            )
    return by_group(manifest.thresholds)


def by_group(by_part: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the value of each target group's part, of shape (groups,)."""
    return np.array([by_part[PARTS[part]] for part in PART_OF_GROUP.tolist()])
