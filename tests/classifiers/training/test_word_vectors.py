"""The word vectors know what means the same, and come back from their file."""

from pathlib import Path

import numpy as np

from classifiers.baselines.topic import load_keywords
from classifiers.training import word_vectors
from classifiers.training.word_vectors import WordVectors


def test_words_of_one_field_are_near() -> None:
    """A word is nearer to the words of its own field than to those of another."""
    vectors = word_vectors.load()
    sport, health = ("football", "striker", "match"), ("hospital", "doctor", "patient")

    nearness = vectors.similarity((sport, health), neighbours=2)

    goalkeeper = nearness[vectors.words.index("goalkeeper")]
    assert goalkeeper[0] > goalkeeper[1]


def test_every_keyword_has_a_vector() -> None:
    """The topics' definitions are made of words with vectors, and words are sorted and unique."""
    words = word_vectors.load().words

    assert {word for each in load_keywords().values() for word in each} <= set(words)
    assert list(words) == sorted(set(words))


def test_saved_vectors_come_back(tmp_path: Path) -> None:
    """What is written is read back, up to rounding."""
    vectors = WordVectors(("cup", "élan"), np.array([[1.0, -0.5], [0.25, 0.0]]))

    word_vectors.save(vectors, tmp_path / "vectors.npz")

    again = word_vectors.load(tmp_path / "vectors.npz")
    assert again.words == vectors.words
    np.testing.assert_allclose(again.vectors, vectors.vectors, atol=1 / 127)
