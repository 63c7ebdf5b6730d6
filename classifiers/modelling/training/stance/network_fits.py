"""Networks fitted to the labelled rows and the teacher's pool, with all sentences or without those held out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.corpora.sources import fingerprint
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.design import Flags, Floats
from classifiers.modelling.training.stance.network import NetworkOptions, NetworkRows, fit_network
from classifiers.modelling.training.stance.taught import TaughtPairs
from classifiers.predictions import StanceLabel
from classifiers.stance.network import Network, NetworkWeights, token_places
from classifiers.stance.pairs import PairBatch, PairTokens, TargetSentence, lay_out, tokenize
from classifiers.stance.sentence_model import LABELS
from classifiers.stance.vocabulary import Vocabulary

MEANINGS: Final = 64
"""Dimensions of the word vectors with which the network starts: the first ones hold most of the meaning."""

VALENCE_SCALE: Final = 0.5
"""How large the valence of a word is beside them."""


class NetworkFits:
    """Fits networks to the labelled rows and the teacher's pool, with all sentences or without some."""

    def __init__(  # noqa: PLR0913, PLR0917  # everything that a network is fitted to
        self,
        rows: Sequence[LabelledPair],
        taught: TaughtPairs,
        vocabulary: Vocabulary,
        meaning: Floats,
        seed: int,
        options: NetworkOptions,
        progress: Progress,
    ) -> None:
        self._rows, self._taught, self._vocabulary = rows, taught, vocabulary
        # Good or bad is one more dimension of meaning: the lexicon's, beside what texts tell.
        self._meaning = np.hstack((meaning[:, :MEANINGS], VALENCE_SCALE * vocabulary.tables.valence[:, None])).astype(
            np.float32
        )
        self._seed, self._options, self._progress = seed, options, progress

    def all_rows(self) -> NetworkWeights:
        """Return the network of all rows."""
        return self._fit([row.pair for row in self._rows], [row.label for row in self._rows], self._taught)

    def held_out_margins(self, held_out: Flags) -> Floats:
        """Return the margins of all rows by a network that has seen no word of those held out, of shape (rows, 3)."""
        hidden = {fingerprint(row.pair.sentence) for row, out in zip(self._rows, held_out.tolist(), strict=True) if out}
        shown = [row for row, out in zip(self._rows, held_out.tolist(), strict=True) if not out]
        kept = np.array([fingerprint(each.origin) not in hidden for each in self._taught.pairs], dtype=bool)
        taught = TaughtPairs(
            [each for each, keep in zip(self._taught.pairs, kept.tolist(), strict=True) if keep],
            self._taught.probabilities[kept],
        )
        network = self._fit([row.pair for row in shown], [row.label for row in shown], taught)
        tokens, group = self._tokens([row.pair for row in self._rows])
        return np.asarray(Network(network).margins(tokens, group), dtype=np.float64)

    def _fit(
        self, pairs: Sequence[TargetSentence], labels: Sequence[StanceLabel], taught: TaughtPairs
    ) -> NetworkWeights:
        tokens, group = self._tokens([*pairs, *(each.pair for each in taught.pairs)])
        hard = np.eye(len(LABELS), dtype=np.float32)[[LABELS.index(label) for label in labels]]
        rows = NetworkRows(
            token_places(tokens, group, len(self._vocabulary)),
            np.vstack((hard, taught.probabilities)),
            np.ones(len(group), dtype=np.float32),
        )
        return fit_network(rows, self._meaning, self._options, self._seed, self._progress)

    def _tokens(self, pairs: Sequence[TargetSentence]) -> tuple[PairTokens, NDArray[np.int64]]:
        batch = PairBatch.from_sentences(pairs)
        return lay_out(batch, tokenize(batch.sentences, self._vocabulary), self._vocabulary), batch.group
