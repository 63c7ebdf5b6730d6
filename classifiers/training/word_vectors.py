"""What words mean: vectors distilled once from a sentence encoder, so that training needs neither it nor a network.

`word_vectors.npz` holds the words and one vector of 128 small integers for each. A word's vector is the encoder's
answer to that word alone, centred, and turned to the 128 directions in which the words differ most. The encoder is
all-MiniLM-L6-v2 (sentence-transformers, Apache 2.0). The words are those of the encoder's own vocabulary that are whole
words, those that occur in four texts or more of the shippable corpora, and the topic keywords.
"""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

VECTORS_FILE: Final = Path(__file__).with_name("word_vectors.npz")


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


def load(path: Path = VECTORS_FILE) -> WordVectors:
    """Return the word vectors of a file; the shipped ones by default."""
    with np.load(path, allow_pickle=False) as stored:
        words = tuple(stored["words"].tobytes().decode("utf-8").split("\n"))
        return WordVectors(words, stored["vectors"].astype(np.float64) * float(stored["scale"]))
