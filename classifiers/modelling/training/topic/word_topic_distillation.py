"""What words say of topics, learnt from lessons and definitions and carried over to all words of similar meaning.

    keywords, terms -> prior weights; lessons, lists of terms, definitions -> texts
    two sets of word vectors side by side -> one logistic regression per topic whose weights words of like meaning share

The sentence encoder's vectors know what words mean, those of newswire what names are: the name of a club that no lesson
holds is near to those of other clubs. Both are multiplied out into one weight per word and topic.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers import resources
from classifiers.modelling.baselines.topic import load_keywords
from classifiers.modelling.corpora import training_texts
from classifiers.modelling.corpora.training_texts import TopicTerms, TrainingText
from classifiers.modelling.progress import Progress
from classifiers.modelling.training import linear
from classifiers.modelling.training.topic.word_topics import WEIGHTS_FILE, WordTopics, save_weights
from classifiers.modelling.training.vectors import news_vectors, word_vectors
from classifiers.modelling.training.vectors.distillation import encoder_folder
from classifiers.modelling.training.vectors.news_vectors import NewsVectors
from classifiers.modelling.training.vectors.sentence_encoder import SentenceEncoder
from classifiers.modelling.training.vectors.word_vectors import WordVectors
from classifiers.topic.bag_of_words import BagOfWords

Matrix = NDArray[np.float64]

SEED: Final = 1

COMMONEST: Final = 80_000
"""Words of the newswire that are known. Of the words of unseen headlines 2 % are not among them; of the 29,000 that
the corpora and the encoder know, 6 % are not."""

NEWS_SCALE: Final = 0.7
"""How long the vectors of newswire are beside those of the encoder, whose mean length is 0.8. With 1.5, headlines gain
nothing more and the research headlines of lifestyle lose 3 points; without them headlines lose a point."""

KEYWORD_WEIGHT: Final = 2.5
MEANING_WEIGHT: Final = 5.0
TERM_WEIGHT: Final = 3.0
WEAK_TERM_WEIGHT: Final = 1.5
"""The weights that a word has before anything is learnt: as a keyword, by its nearness to keywords, as a term. Each
was compared with half and double its value on the development rows; none moves accuracy by more than a point."""

TEXTS_PER_DEFINITION: Final = 300
TEXTS_PER_TERMS: Final = 200
WORDS_PER_TEXT: Final = (3, 12)
"""How many lists of words are drawn for each topic, and how long they are: those of terms, and of keywords."""

ALSO_WEIGHT: Final = 0.3
"""What a text's further topics weigh beside its main one."""

MAX_STEPS: Final = 80
_NEIGHBOURS: Final = 5
"""Keywords that a word must be near to: fewer let one odd keyword decide, more blur topics of many themes."""

_SHARPNESS: Final = 0.05
"""Difference in mean cosine that makes one topic e times likelier than another."""


class Known(msgspec.Struct, frozen=True):
    """What is distilled from: texts, words by topic, and the topics themselves, sorted."""

    topics: tuple[str, ...]
    texts: tuple[TrainingText, ...]
    keywords: Mapping[str, tuple[str, ...]]
    terms: Mapping[str, TopicTerms]


def shipped() -> Known:
    """Return what the shipped words were distilled from."""
    taxonomy = json.loads(resources.seed("taxonomy.json").read_bytes())
    return Known(
        tuple(sorted(topic["id"] for topic in taxonomy["topics"])),
        training_texts.load_texts(),
        load_keywords(),
        training_texts.load_terms(),
    )


def distil_weights(glove: Path, out_dir: Path, encoder_dir: Path | None, progress: Progress) -> Path:
    """Write `topic_words.npz` and return its path.

    Parameters
    ----------
    glove
        GloVe's `glove.6B.100d.txt`.
    out_dir
        Where the file is written.
    encoder_dir
        Holds all-MiniLM-L6-v2; by default the folder of the installed package.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        The vectors or the encoder are missing or something else.
    """
    progress("read", 0, 3)
    encoder, news, known = SentenceEncoder(encoder_folder(encoder_dir)), news_vectors.load(glove), shipped()
    words = _vocabulary(news, known)
    progress("encode", 1, 3)
    meanings = word_vectors.encode(encoder, words)
    progress("learn", 2, 3)
    path = out_dir / WEIGHTS_FILE.name
    save_weights(distil(known, meanings, news), path)
    progress("learn", 3, 3)
    return path


def distil(known: Known, meanings: WordVectors, news: NewsVectors) -> WordTopics:
    """Return what words say of topics.

    Parameters
    ----------
    known
        What is learnt from.
    meanings
        The words, and their vectors by an encoder.
    news
        Vectors and ranks of words in newswire.
    """
    random = np.random.default_rng(SEED)
    named, meant = _definitions(known, meanings)
    texts = [
        *known.texts,
        *_word_lists(tuple(known.keywords), meanings.words, named + meant**2, random),
        *_term_lists(known.terms, random),
    ]
    idf = news.idf(meanings.words)
    features = BagOfWords(meanings.words, idf).read([each.text for each in texts]).features
    targets, weights = _targets(texts, known.topics)
    vectors = np.hstack((meanings.vectors, NEWS_SCALE * news.of(meanings.words)))
    prior = _prior(known, meanings.words, named, meant)
    fitted = linear.fit(linear.Problem(features, targets, weights, prior, vectors), MAX_STEPS)
    return WordTopics(meanings.words, idf, known.topics, fitted.weights)


def _vocabulary(news: NewsVectors, known: Known) -> tuple[str, ...]:
    terms = (word for each in known.terms.values() for word in (*each.words, *each.weak))
    keywords = (word for words in known.keywords.values() for word in words)
    common = (word for word, rank in zip(news.words, news.ranks, strict=True) if rank <= COMMONEST)
    return tuple(sorted({*common, *terms, *keywords, *word_vectors.load().words}))


def _definitions(known: Known, meanings: WordVectors) -> tuple[Matrix, Matrix]:
    """Return which words are keywords of each topic and how much each word means it, of (n_words, n_keyworded)."""
    place = {word: number for number, word in enumerate(meanings.words)}
    groups = tuple(known.keywords.values())
    named = np.zeros((len(place), len(groups)))
    for column, words in enumerate(groups):
        named[[place[word] for word in words], column] = 1.0
    nearness = meanings.similarity(groups, _NEIGHBOURS)
    nearest = nearness.max(axis=1, keepdims=True)
    share = np.exp((nearness - nearest) / _SHARPNESS)
    return named, share / share.sum(axis=1, keepdims=True) * np.clip(nearest, 0.0, 1.0)


def _prior(known: Known, words: tuple[str, ...], named: Matrix, meant: Matrix) -> Matrix:
    place = {word: number for number, word in enumerate(words)}
    prior = np.zeros((len(words), len(known.topics)))
    columns = [known.topics.index(topic) for topic in known.keywords]
    prior[:, columns] = KEYWORD_WEIGHT * named + MEANING_WEIGHT * meant
    for topic, terms in known.terms.items():
        column = known.topics.index(topic)
        prior[[place[word] for word in terms.words], column] += TERM_WEIGHT
        prior[[place[word] for word in terms.weak], column] += WEAK_TERM_WEIGHT
    return prior


def _word_lists(
    topics: tuple[str, ...], words: tuple[str, ...], speaks_for: Matrix, random: np.random.Generator
) -> Iterator[TrainingText]:
    """Yield lists of words, drawn by how strongly they speak for each topic, of shape (n_words, n_topics)."""
    for column, topic in enumerate(topics):
        chance = speaks_for[:, column] / speaks_for[:, column].sum()
        for _ in range(TEXTS_PER_DEFINITION):
            drawn = random.choice(len(words), int(random.integers(*WORDS_PER_TEXT)), p=chance)
            yield TrainingText(" ".join(words[each] for each in drawn), topic, ())


def _term_lists(terms: Mapping[str, TopicTerms], random: np.random.Generator) -> Iterator[TrainingText]:
    """Yield lists of terms of each topic; a weak one is drawn half as often."""
    for topic, each in terms.items():
        pool = np.array(each.words * 2 + each.weak)
        for _ in range(TEXTS_PER_TERMS):
            yield TrainingText(" ".join(random.choice(pool, int(random.integers(*WORDS_PER_TEXT)))), topic, ())


def _targets(texts: Sequence[TrainingText], topics: tuple[str, ...]) -> tuple[Matrix, Matrix]:
    """Return targets and row weights, each of shape (n_texts, n_topics)."""
    place = {topic: column for column, topic in enumerate(topics)}
    targets, weights = np.zeros((len(texts), len(topics))), np.ones((len(texts), len(topics)))
    for row, text in enumerate(texts):
        also = [place[topic] for topic in text.also]
        targets[row, [place[text.topic], *also]] = 1.0
        weights[row, also] = ALSO_WEIGHT
    return targets, weights
