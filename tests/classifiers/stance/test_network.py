"""The network reads words in their order, each pair by itself."""

import numpy as np
import pytest

from classifiers.predictions import Span
from classifiers.stance import network
from classifiers.stance.network import CLAUSES, PLACES, POOLS, WINDOW, Network, NetworkWeights
from classifiers.stance.pairs import PairBatch, PairTokens, TargetGroup, TargetSentence, Voice, lay_out, tokenize
from classifiers.stance.vocabulary import Vocabulary

VOCABULARY = Vocabulary.from_sentences(["Spain blamed Italy for it, it said."] * 3)
HIDDEN, DIMENSIONS = 8, 5


def drawn_weights(seed: int = 1) -> NetworkWeights:
    """Return weights drawn at random."""
    random = np.random.default_rng(seed)
    groups = len(TargetGroup)
    shapes = {
        "words": (len(VOCABULARY), DIMENSIONS),
        "window": (2 * WINDOW + 1, DIMENSIONS, HIDDEN),
        "place": (PLACES, HIDDEN),
        "clause": (CLAUSES, HIDDEN),
        "group": (groups, HIDDEN),
        "voice": (len(Voice), HIDDEN),
        "output": (groups, POOLS * HIDDEN, 3),
        "bias": (groups, 3),
    }
    return NetworkWeights(**{name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()})


def laid_out(*pairs: TargetSentence) -> tuple[PairTokens, PairBatch]:
    """Return the tokens of pairs, and their batch."""
    batch = PairBatch.from_sentences(pairs)
    return lay_out(batch, tokenize(batch.sentences, VOCABULARY), VOCABULARY), batch


SENTENCES = (
    TargetSentence("Spain blamed Italy for it, it said.", (Span(0, 5),)),
    TargetSentence("Spain blamed Italy for it, it said.", (Span(13, 18),), TargetGroup.STATE),
    TargetSentence("it", (Span(0, 2),), TargetGroup.COMPANY),
    TargetSentence("", (Span(0, 0),)),
    TargetSentence("Spain didn't blame it for Italy " * 9, (Span(0, 5), Span(26, 31))),
)


def test_each_pair_is_answered_as_if_alone() -> None:
    """The margins of a pair are the same to the last bit, whatever stands beside it."""
    model = Network(drawn_weights())
    tokens, batch = laid_out(*SENTENCES * 20)
    together = model.margins(tokens, batch.group)

    for number, pair in enumerate(SENTENCES):
        tokens, batch = laid_out(pair)
        assert np.array_equal(model.margins(tokens, batch.group)[0], together[number])
        assert np.array_equal(together[number], together[number + len(SENTENCES)])


def test_the_order_of_words_counts() -> None:
    """Who blames and who is blamed have other margins, though the words are the same."""
    model = Network(drawn_weights())
    tokens, batch = laid_out(*SENTENCES[:2])
    margins = model.margins(tokens, np.zeros_like(batch.group))

    assert not np.allclose(margins[0], margins[1])


def test_windows_end_with_the_sentence() -> None:
    """What stands around a token is of its own sentence, or nothing."""
    tokens, batch = laid_out(SENTENCES[2], SENTENCES[2])
    places = network.token_places(tokens, batch.group, len(VOCABULARY))

    nothing = len(VOCABULARY)
    assert places.window[:, 0].tolist() == [nothing, nothing, int(tokens.numbers[0]), nothing, nothing]


def test_weights_survive_their_file_in_half_precision() -> None:
    """The state of a file restores the same weights, rounded."""
    weights = drawn_weights()
    again = NetworkWeights.from_state(weights.state())

    assert again.words == pytest.approx(weights.words, rel=1e-3, abs=1e-3)
