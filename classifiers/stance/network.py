"""A small network that reads words in their order: what the sums of single words cannot tell.

    words -> for each token the sum of what its window of words adds -> rectified -> pooled by place -> three margins

Each word of a window adds one row of a table, one table for each place in the window, so that there is nothing to
multiply: the first layer of a convolution (Kim 2014, "Convolutional neural networks for sentence classification") over
words, with what is known of the token's place beside them (Zeng et al. 2014, "Relation classification via convolutional
deep neural network"). "accused <target>" and "<target> accused" differ in it, and so do "did not regret" and "regret".

Every number of a pair is added up in the order of its tokens, by itself: the batch does not show in the last bits.
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
"""Words on either side of a token that are read with it."""

DISTANCES: Final = (1, 2, 3, 5, 8, 12)
"""Tokens from the target up to which a token counts as this far away."""

CLAUSES_APART: Final = 2
"""Clauses further away than this count as this far."""

_SIDE: Final = len(DISTANCES) + 1
PLACES: Final = 2 * _SIDE + 1
"""Places by distance: before the target, after it, and the target itself."""

CLAUSES: Final = 4 * (2 * CLAUSES_APART + 1)
"""Clauses by how many they are apart, negated or not, quoted or not."""

POOLS: Final = 3
"""Ways in which the tokens of a pair become one row: the highest value of any, the sums before and after the target."""


class NetworkWeights(msgspec.Struct, frozen=True):
    """The weights of a network; `hidden` is the width of its one layer.

    Shapes: `words` (words, dimensions); `window` (2 * WINDOW + 1, dimensions, hidden); `place` (PLACES, hidden);
    `clause` (CLAUSES, hidden); `group` (groups, hidden); `voice` (voices, hidden);
    `output` (groups, POOLS * hidden, 3); `bias` (groups, 3).
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
        """Return the weights that a model file holds."""
        return cls(**{name: np.asarray(state[name], dtype=np.float32) for name in cls.__struct_fields__})

    def state(self) -> dict[str, Any]:
        """Return what a model file holds: arrays of half precision, which training measures with."""
        return {name: value.astype(np.float16) for name, value in msgspec.structs.asdict(self).items()}


class TokenPlaces(msgspec.Struct, frozen=True):
    """What the network reads of each token of each pair: all arrays but the first have the shape (tokens,).

    `first` is that of `PairTokens`; `window` has the shape (2 * WINDOW + 1, tokens) and holds the numbers of the words
    around each token, `n_words` where the sentence has ended; `group` and `voice` have the shape (pairs,).
    """

    first: Numbers
    pair: Numbers
    window: Numbers
    place: Numbers
    clause: Numbers
    group: Numbers
    voice: Numbers


class Network:
    """Tells margins of pairs.

    Parameters
    ----------
    weights
        Fitted weights.
    """

    def __init__(self, weights: NetworkWeights) -> None:
        self.weights = weights
        words = np.vstack((weights.words, np.zeros_like(weights.words[:1])))
        # What each word adds at each place of the window, multiplied out once.
        self._tables = [np.ascontiguousarray(words @ matrix) for matrix in weights.window]
        groups = len(weights.group)
        self._output = np.ascontiguousarray(np.moveaxis(weights.output, 0, 1).reshape(-1, groups * 3))

    def margins(self, tokens: PairTokens, group: Numbers) -> Singles:
        """Return the margins of each pair, of shape (pairs, 3) in the order of `LABELS`."""
        places = token_places(tokens, group, len(self.weights.words))
        pooled = pool(self._hidden(places), places)
        # A sparse product adds up each row by itself, in order; a dense one goes by the size of the batch.
        every = (sparse.csr_matrix(pooled) @ self._output).reshape(len(group), -1, 3)
        return np.asarray(every[np.arange(len(group)), group] + self.weights.bias[group])

    def _hidden(self, places: TokenPlaces) -> Singles:
        weights = self.weights
        # Whatever depends on few values is added up in one small table first.
        own = (weights.place[:, None] + weights.clause[None]).reshape(-1, weights.place.shape[1])
        hidden = own[places.place * CLAUSES + places.clause]
        hidden += (weights.group[places.group] + weights.voice[places.voice])[places.pair]
        for table, numbers in zip(self._tables, places.window, strict=True):
            hidden += table[numbers]
        return np.asarray(np.maximum(hidden, 0, out=hidden))


def token_places(tokens: PairTokens, group: Numbers, n_words: int) -> TokenPlaces:
    """Return what the network reads of laid-out pairs."""
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
    """Return one row per pair, of shape (pairs, POOLS * hidden): the highest values, and sums before and after."""
    pairs = len(places.first) - 1
    counts = np.diff(places.first)
    filled = np.flatnonzero(counts)
    highest = np.zeros((pairs, hidden.shape[1]), dtype=np.float32)
    if len(filled):
        highest[filled] = np.maximum.reduceat(hidden, places.first[filled])
    return np.hstack((highest, *(matrix @ hidden for matrix in sides(places))))


def sides(places: TokenPlaces) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return what adds up the tokens before and after the target, each of shape (pairs, tokens).

    A sum is divided by the root of the number of tokens: long sentences say more, but not by as much as they are long.
    """
    counts = np.diff(places.first)
    weight = (1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)[places.pair]
    before = places.place < _SIDE
    after = (places.place >= _SIDE) & (places.place < PLACES - 1)
    return _adder(before, weight, places), _adder(after, weight, places)


def _adder(chosen: NDArray[np.bool_], weight: Singles, places: TokenPlaces) -> sparse.csr_matrix:
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
