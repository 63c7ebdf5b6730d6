"""Small convolutional network: captures word order, which sums of single words cannot.

    words -> for each token the sum over its window of words -> rectifier -> pooling by position -> three margins

Each word of a window adds one row of a table, one table per position in the window, so that inference needs no
multiplication: the first layer of a convolution over words (Kim 2014, "Convolutional neural networks for sentence
classification"), with features of the token's position (Zeng et al. 2014, "Relation classification via convolutional
deep neural network"). It distinguishes "accused <target>" from "<target> accused", and "did not regret" from "regret".

The sums of a pair are computed separately, in the order of its tokens, so that they do not depend on the batch.
"""

from typing import Any, Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.stance.pairs import PairTokens

Singles = NDArray[np.float32]
Numbers = NDArray[np.int64]

WINDOW: Final = 2
"""Words on either side of a token that belong to its window."""

DISTANCES: Final = (1, 2, 3, 5, 8, 12)
"""Upper bounds of the bins of distance from the target, in tokens."""

CLAUSES_APART: Final = 2
"""Maximum distance in clauses; more distant clauses count as this far."""

_SIDE: Final = len(DISTANCES) + 1
PLACES: Final = 2 * _SIDE + 1
"""Bins of distance: before the target, after it, and the target itself."""

CLAUSES: Final = 4 * (2 * CLAUSES_APART + 1)
"""Bins of distance in clauses, negated or not, quoted or not."""

POOLS: Final = 3
"""Poolings of the tokens of a pair: the maximum over all, and the sums before and after the target."""


class NetworkWeights(msgspec.Struct, frozen=True):
    """Weights of the network; `hidden` is the width of its single layer.

    Shapes: `words` (words, dimensions); `window` (2 * WINDOW + 1, dimensions, hidden); `place` (PLACES, hidden);
    `clause` (CLAUSES, hidden); `group` (groups, hidden); `voice` (voices, hidden);
    `output` (groups, POOLS * hidden, 3); `bias` (groups, 3). The field names are keys in model files.
    """

    words: Singles
    window: Singles
    place: Singles
    clause: Singles
    group: Singles
    voice: Singles
    output: Singles
    bias: Singles

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Return the weights of a model file."""
        return cls(**{name: np.asarray(state[name], dtype=np.float32) for name in cls.__struct_fields__})

    def state(self) -> dict[str, Any]:
        """Return the content of a model file: half-precision arrays, the precision at which training evaluates."""
        return {name: value.astype(np.float16) for name, value in msgspec.structs.asdict(self).items()}


class TokenPlaces(msgspec.Struct, frozen=True):
    """Inputs of the network for each token of each pair; arrays have the shape (tokens,) unless stated otherwise.

    `first` is that of `PairTokens`; `window` has the shape (2 * WINDOW + 1, tokens) and contains the numbers of the
    words around each token, `n_words` beyond the sentence; `group` and `voice` have the shape (pairs,).
    """

    first: Numbers
    pair: Numbers
    window: Numbers
    place: Numbers
    clause: Numbers
    group: Numbers
    voice: Numbers


class Network:
    """Network with fitted weights: computes the margins of pairs.

    Parameters
    ----------
    weights
        Fitted weights.
    """

    def __init__(self, weights: NetworkWeights) -> None:
        self.weights = weights
        words = np.vstack((weights.words, np.zeros_like(weights.words[:1])))
        # The contribution of each word at each position of the window, multiplied out once.
        self._tables = [np.ascontiguousarray(words @ matrix) for matrix in weights.window]
        groups = len(weights.group)
        self._output = np.ascontiguousarray(np.moveaxis(weights.output, 0, 1).reshape(-1, groups * 3))

    def margins(self, tokens: PairTokens, group: Numbers) -> Singles:
        """Return the margins of each pair, of shape (pairs, 3) in the order of `LABELS`."""
        places = token_places(tokens, group, len(self.weights.words))
        pooled = pool(self._hidden(places), places)
        # A sparse product sums each row separately, in order; a dense one depends on the batch size.
        every = (sparse.csr_matrix(pooled) @ self._output).reshape(len(group), -1, 3)
        return np.asarray(every[np.arange(len(group)), group] + self.weights.bias[group])

    def _hidden(self, places: TokenPlaces) -> Singles:
        weights = self.weights
        # Inputs with few values are summed in one small table first.
        own = (weights.place[:, None] + weights.clause[None]).reshape(-1, weights.place.shape[1])
        hidden = own[places.place * CLAUSES + places.clause]
        hidden += (weights.group[places.group] + weights.voice[places.voice])[places.pair]
        for table, numbers in zip(self._tables, places.window, strict=True):
            hidden += table[numbers]
        return np.asarray(np.maximum(hidden, 0, out=hidden))


def token_places(tokens: PairTokens, group: Numbers, n_words: int) -> TokenPlaces:
    """Return the inputs of the network for laid-out pairs."""
    return TokenPlaces(
        first=tokens.first,
        pair=tokens.pair,
        window=_windows(tokens, n_words),
        place=_places(tokens.distance),
        clause=np.clip(tokens.clause, -CLAUSES_APART, CLAUSES_APART)
        + CLAUSES_APART
        + (tokens.negated + 2 * tokens.quoted) * (CLAUSES // 4),
        group=group,
        voice=tokens.voice,
    )


def pool(hidden: Singles, places: TokenPlaces) -> Singles:
    """Return one row per pair, of shape (pairs, POOLS * hidden): the maxima, and the sums before and after."""
    pairs = len(places.first) - 1
    counts = np.diff(places.first)
    filled = np.flatnonzero(counts)
    highest = np.zeros((pairs, hidden.shape[1]), dtype=np.float32)
    if len(filled):
        highest[filled] = np.maximum.reduceat(hidden, places.first[filled])
    return np.hstack((highest, *(matrix @ hidden for matrix in sides(places))))


def sides(places: TokenPlaces) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return the matrices that sum the tokens before and after the target, each of shape (pairs, tokens).

    A sum is divided by the square root of the number of tokens, so that it grows with the length of a sentence, but
    less than in proportion.
    """
    counts = np.diff(places.first)
    weight = (1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)[places.pair]
    before = places.place < _SIDE
    after = (places.place >= _SIDE) & (places.place < PLACES - 1)
    return _summation(before, weight, places), _summation(after, weight, places)


def _summation(chosen: NDArray[np.bool_], weight: Singles, places: TokenPlaces) -> sparse.csr_matrix:
    columns = np.flatnonzero(chosen)
    first = np.searchsorted(columns, places.first)
    return sparse.csr_matrix((weight[columns], columns, first), shape=(len(places.first) - 1, len(chosen)))


def _places(distance: Numbers) -> Numbers:
    grade = np.searchsorted(DISTANCES, np.abs(distance), side="left")
    return np.where(distance == 0, PLACES - 1, np.where(distance > 0, grade + _SIDE, grade))


def _windows(tokens: PairTokens, n_words: int) -> Numbers:
    """Return the numbers of the words around each token, of shape (2 * WINDOW + 1, tokens)."""
    position = np.arange(len(tokens.pair))
    begin, end = tokens.first[tokens.pair], tokens.first[tokens.pair + 1]
    padded = np.concatenate((tokens.numbers, [n_words]))
    rows = []
    for offset in range(-WINDOW, WINDOW + 1):
        there = position + offset
        rows.append(padded[np.where((there >= begin) & (there < end), there, len(position))])
    return np.stack(rows)
