"""Training: from corpora to model files, and to the files that training starts from.

`models` holds the entry points that make models, `inputs` those that regenerate word vectors, word-topic weights and
the teacher's labels.
"""

from classifiers.modelling.training.inputs import distil_word_topics, distil_word_vectors, label_pool
from classifiers.modelling.training.models import DEFAULT_SEED, train, train_own_stance, train_own_topic

__all__ = [
    "DEFAULT_SEED",
    "distil_word_topics",
    "distil_word_vectors",
    "label_pool",
    "train",
    "train_own_stance",
    "train_own_topic",
]
