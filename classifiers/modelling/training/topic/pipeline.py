"""A trained topic model as scikit-learn's own estimators, which know nothing of this program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.training.linear import LinearWeights
from classifiers.topic.bag_of_words import WORD_PATTERN

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline


def topic_pipeline(words: Sequence[str], idf: NDArray[np.float64], model: LinearWeights, labels: int) -> "Pipeline":
    """Return counts, inverse document frequency and one logistic regression per label, as a pipeline.

    Parameters
    ----------
    words
        The vocabulary.
    idf
        Inverse document frequency of every word, of shape (n_words,).
    model
        Weights and intercepts, with the calibration in them.
    labels
        How many labels the model has.
    """
    from sklearn.feature_extraction.text import (  # noqa: PLC0415  # slow to import
        CountVectorizer,
        TfidfTransformer,
    )
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415
    from sklearn.pipeline import Pipeline  # noqa: PLC0415
    from sklearn.preprocessing import LabelBinarizer  # noqa: PLC0415

    # An array of terms is a vocabulary to scikit-learn too, and takes a hundredth of a dict's time to load.
    counts = CountVectorizer(vocabulary=np.array(words), token_pattern=WORD_PATTERN)
    tfidf = TfidfTransformer(sublinear_tf=True)
    tfidf.idf_ = idf
    estimators = [_logistic(*each) for each in zip(model.weights.T, model.intercepts, strict=True)]
    topics = OneVsRestClassifier(estimators[0])
    topics.estimators_ = estimators
    topics.label_binarizer_ = LabelBinarizer().fit(np.eye(labels, dtype=np.int64))
    # The names of the steps are part of the file, and so of its digest.
    return Pipeline([("counts", counts), ("rarity", tfidf), ("topics", topics)])


def _logistic(weights: NDArray[np.float64], intercept: float) -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # slow to import

    model = LogisticRegression()
    model.classes_ = np.array([0, 1])
    model.coef_ = weights[None].astype(np.float32)
    model.intercept_ = np.array([intercept], dtype=np.float32)
    return model
