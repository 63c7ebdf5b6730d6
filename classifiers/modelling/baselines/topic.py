"""What a topic model must beat: the commonest topic, and counting keywords.

Both follow the protocol `TopicClassifier`, and pass the same checks as the trained model.
"""

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.predictions import TopicPrediction
from classifiers.topic.bag_of_words import BagOfWords
from classifiers.topic.classifier import MIN_WORDS, Decision, TopicNames

KEYWORDS_FILE: Final = Path(__file__).with_name("topic_keywords.toml")

_KEYWORD_SHARE: Final = 1 / 3
"""Least share of the keywords found that makes a topic: then at most three topics can be named."""


def load_keywords(path: Path = KEYWORDS_FILE) -> dict[str, tuple[str, ...]]:
    """Return the keywords of each topic by taxonomy id, both sorted.

    >>> "goalkeeper" in load_keywords()["medtop:15000000"]
    True
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {topic: tuple(sorted(set(table["words"].split()))) for topic, table in sorted(tables.items())}


class _Baseline(ABC):
    """What both baselines share: a decision over a matrix of probabilities."""

    def __init__(self, labels: Sequence[str], names: TopicNames, threshold: float, min_words: int) -> None:
        self.labels = tuple(labels)
        self._min_words = min_words
        self._decision = Decision(self.labels, names, dict.fromkeys(labels, threshold))
        self._words = BagOfWords(("",), np.ones(1))

    @abstractmethod
    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of every topic, of shape (n_texts, n_labels)."""

    def decision_function(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of every topic, which is its margin as well, of shape (n_texts, n_labels)."""
        return self.predict_proba(texts)

    def predict_many(self, texts: Sequence[str]) -> list[TopicPrediction]:
        """Return one prediction per text, in their order."""
        enough = self._words.read(texts).words >= self._min_words
        return [
            self._decision.predict(row, row, has_enough_text=each)
            for row, each in zip(self.predict_proba(texts).tolist(), enough.tolist(), strict=True)
        ]

    def predict_one(self, text: str) -> TopicPrediction:
        """Return the prediction for one text: the same as in any batch."""
        return self.predict_many([text])[0]


class MajorityTopic(_Baseline):
    """Answers every text with the commonest topic.

    Parameters
    ----------
    frequencies
        Share of the training rows by taxonomy id: the probabilities of every answer.
    names
        The taxonomy that names the ids.
    min_words
        Texts of fewer words are abstained from.
    """

    def __init__(self, frequencies: Mapping[str, float], names: TopicNames, *, min_words: int = MIN_WORDS) -> None:
        labels = sorted(frequencies)
        super().__init__(labels, names, max(frequencies.values()), min_words)
        self._row = np.array([frequencies[label] for label in labels])

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the same row of frequencies for every text, of shape (n_texts, n_labels)."""
        return np.tile(self._row, (len(texts), 1))


class KeywordTopic(_Baseline):
    """Counts the different keywords of each topic in a text; a topic's probability is its share of those found.

    Parameters
    ----------
    keywords
        Words by taxonomy id, such as `load_keywords` returns.
    names
        The taxonomy that names the ids.
    min_words
        Texts of fewer words are abstained from.
    """

    def __init__(self, keywords: Mapping[str, Sequence[str]], names: TopicNames, *, min_words: int = MIN_WORDS) -> None:
        super().__init__(sorted(keywords), names, _KEYWORD_SHARE, min_words)
        terms = sorted({word for words in keywords.values() for word in words})
        self._words = BagOfWords(terms, np.ones(len(terms)))
        self._speaks_for = np.array([[float(term in keywords[label]) for label in self.labels] for term in terms])

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return each topic's share of the keywords found, of shape (n_texts, n_labels); zero where none was."""
        found = (self._words.read(texts).features > 0).astype(np.float64) @ self._speaks_for
        return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1.0))
