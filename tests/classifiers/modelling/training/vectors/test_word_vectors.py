"""The word vectors know what means the same, and come back from their file."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.baselines.topic import load_keywords
from classifiers.modelling.training import distil_word_vectors
from classifiers.modelling.training.vectors import word_vectors
from classifiers.modelling.training.vectors.word_vectors import WordVectors


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


def test_distilling_without_an_encoder_says_where_to_get_one(tmp_path: Path) -> None:
    """A folder that holds no encoder is refused with what to do."""
    rows = {"text": "The team won the cup.", "label": "sports", "split": "train"}
    for name in ("topic_wiki_current_events", "unlabelled_wiki_current_events", "topic_sib200"):
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))

    with pytest.raises(CorpusError, match="--encoder"):
        distil_word_vectors(tmp_path, tmp_path / "out", tmp_path)
