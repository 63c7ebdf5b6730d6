"""The tokens of a pair know where the target is, how far it is, and what is negated."""

import pytest

from classifiers.predictions import Span
from classifiers.stance.pairs import FAR, PairBatch, PairTokens, TargetSentence, Voice, lay_out, tokenize
from classifiers.stance.vocabulary import TARGET, Vocabulary

SENTENCE = "Iran did not praise Iraq, but Oman blamed it."
VOCABULARY = Vocabulary.from_sentences([SENTENCE] * 3)


def pair(sentence: str, *names: str) -> TargetSentence:
    """Return the pair of a sentence and the first places of names."""
    starts = [(sentence.index(name), name) for name in names]
    return TargetSentence(sentence, tuple(Span(start, start + len(name)) for start, name in starts))


def tokens_of(*pairs: TargetSentence) -> PairTokens:
    """Return the tokens of pairs."""
    batch = PairBatch.from_sentences(pairs)
    return lay_out(batch, tokenize(batch.sentences, VOCABULARY), VOCABULARY)


def test_target_is_masked() -> None:
    """Every token that a mention touches is the stand-in, and no other."""
    tokens = tokens_of(pair(SENTENCE, "Iran", "Oman bl"))

    assert [place for place, number in enumerate(tokens.numbers) if number == TARGET] == [0, 7, 8]


def test_distance_is_to_the_nearest_mention() -> None:
    """Distance is below zero before the target and above zero after it, to the nearest mention."""
    assert tokens_of(pair(SENTENCE, "Iraq")).distance.tolist() == [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6]
    assert tokens_of(pair(SENTENCE, "Iran", "Oman")).distance.tolist() == [0, 1, 2, 3, -3, -2, -1, 0, 1, 2, 3]


def test_clauses_are_counted_from_the_target() -> None:
    """A mark and an opener each begin a clause; those before the target have numbers below zero."""
    assert tokens_of(pair(SENTENCE, "Oman")).clause.tolist() == [-2, -2, -2, -2, -2, -1, 0, 0, 0, 0, 1]


def test_negation_reaches_to_the_end_of_the_clause() -> None:
    """What follows a negator in its clause is negated, what follows the clause is not."""
    negated = tokens_of(pair(SENTENCE, "Iraq")).negated.tolist()

    assert negated == [False, False, False, True, True, True, False, False, False, False, False]


def test_negation_does_not_reach_the_next_sentence() -> None:
    """A negator at the end of one sentence leaves the next one of the batch alone."""
    tokens = tokens_of(pair("Iran said never", "Iran"), pair("Iraq was praised", "Iraq"))

    assert not tokens.negated.any()


def test_a_sentence_is_read_once_for_all_its_targets() -> None:
    """Pairs of one sentence share it."""
    batch = PairBatch.from_sentences([pair(SENTENCE, "Iran"), pair(SENTENCE, "Iraq"), pair("Oman won", "Oman")])

    assert batch.sentences == (SENTENCE, "Oman won")
    assert batch.sentence.tolist() == [0, 0, 1]


@pytest.mark.parametrize("span", [Span(4, 5), Span(45, 45)], ids=["white space", "behind the end"])
def test_a_mention_without_a_token_is_harmless(span: Span) -> None:
    """A mention that touches no token masks nothing, and distances are counted from the beginning."""
    tokens = tokens_of(TargetSentence(SENTENCE, (span,)))

    assert TARGET not in tokens.numbers
    assert abs(tokens.distance).max() < FAR


def test_quoted_tokens_are_marked() -> None:
    """The tokens between quotation marks, marks included, are quoted, and no others."""
    tokens = tokens_of(pair('Iran said "we will win" today', "Iran"))

    assert tokens.quoted.tolist() == [False, False, True, True, True, True, True, False]


@pytest.mark.parametrize(
    ("sentence", "name", "voice"),
    [
        pytest.param("Iran praised Oman", "Oman", Voice.AUTHOR, id="no speaker"),
        pytest.param('"Oman will win it," he joked of Iran', "Iran", Voice.QUOTED_BESIDE, id="named outside"),
        pytest.param('Iran said: "Oman will win it"', "Oman", Voice.QUOTED, id="named within"),
        pytest.param('Iran said: "Oman will win it"', "Iran", Voice.TARGET, id="speaks in quotation marks"),
        pytest.param("Iran, the state, said Oman won", "Iran", Voice.TARGET, id="speaks without"),
        pytest.param('"Oman will win it," said Iran', "Iran", Voice.TARGET, id="speaks behind its words"),
        pytest.param("Iran won it all from us and them and, it is said, Oman", "Iran", Voice.AUTHOR, id="far away"),
    ],
)
def test_voice_is_whose_words_speak_of_the_target(sentence: str, name: str, voice: Voice) -> None:
    """The voice is that of the author, of a quotation that names the target, or of the target itself."""
    words = Vocabulary.from_sentences([sentence] * 3)
    batch = PairBatch.from_sentences([pair(sentence, name)])

    assert lay_out(batch, tokenize(batch.sentences, words), words).voice.tolist() == [voice]
