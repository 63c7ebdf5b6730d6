"""Word vectors learnt from newswire: what kind of name a name is, which no dictionary tells.

The vectors are GloVe's (Pennington, Socher and Manning 2014), trained on Wikipedia and Gigaword 5 and published as
`glove.6B.100d.txt` under the Public Domain Dedication and License. The file lists words from the commonest to the
rarest, one a line with its numbers. They are needed to distil anew only.
"""

import re
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.errors import CorpusError
from classifiers.topic.bag_of_words import WORD_PATTERN

_STEEPNESS: Final = 0.55
_MIN_IDF: Final = 0.3
"""Rarity grows with the logarithm of a word's rank. The slope is about half of what Zipf's law would give, so that rare
names do not outweigh everything else; inverse document frequency in the event summaries has the same slope."""


class NewsVectors(msgspec.Struct, frozen=True):
    """Words from the commonest to the rarest, their ranks from 1, and their vectors, of shape (n_words, n_dimensions).

    Ranks count every token of the file, numbers and marks too.
    """

    words: tuple[str, ...]
    ranks: NDArray[np.int64]
    vectors: NDArray[np.float64]

    def of(self, words: tuple[str, ...]) -> NDArray[np.float64]:
        """Return centred vectors of unit length, of shape (len(words), n_dimensions); zero for unknown words."""
        place = {word: number for number, word in enumerate(self.words)}
        centred = self.vectors - self.vectors.mean(axis=0)
        unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        found = [place.get(word, -1) for word in words]
        return np.asarray(np.where(np.array(found)[:, None] >= 0, unit[found], 0.0))

    def idf(self, words: tuple[str, ...]) -> NDArray[np.float64]:
        """Return how rare words are, of shape (len(words),): from 0.3 for "the" to 7 for words that are not there."""
        rank = dict(zip(self.words, self.ranks.tolist(), strict=True))
        unknown = int(self.ranks[-1]) + 1
        ranks = np.array([rank.get(word, unknown) for word in words], dtype=np.float64)
        return np.maximum(_MIN_IDF, _STEEPNESS * np.log(ranks))


def load(path: Path) -> NewsVectors:
    """Return the vectors of a file in GloVe's format; tokens that are no words are left out.

    Raises
    ------
    CorpusError
        The file cannot be read or is something else.
    """
    is_word = re.compile(WORD_PATTERN).fullmatch
    words, ranks, vectors = [], [], []
    try:
        with path.open(encoding="utf-8") as lines:
            for rank, line in enumerate(lines, 1):
                word, *numbers = line.rstrip("\n").split(" ")
                if is_word(word):
                    words.append(word)
                    ranks.append(rank)
                    vectors.append(np.array(numbers, dtype=np.float32))
        return NewsVectors(tuple(words), np.array(ranks), np.stack(vectors).astype(np.float64))
    except OSError as error:
        raise CorpusError(f"word vectors {str(path)!r} cannot be read ({error.strerror}): name GloVe's file") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise CorpusError(
            f"word vectors {str(path)!r} are not lines of a word and its numbers ({error}): name glove.6B.100d.txt"
        ) from error
