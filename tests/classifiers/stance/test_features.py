"""Features distinguish the two sides of the target in a sentence, and depend on one pair alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifiers.predictions import Span
from classifiers.stance.features import extract_features, width
from classifiers.stance.pairs import PairBatch, TargetGroup, TargetSentence
from classifiers.stance.vocabulary import Vocabulary

VOCABULARY = Vocabulary.from_sentences(["Iran praised Iraq because it did not attack the other state."] * 3)


def row(sentence: str, target: str, group: TargetGroup = TargetGroup.OTHER) -> NDArray[np.float64]:
    """Return the features of one pair."""
    start = sentence.index(target)
    pair = TargetSentence(sentence, (Span(start, start + len(target)),), group)
    return np.asarray(extract_features(PairBatch.from_sentences([pair]), VOCABULARY).toarray()[0])


def test_names_of_targets_do_not_matter() -> None:
    """Two targets in the same place have the same features."""
    np.testing.assert_array_equal(row("Iran praised Iraq", "Iran"), row("Oman praised Iraq", "Oman"))


def test_sides_matter() -> None:
    """The same words have other features for who praises and for who is praised."""
    assert (row("Iran praised Iraq", "Iran") != row("Iran praised Iraq", "Iraq")).any()


def test_negation_matters() -> None:
    """A negated word is another feature, and its valence is turned."""
    plain, negated = row("Iran attack", "Iran"), row("Iran not attack", "Iran")
    (number,) = VOCABULARY.numbers(["attack"])

    assert plain[number] > 0
    assert negated[number] == 0
    assert negated[len(VOCABULARY) + number] > 0


def test_group_of_the_target_matters() -> None:
    """The same sentence about a state and about a company differs in one feature each."""
    state, company = (row("Iran won", "Iran", group) for group in (TargetGroup.STATE, TargetGroup.COMPANY))

    assert (state != company).sum() == 2


def test_blocks_of_words_have_unit_length() -> None:
    """The bag of words has the same length for a short and for a long sentence."""
    for sentence in ("Iran praised", "Iran praised Iraq because it did not attack the other state"):
        assert np.linalg.norm(row(sentence, "Iran")[: 2 * len(VOCABULARY)]).round(6) == 1.0


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=5), st.data())
def test_any_pairs_have_finite_features_of_their_own(sentences: list[str], data: st.DataObject) -> None:
    """For any sentence and place of the target, features are finite and independent of other pairs."""
    starts = [data.draw(st.integers(0, len(sentence) - 1)) for sentence in sentences]
    pairs = [TargetSentence(text, (Span(start, start + 1),)) for text, start in zip(sentences, starts, strict=True)]
    together = extract_features(PairBatch.from_sentences(pairs), VOCABULARY)

    assert together.shape == (len(pairs), width(VOCABULARY))
    assert np.isfinite(together.data).all()
    for place, pair in enumerate(pairs):
        np.testing.assert_array_equal(
            together[place].toarray(), extract_features(PairBatch.from_sentences([pair]), VOCABULARY).toarray()
        )


def test_voice_matters() -> None:
    """The same words about a target differ where they are quoted."""
    assert (row("Iran praised the other state", "Iran") != row('"Iran praised the other state"', "Iran")).any()
