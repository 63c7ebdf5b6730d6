"""What words say of topics is learnt from lessons, carried over to like words, and comes back from its file."""

from pathlib import Path

import numpy as np
import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora.training_texts import TopicTerms, TrainingText
from classifiers.modelling.training import distil_word_topics
from classifiers.modelling.training.topic.word_topic_distillation import Known, distil
from classifiers.modelling.training.topic.word_topics import WordTopics, load_weights, save_weights
from classifiers.modelling.training.vectors import news_vectors
from classifiers.modelling.training.vectors.news_vectors import NewsVectors
from classifiers.modelling.training.vectors.word_vectors import WordVectors

SPORT, HEALTH = "medtop:15000000", "medtop:07000000"
WORDS = ("cup", "doctor", "goal", "match", "nurse", "patient", "physio", "ward", "winger", "zebra")
MEANING = {"cup": 0, "goal": 0, "match": 0, "winger": 0, "doctor": 1, "nurse": 1, "patient": 1, "physio": 1, "ward": 1}


def known() -> Known:
    """Return two topics with a few lessons and words."""
    return Known(
        (HEALTH, SPORT),
        (TrainingText("the match and the goal", SPORT, ()), TrainingText("a doctor in the ward", HEALTH, ())),
        {HEALTH: ("doctor", "nurse", "patient"), SPORT: ("cup", "goal", "match")},
        {HEALTH: TopicTerms(("ward",), ()), SPORT: TopicTerms(("match",), ("cup",))},
    )


def vectors() -> WordVectors:
    """Return vectors in which words of one field are alike."""
    random = np.random.default_rng(0)
    base = np.eye(3)[[MEANING.get(word, 2) for word in WORDS]]
    return WordVectors(WORDS, base + 0.05 * random.normal(size=base.shape))


def test_words_that_no_lesson_holds_speak_for_the_topic_of_their_like() -> None:
    """A word without lesson, definition or term has the topic of the words that mean the same."""
    meanings = vectors()
    news = NewsVectors(WORDS, np.arange(1, len(WORDS) + 1), meanings.vectors)

    found = distil(known(), meanings, news)

    weight = dict(zip(found.words, found.of((HEALTH, SPORT)).tolist(), strict=True))
    assert weight["winger"][1] > weight["winger"][0]
    assert weight["physio"][0] > weight["physio"][1]


def test_words_come_back_from_their_file(tmp_path: Path) -> None:
    """What is written is read back, up to rounding."""
    words = WordTopics(("cup", "élan"), np.array([1.0, 2.5]), (HEALTH, SPORT), np.array([[1.0, -0.5], [0.25, 0.0]]))

    save_weights(words, tmp_path / "words.npz")

    again = load_weights(tmp_path / "words.npz")
    assert (again.words, again.topics) == (words.words, words.topics)
    np.testing.assert_allclose(again.weights, words.weights, atol=1 / 127)
    np.testing.assert_allclose(again.idf, words.idf)


def test_glove_is_read_as_it_is_published(tmp_path: Path) -> None:
    """Tokens that are no words are left out, and ranks count them all the same."""
    path = tmp_path / "glove.txt"
    path.write_text("the 1 0\n, 0 1\nlakers 0.5 -1\n", encoding="utf-8")

    found = news_vectors.load(path)

    assert found.words == ("the", "lakers")
    assert found.ranks.tolist() == [1, 3]
    assert found.idf(("the", "lakers", "zorblax"))[0] == pytest.approx(0.3)
    assert found.of(("zorblax",)).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("content", "what"),
    [(None, "name GloVe's file"), ("the one two\n", "name glove.6B.100d.txt")],
    ids=["none", "other"],
)
def test_other_files_are_refused(tmp_path: Path, content: str | None, what: str) -> None:
    """A file that is not there, or holds something else, is told in one sentence."""
    path = tmp_path / "glove.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(CorpusError, match=what):
        news_vectors.load(path)


def test_distilling_words_without_an_encoder_says_where_to_get_one(tmp_path: Path) -> None:
    """A folder that holds no encoder is refused with what to do."""
    with pytest.raises(CorpusError, match="--encoder"):
        distil_word_topics(tmp_path / "glove.txt", tmp_path / "out", tmp_path)
