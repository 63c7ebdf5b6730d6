"""Design matrix of the linear stance models: features and meanings of the rows, their labels and folds, by part."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.training.vectors import word_vectors
from classifiers.stance.features import BAGS, extract_features
from classifiers.stance.pairs import PairBatch, TargetGroup
from classifiers.stance.sentence_model import COMPANY, LABELS, STATE
from classifiers.stance.vocabulary import Vocabulary

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Design(msgspec.Struct, frozen=True):
    """Training rows as arrays: `x` of shape (rows, features and meanings), `y` places in `LABELS`, `fold` of each."""

    x: sparse.csr_matrix
    y: NDArray[np.int64]
    fold: NDArray[np.int64]


def design(rows: Sequence[LabelledPair], vocabulary: Vocabulary, meaning: Floats, fold: NDArray[np.int64]) -> Design:
    """Return the design matrix of the rows, with the meanings of their words behind the features."""
    x = extract_features(PairBatch.from_sentences(row.pair for row in rows), vocabulary)
    x.sum_duplicates()
    y = np.array([LABELS.index(row.label) for row in rows])
    return Design(_with_meaning(x, meaning), y, fold)


def word_meanings(vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return a vector for each word, of shape (words, dimensions), of unit length in the mean; zero for unknown."""
    known = word_vectors.load()
    place = {word: number for number, word in enumerate(known.words)}
    meaning = np.zeros((len(vocabulary), known.vectors.shape[1]))
    for number, word in enumerate(vocabulary.words):
        if word in place:
            meaning[number] = known.vectors[place[word]]
    norms = np.linalg.norm(meaning, axis=1)
    return np.asarray(meaning / norms[norms > 0].mean())


def _with_meaning(x: sparse.csr_matrix, meaning: NDArray[np.float64]) -> sparse.csr_matrix:
    """Return the features with the sums of the vectors of the plain and of the negated words behind them."""
    size = len(meaning)
    dense = np.hstack([x[:, block * size : (block + 1) * size] @ meaning for block in range(BAGS)])
    return sparse.hstack((x, sparse.csr_matrix(dense)), format="csr").astype(np.float32)


def draw_folds(
    common: Sequence[LabelledPair], rows: Sequence[LabelledPair], seed: int, folds: int
) -> NDArray[np.int64]:
    """Return the fold of each row: the same for all pairs of a sentence, drawn by the seed, the common ones first."""
    first = {row.pair.sentence for row in common}
    random = np.random.default_rng(seed)
    fold_of: dict[str, int] = {}
    for sentences in (first, {row.pair.sentence for row in rows} - first):
        drawn = random.integers(folds, size=len(sentences))
        fold_of |= zip(sorted(sentences), drawn.tolist(), strict=True)
    return np.array([fold_of[row.pair.sentence] for row in rows])


def is_for_states_alone(row: LabelledPair) -> bool:
    """Tell whether a row is one of the directed corpus about a person or an organisation.

    That corpus asks what one of two named parties thinks of the other, and calls most sentences neutral that the others
    do not: with these rows macro-F1 on NewsMTSC falls by 15 points. But it is what is asked of states, of which the
    others have next to none. There its rows on persons and organisations help: macro-F1 on held-out states is 0.56
    with them and 0.53 without.
    """
    return row.source == stance_pairs.DIRECTED.name and row.pair.group is not TargetGroup.STATE


def learnt_from(rows: Sequence[LabelledPair], part: str) -> Flags:
    """Tell which rows a part learns from.

    States learn from the rows about states and from all of the directed corpus, the others from all but what is for
    states alone; companies learn from the financial headlines as well.
    """
    if part == STATE:
        return np.array(
            [row.source == stance_pairs.DIRECTED.name or row.pair.group is TargetGroup.STATE for row in rows]
        )
    left_out = set() if part == COMPANY else {stance_pairs.SENTFIN.name}
    return np.array([row.source not in left_out and not is_for_states_alone(row) for row in rows])
