"""The compiled features are those of scikit-learn, whatever the batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from classifiers.topic.bag_of_words import WORD_PATTERN, BagOfWords

TEXTS = [
    "The cup final, and the final whistle: the cup is theirs",
    "The central bank raised rates; café owners in İzmir complain",
    "",
    "nothing of it",
]


@pytest.fixture(scope="module")
def vectorizer() -> TfidfVectorizer:
    """Return scikit-learn's features, fitted to the first two texts."""
    return TfidfVectorizer(token_pattern=WORD_PATTERN, sublinear_tf=True).fit(TEXTS[:2])


def test_features_are_those_of_scikit_learn(vectorizer: TfidfVectorizer) -> None:
    """Counts, logarithm, inverse document frequency and unit length agree with TfidfVectorizer."""
    ours = BagOfWords(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_).read(TEXTS)

    np.testing.assert_allclose(ours.features.toarray(), vectorizer.transform(TEXTS).toarray(), atol=1e-12)


def test_words_are_counted() -> None:
    """The number of words counts all words, known or not."""
    assert BagOfWords(["cup"], np.ones(1)).read(TEXTS).words.tolist() == [11, 10, 0, 3]


def test_rest_of_a_long_text_is_not_read() -> None:
    """Words beyond the limit count for nothing."""
    short = BagOfWords(["cup", "final"], np.ones(2), max_words=2)

    assert short.read(["the cup final"]).words.tolist() == [2]
    assert short.read(["the cup final"]).features.nnz == 1


@given(st.lists(st.text("abc ", max_size=60), min_size=1, max_size=6))
def test_batch_does_not_show(texts: list[str]) -> None:
    """Every row is, to the last bit, the row that the text has alone."""
    words = BagOfWords(["ab", "abc", "bb", "cab"], np.array([1.1, 2.3, 0.7, 1.9]))

    together = words.read(texts).features.toarray()

    alone = np.vstack([words.read([text]).features.toarray() for text in texts])
    np.testing.assert_array_equal(together, alone)
