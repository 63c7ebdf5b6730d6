"""Aggregation: from the stance probabilities of sentences to those of an article.

The probabilities of an article are the mean of those of its sentences, each weighted by its position (title and lead
count more) and by its probability of taking a side: most sentences of a story that takes a side only report, and an
unweighted mean would label nearly every article neutral. The mean is then shrunk towards the uniform distribution,
because articles come from sources that are not in the training data.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from classifiers.predictions import StanceLabel
from classifiers.stance.article import LEAD_SENTENCES
from classifiers.stance.sentence_model import LABELS

TITLE_WEIGHT: Final = 2.0
LEAD_WEIGHT: Final = 1.5
"""Weight of a sentence in the title and in the lead; any other sentence has the weight 1."""

MIN_OPINION: Final = 0.1
"""Minimum weight of a sentence by its probability of taking a side, so that the weights never sum to zero."""

SENTENCE_SHARE: Final = 0.6
"""Share of an article's probabilities that its sentences determine; the rest is the uniform distribution.

The probabilities of sentences are calibrated on the training corpora. On a corpus that was not trained on, the log loss
was lowest at shares from 0.05 to 1, with a mean of 0.62 over nine such trials (`bench/certainty.py`).
"""

UNIFORM: Final = 1 / len(LABELS)

Probability = TypeVar("Probability", float, NDArray[np.float64])


def shrink(mean: Probability, share: float = SENTENCE_SHARE) -> Probability:
    """Return an article's probability, or a threshold on it, for the mean probability of its sentences.

    >>> [round(shrink(mean), 2) for mean in (0.9, 0.1, 0.0)]
    [0.67, 0.19, 0.13]
    """
    return UNIFORM + share * (mean - UNIFORM)


def sentence_weights(
    sentence: NDArray[np.int64], has_title: NDArray[np.bool_], probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weight of each (sentence, target) pair in the mean of its article, of shape (pairs,).

    Parameters
    ----------
    sentence
        Shape (pairs,): the position of each pair's sentence in its article.
    has_title
        Shape (pairs,): whether the first sentence of that article is a title.
    probabilities
        Shape (pairs, 3): the stance probabilities of each pair, in the order of `LABELS`.
    """
    position = np.where(sentence < has_title + LEAD_SENTENCES, LEAD_WEIGHT, 1.0)
    position = np.where(sentence < has_title, TITLE_WEIGHT, position)
    opinion = np.maximum(1.0 - probabilities[:, LABELS.index(StanceLabel.NEUTRAL)], MIN_OPINION)
    return np.asarray(position * opinion)
