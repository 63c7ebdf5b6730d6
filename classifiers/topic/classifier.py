"""Topic classifier: independent, calibrated probabilities per topic, from a linear model over words.

Every topic classifier, baselines included, follows the protocol `TopicClassifier`: a matrix of probabilities for
evaluation, predictions with thresholds and abstention for tagging. A classifier is immutable, and its prediction for a
text depends on that text alone. Topics are ordered by their margins, because probabilities can be equal: those of all
further topics are capped at that of the main topic. Labels are taxonomy ids such as `medtop:11000000`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from classifiers import model_files
from classifiers.addresses import without_addresses
from classifiers.errors import ModelIncompatibleError, TaxonomyError
from classifiers.model_files import LoadedModel, Manifest
from classifiers.predictions import PROBABILITY_DIGITS, AbstainReason, TopicPrediction, TopicScore, WeightedTerm
from classifiers.topic.bag_of_words import BagOfWords, TextFeatures

KIND: Final = "topic"

MIN_WORDS: Final = 8
"""Number of words below which the model abstains. Accuracy on the headlines of TagMyNews is 47 % up to four words, 67 %
at five to seven and 70 % from eight on; on those of HuffPost 47, 50 and 62 %."""

MAX_WORDS: Final = 2_000
"""Words read per article: all of it for 95 % of the articles of a news feed (median 800 words), and a bound on the
processing time of one record. Reading only 600 or 300 words costs a point of accuracy on full articles."""

MAX_TERMS: Final = 5
"""Number of terms that explain a prediction: as many as fit in one line of a terminal."""

CANDIDATES: Final = 3
"""Number of candidates where the classifier abstains: as many as an editor can compare at a glance."""

_WEIGHT_DIGITS: Final = 4


class TopicNames(Protocol):
    """The part of a taxonomy that a classifier uses: the label of an id."""

    def label(self, topic_id: str, /) -> str:
        """Return the label of a topic."""


class TopicClassifier(Protocol):
    """Classifier of texts into topics."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The taxonomy ids that the classifier can predict, sorted."""

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of every topic, of shape (n_texts, n_labels), without threshold or abstention."""

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the margin of every topic, of shape (n_texts, n_labels): the higher, the better the topic."""

    def predict_many(self, texts: Sequence[str]) -> list[TopicPrediction]:
        """Return one prediction per text, in order."""

    def predict_one(self, text: str) -> TopicPrediction:
        """Return the prediction for one text, equal to that in any batch."""


class Decision:
    """Decision rule: the topics at or above their thresholds, highest margin first, or an abstention.

    Parameters
    ----------
    labels
        Taxonomy ids, in the order of the probabilities.
    names
        The taxonomy that names the labels.
    thresholds
        Minimum probability by taxonomy id; every label has one.

    Raises
    ------
    TaxonomyError
        The taxonomy lacks a label.
    """

    def __init__(self, labels: Sequence[str], names: TopicNames, thresholds: dict[str, float]) -> None:
        self._labels = [(label, _name(names, label)) for label in labels]
        self._thresholds = [thresholds[label] for label in labels]

    def predict(
        self, margins: Sequence[float], probabilities: Sequence[float], *, has_enough_text: bool = True
    ) -> TopicPrediction:
        """Return the prediction for one text, by its margins and probabilities in the order of the labels.

        Of topics with equal margins the first label precedes.
        """
        ranked = sorted(range(len(self._labels)), key=lambda column: -margins[column])
        rounded = [min(1.0, max(0.0, round(each, PROBABILITY_DIGITS))) for each in probabilities]
        topics = self._scores((column for column in ranked if rounded[column] >= self._thresholds[column]), rounded)
        if has_enough_text and topics:
            return TopicPrediction(topics, None, ())
        reason = AbstainReason.PROBABILITY_BELOW_THRESHOLD if has_enough_text else AbstainReason.TOO_LITTLE_TEXT
        return abstention(reason, self._scores(ranked[:CANDIDATES], rounded))

    def _scores(self, columns: Iterable[int], rounded: Sequence[float]) -> tuple[TopicScore, ...]:
        return tuple(TopicScore(*self._labels[column], rounded[column]) for column in columns)


def abstention(reason: AbstainReason, candidates: tuple[TopicScore, ...] = ()) -> TopicPrediction:
    """Return the prediction of a classifier that abstains."""
    return TopicPrediction((), reason, (), candidates)


class LinearTopicClassifier:
    """One calibrated logistic regression per topic over TF-IDF features, trained by `classifiers.modelling.training`.

    The file contains a scikit-learn pipeline of counts, inverse document frequency and one-vs-rest logistic regression
    whose weights include the calibration. It is compiled to one weight matrix with the same predictions.

    Parameters
    ----------
    model
        A loaded topic model.
    names
        The taxonomy that names the model's labels.
    min_words
        The classifier abstains on texts with fewer words.

    Raises
    ------
    ModelIncompatibleError
        The parts of the model are inconsistent.
    TaxonomyError
        The taxonomy lacks a label of the model.
    """

    def __init__(self, model: LoadedModel, names: TopicNames, *, min_words: int = MIN_WORDS) -> None:
        self._manifest = model.manifest
        self._min_words = min_words
        self._words, self._weights, self._intercepts = _parts(model)
        self._decision = Decision(self.labels, names, model.manifest.thresholds)

    @classmethod
    def load(cls, path: Path, names: TopicNames, *, min_words: int = MIN_WORDS) -> Self:
        """Return the classifier of a model file.

        Raises
        ------
        ModelError
            The file cannot be used; see `model_files.load`.
        """
        return cls(model_files.load(path, kind=KIND), names, min_words=min_words)

    @property
    def labels(self) -> tuple[str, ...]:
        """The taxonomy ids that the model can predict."""
        return self._manifest.labels

    @property
    def manifest(self) -> Manifest:
        """The manifest of the model."""
        return self._manifest

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the calibrated margin of every topic, of shape (n_texts, n_labels)."""
        return self._margins(self._read(texts))

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of every topic, of shape (n_texts, n_labels)."""
        return self._probabilities(self.decision_function(texts))

    def predict_many(self, texts: Sequence[str]) -> list[TopicPrediction]:
        """Return one prediction per text, in order."""
        return list(self._predictions(self._read(texts)))

    def predict_one(self, text: str) -> TopicPrediction:
        """Return the prediction for one text, equal to that in any batch."""
        return self.predict_many([text])[0]

    def _read(self, texts: Sequence[str]) -> TextFeatures:
        # Parts of addresses are no words: `pic.twitter.com` would speak of pictures.
        return self._words.read([without_addresses(text) for text in texts])

    def _margins(self, read: TextFeatures) -> NDArray[np.float64]:
        # A sparse product sums each row separately, in order, so that the result does not depend on the batch.
        return np.asarray(read.features @ self._weights + self._intercepts)

    def _probabilities(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        probabilities = np.asarray(expit(margins))
        return probabilities if self._manifest.lead is None else _with_lead(margins, probabilities, self._manifest.lead)

    def _predictions(self, read: TextFeatures) -> Iterator[TopicPrediction]:
        margins = self._margins(read)
        rows = zip(margins.tolist(), self._probabilities(margins).tolist(), pairwise(read.features.indptr), strict=True)
        for words, (row, probabilities, (start, stop)) in zip(read.words.tolist(), rows, strict=True):
            if start == stop:
                yield abstention(AbstainReason.TOO_LITTLE_TEXT)
                continue
            predicted = self._decision.predict(row, probabilities, has_enough_text=words >= self._min_words)
            yield self._explained(predicted, read, slice(start, stop))

    def _explained(self, predicted: TopicPrediction, read: TextFeatures, row: slice) -> TopicPrediction:
        """Return a prediction with the terms that contributed most to the margin of its main topic."""
        if not predicted.topics:
            return predicted
        why = self._why(read, row, self.labels.index(predicted.topics[0].id))
        return TopicPrediction(predicted.topics, None, why)

    def _why(self, read: TextFeatures, row: slice, label: int) -> tuple[WeightedTerm, ...]:
        terms = read.features.indices[row]
        added = read.features.data[row] * self._weights[terms, label]
        most = np.argsort(-added, kind="stable")[:MAX_TERMS]
        return tuple(
            WeightedTerm(self._words.terms[terms[each]], round(float(added[each]), _WEIGHT_DIGITS))
            for each in most
            if added[each] > 0
        )


def lead_probability(margins: NDArray[np.float64], lead: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the probability that each text's best label is correct, by the two highest margins, of shape (n_texts,).

    Parameters
    ----------
    margins
        Calibrated margins, of shape (n_texts, n_labels), with two labels or more.
    lead
        Slopes of the highest and the second margin, and an intercept: see `Manifest`.
    """
    best, second = np.partition(margins, (-2, -1), axis=1)[:, :-3:-1].T
    return np.asarray(expit(lead[0] * best + lead[1] * second + lead[2]))


def _with_lead(
    margins: NDArray[np.float64], probabilities: NDArray[np.float64], lead: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Return the probabilities with that of each row's main topic by its lead, at which the others are capped."""
    first = lead_probability(margins, lead)
    capped = np.minimum(probabilities, first[:, None])
    capped[np.arange(len(margins)), margins.argmax(axis=1)] = first
    return capped


def _parts(model: LoadedModel) -> tuple[BagOfWords, NDArray[np.float64], NDArray[np.float64]]:
    """Return the vectorizer, the weights, of shape (n_terms, n_labels), and the intercepts, of shape (n_labels,)."""
    try:
        words = BagOfWords.from_pipeline(model.estimator, max_words=MAX_WORDS)
        weights, intercepts = _compile(model, len(words.terms))
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ModelIncompatibleError(
            f"model {model.manifest.name!r} lacks a part of a topic model ({error!r}): retrain it with "
            "'copytaster train'"
        ) from error
    labels = model.manifest.labels
    if len(labels) != len(intercepts) or set(labels) != set(model.manifest.thresholds):
        raise ModelIncompatibleError(
            f"model {model.manifest.name!r} has {len(intercepts)} classes and its manifest {len(labels)} labels with "
            f"{len(model.manifest.thresholds)} thresholds: retrain it with 'copytaster train'"
        )
    return words, weights, intercepts


def _compile(model: LoadedModel, terms: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    classifiers = model.estimator[-1].estimators_
    weights = np.vstack([each.coef_[0] for each in classifiers]).astype(np.float64).T
    intercepts = np.array([float(each.intercept_[0]) for each in classifiers])
    if weights.shape != (terms, len(intercepts)):
        raise ValueError(f"it has {terms} words and weights of shape {weights.shape}")
    if not (np.isfinite(weights).all() and np.isfinite(intercepts).all()):
        raise ValueError("it has weights that are not finite")
    return np.ascontiguousarray(weights), intercepts


def _name(names: TopicNames, label: str) -> str:
    try:
        return names.label(label)
    except KeyError as error:
        raise TaxonomyError(
            f"the taxonomy lacks the model's topic {label!r}: use the taxonomy that the model was trained with"
        ) from error
