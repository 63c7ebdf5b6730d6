"""How the topic model is made: from the corpora to one calibrated linear model in a file.

    rows -> texts of every length -> definitions as texts -> held-out margins, fold by fold -> calibration, thresholds
         -> weights from all rows, calibration folded in -> scikit-learn pipeline -> measured -> file and manifest

The definitions of the topics (keywords, and the words that mean the same) are the prior of the weights, so that a model
which learns from summaries of world events knows the vocabulary of sport, science and the arts as well.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers import model_files
from classifiers.bag_of_words import BagOfWords
from classifiers.baselines.topic import load_keywords
from classifiers.cleaning import default_rules
from classifiers.corpora import sources
from classifiers.corpora.sources import Row
from classifiers.evaluation import measures, topic_benchmarks
from classifiers.model_files import LoadedModel, Manifest
from classifiers.topic import KIND, LinearTopicClassifier
from classifiers.training import linear, topic_examples, word_vectors
from classifiers.training.linear import LinearWeights, Matrix
from classifiers.training.topic_examples import Example
from classifiers.training.topic_pipeline import topic_pipeline

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many parts of it are done, and how many there are."""

NAME: Final = "copytaster-topic-linear"
VERSION: Final = "1"

LEFT_OUT: Final = {
    "medtop:05000000": "education: F1 0.37 on held-out headlines",
    "medtop:06000000": "environment: F1 0.42 on held-out headlines",
    "medtop:09000000": "labour: no held-out rows to tell",
    "medtop:10000000": "lifestyle and leisure: F1 0.57 on held-out headlines",
    "medtop:12000000": "religion: F1 0.46 on held-out headlines",
    "medtop:14000000": "society: no held-out rows to tell",
}
"""Topics that have keywords but too few labelled rows, with the best that any training reached on the development
rows of HuffPost. A topic is answered with where it reaches an F1 of 0.6 there."""

LEAST_THRESHOLD: Final = 0.5
"""No topic is named that is more likely absent than present."""

UNREACHED_THRESHOLD: Final = 0.95
"""The threshold of a topic that reaches the target precision at no probability."""

_NEIGHBOURS: Final = 5
"""Keywords that a word must be near to: fewer let one odd keyword decide, more blur topics of many themes."""

_SHARPNESS: Final = 0.05
"""Difference in mean cosine that makes one topic e times likelier than another."""

_RAREST: Final = 20
"""Texts that a word is taken to occur in at least: words which the corpora lack are rare, but not overwhelming."""

_RAREST_TOPIC: Final = 200
"""Rows that a topic is taken to have at least when rows are weighed."""


class TopicOptions(msgspec.Struct, frozen=True):
    """What can be chosen in training; each value was compared with its neighbours on the development rows.

    `balance` is the power of inverse label frequency that weighs rows: 0 keeps the corpora's mix; 1 makes all topics
    equal, which costs more accuracy than it brings. `keyword_prior` and `meaning_prior` are the prior weights of a
    keyword, and of a word that is only near to keywords. `target_precision` is what a topic's threshold aims at.
    """

    seed: int
    balance: float = 0.5
    keyword_prior: float = 5.0
    meaning_prior: float = 10.0
    headline_share: float = 0.3
    articles_per_topic: int = 800
    definitions_per_topic: int = 600
    penalty: float = 1.0
    max_steps: int = linear.MAX_STEPS
    target_precision: float = 0.8


def train_topic(corpora_dir: Path, out_dir: Path, seed: int, progress: Progress) -> Manifest:
    """Make the topic model from the corpora, write it to `topic.skops` and `topic.json`, and return its manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        The folder to write to; it must exist.
    seed
        Decides every draw: the same seed, corpora and libraries give the same file on one machine.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus cannot be read, or holds a text that the model is to be measured on.
    """
    model = make(corpora_dir, TopicOptions(seed=seed), progress)
    return model_files.save(out_dir / "topic.skops", model.estimator, model.manifest)


def make(corpora_dir: Path, options: TopicOptions, progress: Progress) -> LoadedModel:
    """Return the topic model that the options and the corpora give, measured, before it is written.

    Raises
    ------
    CorpusError
        A corpus cannot be read, or holds a text that the model is to be measured on.
    """
    progress("read the corpora", 0, 1)
    held_out = topic_benchmarks.held_out(corpora_dir)
    rows, data_sets = topic_examples.read(corpora_dir, [row.text for each in held_out.values() for row in each])
    unlabelled = [row.text for row in sources.read(sources.WIKI_EVENTS_UNLABELLED, corpora_dir)]
    pipeline, thresholds = TopicTrainer(options, rows, unlabelled).train(progress)
    manifest = Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=tuple(thresholds),
        thresholds=thresholds,
        data_sets=(*data_sets, sources.data_set(sources.WIKI_EVENTS_UNLABELLED, corpora_dir, len(unlabelled))),
        libraries=model_files.library_versions(),
        options=msgspec.structs.asdict(options),
        rules=default_rules().digest,
        quality={},
        notes=tuple(f"left out: {topic}, {reason}" for topic, reason in LEFT_OUT.items()),
    )
    progress("measure", 0, 1)
    quality = _quality(LoadedModel(pipeline, manifest), held_out)
    return LoadedModel(pipeline, msgspec.structs.replace(manifest, quality=quality))


class TopicTrainer:
    """Fits, calibrates and packs one topic model.

    Parameters
    ----------
    options
        What was chosen.
    rows
        Labelled examples, each with its fold.
    unlabelled
        Texts that count towards inverse document frequency alone.
    """

    def __init__(self, options: TopicOptions, rows: Sequence[Example], unlabelled: Sequence[str]) -> None:
        self._options = options
        self._vectors = word_vectors.load()
        keywords = load_keywords()
        self._labels = tuple(topic for topic in keywords if topic not in LEFT_OUT)
        named, meant = self._definitions(tuple(keywords.values()))
        known = [column for column, topic in enumerate(keywords) if topic in self._labels]
        self._prior = (options.keyword_prior * named + options.meaning_prior * meant)[:, known]
        self._idf = self._rarity([row.text for row in rows] + list(unlabelled))
        self._examples = self._of_every_length(rows, tuple(keywords), named + meant**2)
        self._problem = self._state()

    def train(self, progress: Progress) -> tuple[Any, dict[str, float]]:
        """Return the pipeline and the threshold of every label."""
        folds = np.array([example.fold for example in self._examples])
        margins = np.zeros_like(self._problem.targets)
        for fold in range(topic_examples.FOLDS):
            progress("hold out a fold", fold, topic_examples.FOLDS)
            held = folds == fold
            margins[held] = self._fit(self._problem.rows(~held)).margins(self._problem.features[held])
        unseen = folds != topic_examples.ALWAYS
        targets, weights = self._problem.targets[unseen], self._problem.row_weights[unseen]
        slopes, shifts = linear.calibrate(margins[unseen], targets, weights)
        progress("learn from all rows", 0, 1)
        fitted = self._fit(self._problem)
        calibrated = LinearWeights(fitted.weights * slopes, fitted.intercepts * slopes + shifts)
        pipeline = topic_pipeline(self._vectors.words, self._idf, calibrated, len(self._labels))
        return pipeline, self._thresholds(margins[unseen] * slopes + shifts, targets)

    def _fit(self, problem: linear.Problem) -> LinearWeights:
        return linear.fit(problem, self._options.max_steps)

    def _definitions(self, keywords: tuple[tuple[str, ...], ...]) -> tuple[Matrix, Matrix]:
        """Return which words are keywords of each topic and how much each word means it, of (n_words, n_topics)."""
        index = {word: number for number, word in enumerate(self._vectors.words)}
        named = np.zeros((len(index), len(keywords)))
        for column, words in enumerate(keywords):
            named[[index[word] for word in words], column] = 1.0
        nearness = self._vectors.similarity(keywords, _NEIGHBOURS)
        nearest = nearness.max(axis=1, keepdims=True)
        share = np.exp((nearness - nearest) / _SHARPNESS)
        return named, share / share.sum(axis=1, keepdims=True) * np.clip(nearest, 0.0, 1.0)

    def _rarity(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the smoothed inverse document frequency of every word, as scikit-learn defines it."""
        words = self._vectors.words
        found = BagOfWords(words, np.ones(len(words))).read(texts).features
        frequency = np.maximum(np.bincount(found.indices, minlength=len(words)), _RAREST)
        return np.asarray(np.log((1.0 + len(texts)) / (1.0 + frequency)) + 1.0)

    def _of_every_length(self, rows: Sequence[Example], topics: tuple[str, ...], speaks_for: Matrix) -> list[Example]:
        options, random = self._options, np.random.default_rng(self._options.seed)
        return [
            *rows,
            *topic_examples.headlines(rows, options.headline_share, random),
            *topic_examples.articles(rows, options.articles_per_topic, random),
            *topic_examples.definitions(topics, self._vectors.words, speaks_for, options.definitions_per_topic, random),
        ]

    def _state(self) -> linear.Problem:
        examples = self._examples
        features = BagOfWords(self._vectors.words, self._idf).read([example.text for example in examples]).features
        targets = np.array([[float(example.topic == label) for label in self._labels] for example in examples])
        weights = np.repeat(self._row_weights()[:, None], len(self._labels), axis=1)
        return linear.Problem(features, targets, weights, self._prior, self._vectors.vectors, self._options.penalty)

    def _row_weights(self) -> NDArray[np.float64]:
        topics = [example.topic for example in self._examples]
        mean = len(topics) / len(self._labels)
        weight = {
            topic: (mean / max(topics.count(topic), _RAREST_TOPIC)) ** self._options.balance for topic in set(topics)
        }
        return np.array([1.0 if each.fold == topic_examples.ALWAYS else weight[each.topic] for each in self._examples])

    def _thresholds(self, margins: Matrix, targets: Matrix) -> dict[str, float]:
        target = self._options.target_precision
        probabilities = 1.0 / (1.0 + np.exp(-margins))
        columns = zip(self._labels, probabilities.T, targets.T > 0, strict=True)
        return {label: _threshold(column, correct, target) for label, column, correct in columns}


def _threshold(probabilities: NDArray[np.float64], correct: NDArray[np.bool_], target: float) -> float:
    """Return the threshold of one label, rounded up to two digits."""
    reached = measures.least_threshold(probabilities, correct, target)
    return UNREACHED_THRESHOLD if reached is None else max(LEAST_THRESHOLD, float(np.ceil(reached * 100) / 100))


def _quality(model: LoadedModel, held_out: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, float]]:
    classifier = LinearTopicClassifier(model, _Ids())
    measured = {
        benchmark.name: topic_benchmarks.measure(classifier, benchmark, held_out[benchmark.name])
        for benchmark in topic_benchmarks.BENCHMARKS
        if benchmark.name in held_out
    }
    return {
        name: {
            measure: round(value, 4) for measure, value in msgspec.structs.asdict(quality).items() if isfinite(value)
        }
        for name, quality in measured.items()
    }


class _Ids:
    """Names every topic by its id: measuring needs no taxonomy."""

    def label(self, topic_id: str, /) -> str:
        return topic_id
