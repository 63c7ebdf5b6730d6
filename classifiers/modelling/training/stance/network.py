"""The weights of the stance model's network: fitted to probabilities by stochastic gradients, in NumPy.

The loss is the cross-entropy to the probabilities of the teacher, or to a label (Hinton, Vinyals and Dean 2015); the
steps are Adam's (Kingma and Ba 2015) with a rate that rises and falls once. Words and pooled values are dropped at
random (Srivastava et al. 2014). One thread and one seed give the same weights on one machine.
"""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax

from classifiers.modelling.progress import Progress
from classifiers.stance import network
from classifiers.stance.network import CLAUSES, PLACES, POOLS, WINDOW, NetworkWeights, Singles, TokenPlaces
from classifiers.stance.pairs import TargetGroup, Voice
from classifiers.stance.vocabulary import TARGET, WORD

Numbers = NDArray[np.int64]
Parameters = dict[str, Singles]

_POOL_BATCHES: Final = 40
"""Batches whose rows are sorted by length together, so that those of one batch are alike."""

_BETAS: Final = (0.9, 0.999)
_EPSILON: Final = 1e-8
_RISING: Final = 0.1
"""Share of the steps in which the learning rate rises."""


class NetworkOptions(msgspec.Struct, frozen=True):
    """What can be chosen: usual values, not tuned; with 4 epochs macro-F1 on the development rows is the same.

    Parameters
    ----------
    hidden
        Width of the layer.
    epochs
        Passes over the rows.
    batch_rows
        Rows of one step.
    learning_rate
        The highest one.
    dropped_words, dropped_values
        Shares of the words that are read as unknown, and of the pooled values that are left out, in training.
    decay
        L2 penalty.
    """

    hidden: int = 64
    epochs: int = 6
    batch_rows: int = 256
    learning_rate: float = 2e-3
    dropped_words: float = 0.1
    dropped_values: float = 0.2
    decay: float = 1e-6


class NetworkRows(msgspec.Struct, frozen=True):
    """What a network is fitted to: the tokens of all pairs, their probabilities (pairs, 3) and weights (pairs,)."""

    tokens: TokenPlaces
    probabilities: Singles
    weight: Singles


def fit_network(
    rows: NetworkRows, meaning: Singles, options: NetworkOptions, seed: int, progress: Progress
) -> NetworkWeights:
    """Return the weights of a network.

    Parameters
    ----------
    rows
        What it learns from.
    meaning
        Where the vectors of words start, of shape (words, dimensions).
    options
        What can be chosen.
    seed
        Decides the first weights, the order of the rows and what is dropped.
    progress
        Told of every step.
    """
    random = np.random.default_rng(seed)
    parameters = _start(meaning, options.hidden, random)
    adam = _Adam(parameters)
    per_epoch = -(-len(rows.weight) // options.batch_rows)
    steps = options.epochs * per_epoch
    done = 0
    for _ in range(options.epochs):
        for chosen in _batches(np.diff(rows.tokens.first), options.batch_rows, random):
            progress("fit network", done, steps)
            gradients = _Step(parameters, _rows(rows.tokens, chosen), options, random).gradients(
                rows.probabilities[chosen], rows.weight[chosen]
            )
            for name, value in parameters.items():
                gradients[name] += options.decay * value
            adam.step(gradients, options.learning_rate * _rate(done, steps))
            done += 1
    return NetworkWeights(**parameters)


def _start(meaning: Singles, hidden: int, random: np.random.Generator) -> Parameters:
    dimensions = meaning.shape[1]
    spread = np.sqrt(2 / (dimensions * (2 * WINDOW + 1)))
    groups = len(TargetGroup)
    draws = {
        "window": (spread, (2 * WINDOW + 1, dimensions, hidden)),
        "place": (0.1, (PLACES, hidden)),
        "clause": (0.1, (CLAUSES, hidden)),
        "group": (0.1, (groups, hidden)),
        "voice": (0.1, (len(Voice), hidden)),
        "output": (0.1, (1, POOLS * hidden, 3)),
    }
    drawn = {name: random.normal(0, scale, shape).astype(np.float32) for name, (scale, shape) in draws.items()}
    # All groups start alike, so that what differs between them is what their rows teach.
    drawn["output"] = np.repeat(drawn["output"], groups, axis=0)
    noise = random.normal(0, 0.05, meaning.shape)
    return {"words": (meaning + noise).astype(np.float32), **drawn, "bias": np.zeros((groups, 3), dtype=np.float32)}


def _batches(lengths: Numbers, size: int, random: np.random.Generator) -> Iterator[Numbers]:
    """Yield the rows of each batch, of like length, in an order drawn anew."""
    shuffled = random.permutation(len(lengths))
    step = _POOL_BATCHES * size
    pools = [shuffled[start : start + step] for start in range(0, len(shuffled), step)]
    ordered = np.concatenate([each[np.argsort(lengths[each], kind="stable")] for each in pools])
    starts = np.arange(0, len(ordered), size)
    for start in random.permutation(starts).tolist():
        yield ordered[start : start + size]


def _rows(tokens: TokenPlaces, chosen: Numbers) -> TokenPlaces:
    """Return the tokens of some pairs."""
    counts = np.diff(tokens.first)[chosen]
    first = np.concatenate(([0], np.cumsum(counts)))
    pair = np.repeat(np.arange(len(chosen)), counts)
    source = np.arange(first[-1]) - first[pair] + tokens.first[chosen][pair]
    return TokenPlaces(
        first=first,
        pair=pair,
        window=tokens.window[:, source],
        place=tokens.place[source],
        clause=tokens.clause[source],
        group=tokens.group[chosen],
        voice=tokens.voice[chosen],
    )


class _Step:
    """One batch forth and back."""

    def __init__(
        self, parameters: Parameters, places: TokenPlaces, options: NetworkOptions, random: np.random.Generator
    ) -> None:
        self._parameters = parameters
        self._options = options
        self._random = random
        self._window = self._dropped(places)
        self._places = places

    def gradients(self, probabilities: Singles, weight: Singles) -> Parameters:
        """Return the slope of the mean loss by each parameter."""
        parameters, places = self._parameters, self._places
        read = self._read()
        hidden = np.maximum(self._before(read), 0)
        pooled = network.pool(hidden, places)
        kept = self._kept(pooled.shape)
        shown = pooled * kept
        margins = np.einsum("pf,pfl->pl", shown, parameters["output"][places.group]) + parameters["bias"][places.group]
        slope = ((softmax(margins, axis=1) - probabilities) * (weight / len(weight))[:, None]).astype(np.float32)
        gradients = self._of_output(shown, slope)
        by_pooled = np.einsum("pl,pfl->pf", slope, parameters["output"][places.group]) * kept
        by_hidden = self._by_hidden(by_pooled.astype(np.float32), hidden, pooled)
        return gradients | self._of_input(read, by_hidden)

    def _dropped(self, places: TokenPlaces) -> Numbers:
        """Return the windows with some words read as unknown, each token's the same wherever it is in a window."""
        window = places.window.copy()
        known = window[WINDOW] > TARGET
        gone = (self._random.random(len(known)) < self._options.dropped_words) & known
        unknown = np.append(gone, values=False)
        position = np.arange(len(known))
        last = len(self._parameters["words"])
        for row, offset in enumerate(range(-WINDOW, WINDOW + 1)):
            there = np.clip(position + offset, 0, len(known))
            window[row] = np.where(unknown[there] & (window[row] < last), WORD, window[row])
        return window

    def _read(self) -> Singles:
        """Return the vectors of the words in each token's window, side by side."""
        words = np.vstack((self._parameters["words"], np.zeros_like(self._parameters["words"][:1])))
        return np.hstack([words[row] for row in self._window])

    def _before(self, read: Singles) -> Singles:
        parameters, places = self._parameters, self._places
        matrix = parameters["window"].reshape(-1, parameters["window"].shape[2])
        return (
            read @ matrix
            + parameters["place"][places.place]
            + parameters["clause"][places.clause]
            + (parameters["group"][places.group] + parameters["voice"][places.voice])[places.pair]
        )

    def _kept(self, shape: tuple[int, ...]) -> Singles:
        share = 1 - self._options.dropped_values
        return (self._random.random(shape, dtype=np.float32) < share).astype(np.float32) / np.float32(share)

    def _of_output(self, shown: Singles, slope: Singles) -> Parameters:
        output, bias = (np.zeros_like(self._parameters[name]) for name in ("output", "bias"))
        for group in range(len(output)):
            own = self._places.group == group
            output[group] = shown[own].T @ slope[own]
            bias[group] = slope[own].sum(axis=0)
        return {"output": output, "bias": bias}

    def _by_hidden(self, by_pooled: Singles, hidden: Singles, pooled: Singles) -> Singles:
        places, width = self._places, hidden.shape[1]
        highest, before, after = np.split(by_pooled, POOLS, axis=1)
        slope = np.where(hidden == pooled[places.pair, :width], highest[places.pair], np.float32(0))
        for adder, part in zip(network.sides(places), (before, after), strict=True):
            slope += adder.T @ part
        return np.where(hidden > 0, slope, np.float32(0))

    def _of_input(self, read: Singles, slope: Singles) -> Parameters:
        parameters, places = self._parameters, self._places
        window = parameters["window"]
        by_read = slope @ window.reshape(-1, window.shape[2]).T
        words = np.zeros_like(parameters["words"])
        size = len(words)
        for row, part in zip(self._window, np.split(by_read, len(window), axis=1), strict=True):
            words += _summed(row, part, size + 1)[:size]
        return {
            "words": words,
            "window": (read.T @ slope).reshape(window.shape),
            "place": _summed(places.place, slope, PLACES),
            "clause": _summed(places.clause, slope, CLAUSES),
            "group": _summed(places.group[places.pair], slope, len(parameters["group"])),
            "voice": _summed(places.voice[places.pair], slope, len(parameters["voice"])),
        }


def _summed(numbers: Numbers, values: Singles, count: int) -> Singles:
    """Return the sums of the rows that bear each number, of shape (count, columns)."""
    ones = np.ones(len(numbers), dtype=np.float32)
    places = (numbers, np.arange(len(numbers)))
    return np.asarray(sparse.csr_matrix((ones, places), shape=(count, len(numbers))) @ values, dtype=np.float32)


class _Adam:
    """Steps down the slope, with a memory of the steps before."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._mean = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._square = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._steps = 0

    def step(self, gradients: Parameters, rate: float) -> None:
        self._steps += 1
        mean_share, square_share = (1 - beta**self._steps for beta in _BETAS)
        for name, slope in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += (1 - _BETAS[0]) * (slope - mean)
            square += (1 - _BETAS[1]) * (slope * slope - square)
            self._parameters[name] -= (rate / mean_share) * mean / (np.sqrt(square / square_share) + _EPSILON)


def _rate(step: int, steps: int) -> float:
    """Return the share of the highest learning rate at a step: it rises in a line and falls as a cosine."""
    share = (step + 1) / steps
    if share < _RISING:
        return share / _RISING
    return 0.5 + 0.5 * float(np.cos(np.pi * (share - _RISING) / (1 - _RISING)))
