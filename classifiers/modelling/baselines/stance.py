"""What a stance model must beat: the commonest stance, and adding up good and bad words.

Both are sentence models, so that they go through the same matching and weighing of sentences as the trained one.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import PairBatch, lay_out, tokenize
from classifiers.stance.sentence_model import LABELS
from classifiers.stance.vocabulary import TARGET, Vocabulary

NEWS_FREQUENCIES: Final = {StanceLabel.FAVOR: 0.27, StanceLabel.NEUTRAL: 0.35, StanceLabel.AGAINST: 0.38}
"""Shares of the labels among the 8,739 training rows of NewsMTSC (Hamborg and Donnay 2021)."""

NEUTRAL_MARGIN: Final = 0.5
"""Valence below which a sentence counts as neutral: that of the weakest word of the lexicon with a clear tone."""


class MajoritySentences:
    """Answers every sentence with the commonest stance.

    Parameters
    ----------
    frequencies
        Share of the training rows by label: the probabilities of every answer.
    """

    def __init__(self, frequencies: Mapping[StanceLabel, float] = NEWS_FREQUENCIES) -> None:
        self._row = np.array([frequencies[label] for label in LABELS])

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the same row for every pair, of shape (pairs, 3)."""
        return np.tile(self._row, (len(batch), 1))


class LexiconSentences:
    """Adds up the valence of the words of a sentence, turned where negated, wherever the target stands.

    The method and the words are VADER's (Hutto and Gilbert 2014) without its rules for emphasis.
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary.from_sentences(())

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return probabilities that rise with the sum of valence, of shape (pairs, 3)."""
        total = self._valence(batch)
        margins = {
            StanceLabel.FAVOR: total,
            StanceLabel.NEUTRAL: np.full(len(batch), NEUTRAL_MARGIN),
            StanceLabel.AGAINST: -total,
        }
        return np.asarray(softmax(np.stack([margins[label] for label in LABELS], axis=1), axis=1))

    def _valence(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the sum of valence of each pair's sentence, the target left out, of shape (pairs,)."""
        tokens = lay_out(batch, tokenize(batch.sentences, self._vocabulary), self._vocabulary)
        valence = np.where(tokens.numbers == TARGET, 0.0, self._vocabulary.tables.valence[tokens.numbers])
        return np.asarray(
            np.bincount(tokens.pair, np.where(tokens.negated, -valence, valence), len(batch)), dtype=np.float64
        )
