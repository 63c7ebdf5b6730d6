"""Word vectors, distilled once from a sentence encoder, so that training needs neither it nor a network.

`word_vectors.npz` holds the words and one vector of 128 small integers for each. A word's vector is the encoder's
answer to that word alone, centred, and turned to the 128 directions in which the words differ most. The encoder is
all-MiniLM-L6-v2 (sentence-transformers, Apache 2.0). The words are those of the encoder's own vocabulary that are whole
words, those that occur in four texts or more of the shippable corpora, and the topic keywords.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.topic.bag_of_words import WORD_PATTERN

VECTORS_FILE: Final = Path(__file__).with_name("word_vectors.npz")

MIN_TEXTS: Final = 4
"""Texts that a word must occur in; rarer ones are mostly names and slips."""

DIMENSIONS: Final = 128
"""Three quarters of the variance of the encoder's 384 dimensions, at the same quality on the development rows."""


class WordVectors(msgspec.Struct, frozen=True):
    """Words, sorted, and their vectors, of shape (n_words, n_dimensions)."""

    words: tuple[str, ...]
    vectors: NDArray[np.float64]

    def similarity(self, groups: tuple[tuple[str, ...], ...], neighbours: int) -> NDArray[np.float64]:
        """Return how near each word is to each group of words, of shape (n_words, n_groups).

        Parameters
        ----------
        groups
            Groups of words that have vectors.
        neighbours
            Nearness is the mean cosine to that many nearest words of the group, the word itself left out.
        """
        unit = self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True)
        index = {word: number for number, word in enumerate(self.words)}
        columns = (unit @ unit[[index[word] for word in group]].T for group in groups)
        return np.stack([np.sort(each, axis=1)[:, -neighbours - 1 : -1].mean(axis=1) for each in columns], axis=1)


class Encoder(Protocol):
    """Encodes words by their meaning, such as `sentence_encoder.SentenceEncoder`."""

    @property
    def whole_words(self) -> tuple[str, ...]:
        """The words that the encoder knows whole."""

    def encode(self, terms: Sequence[str], /) -> NDArray[np.float32]:
        """Return one vector per term, of shape (n_terms, width of the encoder)."""


def load(path: Path = VECTORS_FILE) -> WordVectors:
    """Return the word vectors of a file; the shipped ones by default."""
    with np.load(path, allow_pickle=False) as stored:
        words = tuple(stored["words"].tobytes().decode("utf-8").split("\n"))
        return WordVectors(words, stored["vectors"].astype(np.float64) * float(stored["scale"]))


def distil(encoder: Encoder, corpus: Iterable[str], keywords: Iterable[str]) -> WordVectors:
    """Return the vectors of the encoder's whole words, of the words of a corpus, and of the keywords.

    Parameters
    ----------
    encoder
        Where meaning comes from.
    corpus
        Texts; words that occur in `MIN_TEXTS` of them or more get a vector.
    keywords
        Words that get one in any case.
    """
    find = re.compile(WORD_PATTERN).findall
    texts_of = Counter(word for text in corpus for word in set(find(text.lower())))
    frequent = (word for word, texts in texts_of.items() if texts >= MIN_TEXTS)
    words = tuple(sorted({*frequent, *encoder.whole_words, *keywords}))
    return encode(encoder, words)


def encode(encoder: Encoder, words: tuple[str, ...]) -> WordVectors:
    """Return the vectors of words, centred, in the `DIMENSIONS` directions in which they differ most."""
    vectors = encoder.encode(words).astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    directions = np.linalg.svd(centred.T @ centred)[0][:, :DIMENSIONS]
    return WordVectors(words, centred @ directions)


def save(vectors: WordVectors, path: Path) -> None:
    """Write word vectors, rounded to 127 steps on either side of zero."""
    scale = float(np.abs(vectors.vectors).max()) / 127
    np.savez_compressed(
        path,
        words=np.frombuffer("\n".join(vectors.words).encode(), dtype=np.uint8),
        vectors=np.round(vectors.vectors / scale).astype(np.int8),
        scale=np.float64(scale),
    )
