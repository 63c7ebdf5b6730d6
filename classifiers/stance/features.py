"""Features of (sentence, target) pairs: one sparse row per pair.

Three blocks of words, each of which maps every token to one column by its word and its position, a block of valence
sums, and two one-hot blocks:

    bag      word, negated or not
    place    word, by side and distance of the target
    clause   word of the target's clause, by side, negated or not
    valence  sums of positive and negative valence by distance, by clause, by side in the clause, and over the sentence
    group    the group of the target
    voice    who speaks of the target

A word is weighted by its inverse document frequency, and each block of words has unit length, so that long sentences
have no greater weight than short ones. Distances and clauses follow results on linear models in aspect-based sentiment
analysis (Vo and Zhang 2015, "Target-dependent Twitter sentiment classification with rich automatic features").
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.stance.pairs import PairBatch, PairTokens, TargetGroup, Voice, lay_out, tokenize
from classifiers.stance.vocabulary import TARGET, Vocabulary

Floats = NDArray[np.float64]

NEAR: Final = (3, 8)
"""Maximum distance from the target, in tokens, of near and of medium words; macro-F1 on held-out NewsMTSC rows differs
by less than 0.5 points for (5,) and (1, 3, 6, 12)."""

VALENCE_NEAR: Final = (2, 5, 10)
"""The same for sums of valence, which are dense enough for a finer grid."""

CLAUSES_APART: Final = 3
"""Maximum distance in clauses; more distant clauses count as this far."""

NEGATED_VALENCE: Final = -0.75
"""Factor of a negated valence: VADER's constant of -0.74, rounded."""

CLAUSE_SCALE: Final = 0.7
VALENCE_SCALE: Final = 0.5
GROUP_SCALE: Final = 2.0
"""Scale of a block relative to the bag of words: the larger, the less its weights are regularised."""

BAGS: Final = 2
"""Columns per word in the bag: plain, and negated."""

_PLACES: Final = 2 * (len(NEAR) + 1)
_CLAUSES: Final = 4
_VALENCES: Final = 2 * (2 * (len(VALENCE_NEAR) + 1) + (2 * CLAUSES_APART + 1) + 4 + 1)


def width(vocabulary: Vocabulary) -> int:
    """Return the number of features."""
    return (BAGS + _PLACES + _CLAUSES) * len(vocabulary) + _VALENCES + len(TargetGroup) + len(Voice)


def extract_features(batch: PairBatch, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return the features of a batch, of shape (pairs, `width(vocabulary)`).

    A word that occurs twice in a sentence has two entries in its row, which a product sums.
    """
    return extract_token_features(
        lay_out(batch, tokenize(batch.sentences, vocabulary), vocabulary), batch.group, vocabulary
    )


def extract_token_features(tokens: PairTokens, group: NDArray[np.int64], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return the features of laid-out pairs; `group` has the shape (pairs,)."""
    dense = np.hstack((_valence(tokens, vocabulary), _one_hot(group, TargetGroup), _one_hot(tokens.voice, Voice)))
    return sparse.hstack((_words(tokens, vocabulary), sparse.csr_matrix(dense)), format="csr")


def _words(tokens: PairTokens, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return the three blocks of words: three entries for each token, in the order of the tokens."""
    size = len(vocabulary)
    after, negated = tokens.distance > 0, tokens.negated
    context = tokens.numbers != TARGET
    weight = vocabulary.tables.weight[tokens.numbers]
    columns = np.stack(
        (
            negated * size,
            (BAGS + _grade(tokens.distance, NEAR)) * size,
            (BAGS + _PLACES + after + 2 * negated) * size,
        ),
        axis=1,
    )
    values = np.stack((weight, weight * context, weight * (context & (tokens.clause == 0))), axis=1)
    values *= np.array((1.0, 1.0, CLAUSE_SCALE)) / _norms(values, tokens)[tokens.pair]
    return sparse.csr_matrix(
        (values.ravel(), (columns + tokens.numbers[:, None]).ravel(), tokens.first * columns.shape[1]),
        shape=(len(tokens.first) - 1, (BAGS + _PLACES + _CLAUSES) * size),
    )


def _norms(values: Floats, tokens: PairTokens) -> Floats:
    """Return the length of each block of each pair, of shape (pairs, blocks); one where it is empty."""
    pairs = len(tokens.first) - 1
    squares = [np.bincount(tokens.pair, column * column, pairs) for column in values.T]
    norms = np.sqrt(np.stack(squares, axis=1))
    return np.where(norms > 0, norms, 1.0)


def _valence(tokens: PairTokens, vocabulary: Vocabulary) -> Floats:
    """Return the sums of valence, of shape (pairs, _VALENCES), as logarithms: each further word contributes less."""
    spoken = np.flatnonzero((vocabulary.tables.valence[tokens.numbers] != 0) & (tokens.numbers != TARGET))
    valence = vocabulary.tables.valence[tokens.numbers[spoken]]
    valence = np.where(tokens.negated[spoken], NEGATED_VALENCE * valence, valence)
    distance, clause = tokens.distance[spoken], tokens.clause[spoken]
    places = (
        _grade(distance, VALENCE_NEAR),
        np.clip(clause, -CLAUSES_APART, CLAUSES_APART) + CLAUSES_APART,
        (distance > 0) + 2 * (clause == 0),
        np.zeros_like(spoken),
    )
    sizes = (2 * (len(VALENCE_NEAR) + 1), 2 * CLAUSES_APART + 1, 4, 1)
    offsets = np.cumsum((0, *sizes[:-1]))
    row = tokens.pair[spoken] * _VALENCES + (valence < 0)
    cells = np.concatenate([row + 2 * (place + offset) for place, offset in zip(places, offsets, strict=True)])
    sums = np.bincount(cells, np.tile(np.abs(valence), len(places)), (len(tokens.first) - 1) * _VALENCES)
    return VALENCE_SCALE * np.log1p(sums).reshape(-1, _VALENCES)


def _one_hot(kind: NDArray[np.int64], kinds: type[IntEnum]) -> Floats:
    """Return the one-hot encoding of the kind of each pair, of shape (pairs, kinds)."""
    return GROUP_SCALE * np.eye(len(kinds))[kind]


def _grade(distance: NDArray[np.int64], steps: tuple[int, ...]) -> NDArray[np.int64]:
    """Return side and distance as one integer: near to far before the target, then near to far after it."""
    grade = np.searchsorted(steps, np.abs(distance), side="left")
    return np.where(distance > 0, grade + len(steps) + 1, grade)
