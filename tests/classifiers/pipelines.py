"""A small fitted pipeline for tests of model files."""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline


def fitted_pipeline() -> Pipeline:
    """Return a small pipeline, fitted on each call, so that two of them share no objects."""
    texts = ["the cup final", "the central bank", "final whistle", "bank rates"]
    vectorizer = CountVectorizer(vocabulary=np.array(["bank", "cup", "final", "rates"]))
    return Pipeline([("counts", vectorizer), ("linear", LogisticRegression())]).fit(texts, [1, 0, 1, 0])
