"""The network is fitted by the slopes of its loss, and learns what only the order of words tells."""

import numpy as np
import pytest

from classifiers.modelling.training.stance import network
from classifiers.modelling.training.stance.network import NetworkOptions, NetworkRows, fit_network
from classifiers.predictions import Span
from classifiers.stance.network import Network, NetworkWeights, token_places
from classifiers.stance.pairs import PairBatch, PairTokens, TargetSentence, lay_out, tokenize
from classifiers.stance.vocabulary import Vocabulary

SENTENCE = "Spain blamed Italy for the long and costly delay."
SPAIN, ITALY = Span(0, 5), Span(13, 18)
VOCABULARY = Vocabulary.from_sentences([SENTENCE] * 3)
NOTHING_DROPPED = NetworkOptions(hidden=6, epochs=30, batch_rows=8, dropped_words=0.0, dropped_values=0.0, decay=0.0)


def silent(_step: str, _done: int, _parts: int) -> None:
    """Tell nobody."""


def rows() -> tuple[PairTokens, NetworkRows]:
    """Return who blames as neutral, and who is blamed as against."""
    batch = PairBatch.from_sentences([TargetSentence(SENTENCE, (place,)) for place in (SPAIN, ITALY)] * 8)
    tokens = lay_out(batch, tokenize(batch.sentences, VOCABULARY), VOCABULARY)
    places = token_places(tokens, batch.group, len(VOCABULARY))
    probabilities = np.tile(np.array([[0.1, 0.8, 0.1], [0.0, 0.1, 0.9]], dtype=np.float32), (8, 1))
    return tokens, NetworkRows(places, probabilities, np.ones(16, dtype=np.float32))


def meaning() -> np.ndarray:
    """Return vectors of words drawn at random."""
    return np.random.default_rng(3).normal(size=(len(VOCABULARY), 4)).astype(np.float32)


def test_order_of_words_is_learnt() -> None:
    """After some passes the network tells the one who blames from the one who is blamed."""
    tokens, labelled = rows()
    fitted = Network(fit_network(labelled, meaning(), NOTHING_DROPPED, 1, silent))

    assert fitted.margins(tokens, labelled.tokens.group)[:2].argmax(axis=1).tolist() == [1, 2]


def test_fitting_twice_gives_the_same_weights() -> None:
    """One seed gives one network, to the last bit; another seed another one."""
    _, labelled = rows()
    options = NetworkOptions(hidden=6, epochs=2, batch_rows=8)
    one, same, other = (fit_network(labelled, meaning(), options, seed, silent) for seed in (1, 1, 2))

    assert np.array_equal(one.words, same.words)
    assert not np.array_equal(one.words, other.words)


@pytest.mark.parametrize("name", ["words", "window", "place", "clause", "group", "output", "bias"])
def test_slopes_are_those_of_the_loss(name: str) -> None:
    """A small step changes the loss by as much as the slope says."""
    _, labelled = rows()
    random = np.random.default_rng(5)
    parameters = network._start(meaning(), 6, random)  # what is compared has no other door
    step = 1e-2
    direction = random.normal(size=parameters[name].shape).astype(np.float32)
    direction /= np.linalg.norm(direction)

    def loss(shift: float) -> float:
        moved = {key: value + shift * direction if key == name else value for key, value in parameters.items()}
        weights = NetworkWeights(**moved)
        tokens = rows()[0]
        margins = Network(weights).margins(tokens, labelled.tokens.group).astype(np.float64)
        logs = margins - np.log(np.exp(margins).sum(axis=1, keepdims=True))
        return float(-(labelled.probabilities * logs).sum(axis=1).mean())

    forth = network._Step(parameters, labelled.tokens, NOTHING_DROPPED, random)  # as above
    slope = (forth.gradients(labelled.probabilities, labelled.weight)[name] * direction).sum()

    assert slope == pytest.approx((loss(step) - loss(-step)) / (2 * step), abs=2e-3)
