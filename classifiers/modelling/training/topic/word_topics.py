"""What words say of topics before any corpus is read: the prior of the topic model's weights.

`topic_words.npz` holds words, how rare each is in news, and one small integer for each word and topic. It was made by
`words_distillation` from lessons, definitions and two sets of word vectors, none of which training needs.
"""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

WEIGHTS_FILE: Final = Path(__file__).with_name("topic_words.npz")


class WordTopics(msgspec.Struct, frozen=True):
    """Words, sorted, and what is known of them.

    Parameters
    ----------
    words
        Lower case, one word each.
    idf
        Inverse document frequency in news, of shape (n_words,): see `NewsVectors.idf`.
    topics
        Taxonomy ids, sorted.
    weights
        How much each word speaks for each topic, of shape (n_words, n_topics), as a weight of a logistic regression.
    """

    words: tuple[str, ...]
    idf: NDArray[np.float64]
    topics: tuple[str, ...]
    weights: NDArray[np.float64]

    def of(self, topics: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the weights of some topics, of shape (n_words, len(topics))."""
        return self.weights[:, [self.topics.index(topic) for topic in topics]]


def load_weights(path: Path = WEIGHTS_FILE) -> WordTopics:
    """Return the words of a file; the shipped ones by default."""
    with np.load(path, allow_pickle=False) as stored:
        return WordTopics(
            tuple(stored["words"].tobytes().decode("utf-8").split("\n")),
            stored["rarity"].astype(np.float64),
            tuple(stored["topics"].tobytes().decode("utf-8").split("\n")),
            stored["weights"].astype(np.float64) * float(stored["scale"]),
        )


def save_weights(known: WordTopics, path: Path) -> None:
    """Write words, their weights rounded to 127 steps on either side of zero."""
    scale = float(np.abs(known.weights).max()) / 127
    np.savez_compressed(
        path,
        words=np.frombuffer("\n".join(known.words).encode(), dtype=np.uint8),
        rarity=known.idf.astype(np.float32),
        topics=np.frombuffer("\n".join(known.topics).encode(), dtype=np.uint8),
        weights=np.round(known.weights / scale).astype(np.int8),
        scale=np.float64(scale),
    )
