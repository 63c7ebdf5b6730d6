"""A topic model of a user's own: from labelled articles to a file that the worker takes by its path.

    file and map -> rows and folds (`own_rows`) -> held-out margins, fold by fold -> calibration, thresholds, quality
                 -> weights from all rows, calibration folded in -> scikit-learn pipeline -> file and manifest

It learns as the shipped model does, but for the definitions of topics, which other people's labels have none of. What
words mean comes from the shipped vectors, so that words which no labelled article held have weights too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.metrics import precision_recall_fscore_support

from classifiers import digests, model_files
from classifiers.cleaning import default_rules
from classifiers.model_files import DataSet, LoadedModel, Manifest
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import read_topics
from classifiers.modelling.evaluation import measures
from classifiers.modelling.evaluation.scoring import Answers, Rows, summarise
from classifiers.modelling.progress import Progress
from classifiers.modelling.training import linear, own_rows
from classifiers.modelling.training.linear import LinearWeights, Matrix
from classifiers.modelling.training.own_rows import FOLDS, MIN_STORIES, OwnRows
from classifiers.modelling.training.topic.pipeline import topic_pipeline
from classifiers.modelling.training.vectors import word_vectors
from classifiers.topic.bag_of_words import WORD_PATTERN, BagOfWords
from classifiers.topic.classifier import KIND, MAX_WORDS, MIN_WORDS
from classifiers.topic.taxonomy import Taxonomy

NAME: Final = "own-topic-linear"
VERSION: Final = "1"
LICENCE: Final = "your own"
HELD_OUT: Final = "own/held-out"
"""What the measured quality is named by: rows of the same file, none of them learnt from when they were judged."""

NOTES: Final = (
    "quality: every row was judged by a model, a calibration and thresholds made without its fold",
    "meaning of words: vectors distilled from all-MiniLM-L6-v2, Apache 2.0, multiplied out",
)

MIN_THRESHOLD: Final = 0.5
"""No topic is named that is more likely absent than present."""

UNREACHED_THRESHOLD: Final = 0.95
"""The threshold of a label that reaches the target precision at no probability."""

_MIN_TEXTS: Final = 2
"""Texts that a word must occur in to get a weight of its own; it has one in any case where it has a vector."""

_MIN_FREQUENCY: Final = 2
"""Texts that a word is taken to occur in at least."""

_DIGITS: Final = 4


class OwnTopicOptions(msgspec.Struct, frozen=True):
    """What can be chosen in training.

    `balance` is the power of inverse label frequency that weighs rows, as in the shipped model. `penalty` is smaller
    than there, for there are no definitions to hold on to: of 0.1, 0.3, 1 and 3, the first two gave 2 points of
    accuracy more on full articles than 1, and 0.3 no less on summaries. `target_precision` is what a label's threshold
    aims at. `leave_out_rare` leaves labels with too few articles out instead of refusing them.
    """

    seed: int = 1
    balance: float = 0.5
    penalty: float = 0.3
    max_steps: int = linear.MAX_STEPS
    target_precision: float = 0.8
    leave_out_rare: bool = False


def make_of_file(
    data: Path, label_map: LabelMap, taxonomy: Taxonomy, options: OwnTopicOptions, progress: Progress
) -> LoadedModel:
    """Return the model of a file of labelled articles, measured, before it is written.

    Parameters
    ----------
    data
        Labelled articles; see `labelled_files.read_topics`.
    label_map
        What columns and labels of the file mean.
    taxonomy
        The topics that a model may have; the worker needs the same one.
    options
        What was chosen.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        The file cannot be read or learnt from.
    """
    progress("read the articles", 0, 1)
    found = read_topics(data, label_map, taxonomy.find_id)
    rows = own_rows.prepare(found, options.seed, leave_out_rare=options.leave_out_rare)
    progress("read the articles", 1, 1)
    model = make(rows, options, progress)
    digest = digests.digest(data.read_bytes())
    manifest = msgspec.structs.replace(
        model.manifest,
        data_sets=(DataSet(data.name, "your own labelled articles", LICENCE, len(rows.texts), digest),),
        options=model.manifest.options | {"taxonomy": taxonomy.digest},
    )
    return LoadedModel(model.estimator, manifest)


def make(rows: OwnRows, options: OwnTopicOptions, progress: Progress) -> LoadedModel:
    """Return the model of the rows, measured, before it is written; of its data sets it knows nothing."""
    trainer = _Trainer(rows, options)
    margins = trainer.held_out_margins(progress)
    every = np.full(len(rows.texts), fill_value=True)
    slopes, shifts = trainer.calibration(margins, every)
    thresholds = trainer.thresholds(margins * slopes + shifts, every)
    quality = trainer.quality(margins)
    progress("learn from all rows", 0, 1)
    fitted = trainer.fit(trainer.problem)
    calibrated = LinearWeights(fitted.weights * slopes, fitted.intercepts * slopes + shifts)
    pipeline = topic_pipeline(trainer.words, trainer.idf, calibrated, len(rows.labels))
    progress("learn from all rows", 1, 1)
    manifest = Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=rows.labels,
        thresholds=dict(zip(rows.labels, thresholds, strict=True)),
        data_sets=(),
        libraries=model_files.library_versions(),
        options=msgspec.structs.asdict(options),
        rules=default_rules().digest,
        quality=quality,
        notes=(*NOTES, *rows.notes),
    )
    return LoadedModel(pipeline, manifest)


class _Trainer:
    """Fits, calibrates and measures one model.

    Parameters
    ----------
    rows
        What is learnt from.
    options
        What was chosen.
    """

    def __init__(self, rows: OwnRows, options: OwnTopicOptions) -> None:
        self._rows = rows
        self._options = options
        self.words, vectors = _vocabulary(rows.texts)
        self.idf = _idf(self.words, rows.texts)
        read = BagOfWords(self.words, self.idf, max_words=MAX_WORDS).read(rows.texts)
        self._enough = read.words >= MIN_WORDS
        targets = rows.targets()
        weights = np.repeat(self._row_weights()[:, None], len(rows.labels), axis=1)
        prior = np.zeros((len(self.words), len(rows.labels)))
        self.problem = linear.Problem(read.features, targets, weights, prior, vectors, options.penalty)

    def fit(self, problem: linear.Problem) -> LinearWeights:
        """Return the weights of the rows of a problem."""
        return linear.fit(problem, self._options.max_steps)

    def held_out_margins(self, progress: Progress) -> Matrix:
        """Return the margins of every row from a model that has not seen its fold, of shape (n_rows, n_labels)."""
        margins = np.zeros_like(self.problem.targets)
        for fold in range(FOLDS):
            progress("hold out a fold", fold, FOLDS)
            held = self._rows.folds == fold
            margins[held] = self.fit(self.problem.rows(~held)).margins(self.problem.features[held])
        progress("hold out a fold", FOLDS, FOLDS)
        return margins

    def calibration(self, margins: Matrix, chosen: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
        """Return slope and shift per label from held-out margins of some rows.

        Few rows are often told apart without a fault, and a line through them would be as steep as can be. Targets are
        therefore drawn in by what so many rows can tell at best (Platt 1999, section 2.2): a row stands there twice,
        with the weights of its being right and wrong.
        """
        targets = self.problem.targets[chosen]
        weights = self.problem.row_weights[chosen]
        positive = targets.sum(axis=0)
        negative = len(targets) - positive
        right = np.where(targets > 0, (positive + 1.0) / (positive + 2.0), (negative + 1.0) / (negative + 2.0))
        return linear.calibrate(
            np.vstack([margins[chosen]] * 2),
            np.vstack([targets, 1.0 - targets]),
            np.vstack([weights * right, weights * (1.0 - right)]),
        )

    def thresholds(self, margins: Matrix, chosen: NDArray[np.bool_]) -> list[float]:
        """Return the threshold of every label, from calibrated margins of some rows."""
        target = self._options.target_precision
        columns = zip(expit(margins[chosen]).T, self.problem.targets[chosen].T > 0, strict=True)
        return [_threshold(*column, target) for column in columns]

    def quality(self, margins: Matrix) -> dict[str, dict[str, float]]:
        """Return what is measured on held-out rows, altogether and by label."""
        probabilities, named = self._judged(margins)
        labels, topics = self._rows.labels, self._rows.topics
        guesses = [labels[best] for best in probabilities.argmax(axis=1).tolist()]
        given = [guess if row.any() else None for guess, row in zip(guesses, named, strict=True)]
        answers = Answers(guesses, probabilities.max(axis=1), given)
        overall = summarise(Rows(HELD_OUT, truth=topics, labels=labels), answers, 1)
        return {HELD_OUT: overall.stated()} | self._by_label(named)

    def _by_label(self, named: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
        """Return precision, recall and F1 of every label by its threshold; what is not defined is left out."""
        columns = precision_recall_fscore_support(self.problem.targets > 0, named, zero_division=np.nan)
        names = ("precision", "recall", "f1", "rows")
        measured = (dict(zip(names, map(float, row), strict=True)) for row in zip(*columns, strict=True))
        return {
            f"{HELD_OUT}/{label}": {name: round(value, _DIGITS) for name, value in figures.items() if isfinite(value)}
            for label, figures in zip(self._rows.labels, measured, strict=True)
        }

    def _judged(self, margins: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
        """Return probabilities, and which labels are answered with, each row's from the other folds."""
        probabilities = np.zeros_like(margins)
        named = np.zeros(margins.shape, dtype=bool)
        for fold in range(FOLDS):
            held = self._rows.folds == fold
            slopes, shifts = self.calibration(margins, ~held)
            calibrated = margins * slopes + shifts
            probabilities[held] = expit(calibrated[held])
            named[held] = probabilities[held] >= self.thresholds(calibrated, ~held)
        return probabilities, named & self._enough[:, None]

    def _row_weights(self) -> NDArray[np.float64]:
        counts = Counter(topic for topics in self._rows.topics for topic in topics)
        mean = sum(counts.values()) / len(counts)
        rarest = np.array([min(counts[topic] for topic in topics) for topics in self._rows.topics])
        return np.asarray((mean / np.maximum(rarest, MIN_STORIES)) ** self._options.balance)


def _vocabulary(texts: Sequence[str]) -> tuple[tuple[str, ...], Matrix]:
    """Return the words of the texts and of the shipped vectors, sorted, and a vector for each; zero where unknown."""
    known = word_vectors.load()
    find = re.compile(WORD_PATTERN).findall
    texts_of = Counter(word for text in texts for word in set(find(text.lower())))
    frequent = {word for word, count in texts_of.items() if count >= _MIN_TEXTS}
    words = tuple(sorted(frequent.union(known.words)))
    place = {word: number for number, word in enumerate(words)}
    vectors = np.zeros((len(words), known.vectors.shape[1]))
    vectors[[place[word] for word in known.words]] = known.vectors
    return words, vectors


def _idf(words: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the smoothed inverse document frequency of every word, as scikit-learn defines it."""
    found = BagOfWords(words, np.ones(len(words))).read(texts).features
    frequency = np.maximum(np.bincount(found.indices, minlength=len(words)), _MIN_FREQUENCY)
    return np.asarray(np.log((1.0 + len(texts)) / (1.0 + frequency)) + 1.0)


def _threshold(probabilities: NDArray[np.float64], correct: NDArray[np.bool_], target: float) -> float:
    """Return the threshold of one label, rounded up to two digits."""
    reached = measures.lowest_threshold(probabilities, correct, target)
    return UNREACHED_THRESHOLD if reached is None else max(MIN_THRESHOLD, float(np.ceil(reached * 100) / 100))
