"""Scorer: the figures of a report or a manifest from the answers of models, the same for topics and stances.

Several labels may be true of a row, the main one first: then an answer that is any of them is right, and counts as the
label of the row; a wrong answer counts against the main one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from classifiers.modelling.evaluation import measures
from classifiers.modelling.evaluation.intervals import (
    Confusion,
    Counts,
    Estimate,
    between,
    draw,
    f1_of,
    gain,
    macro_f1_of,
    wilson,
)
from classifiers.modelling.evaluation.reports import OTHER, BenchmarkReport, CurvePoint, LabelScores, RowPlace, Scores
from classifiers.modelling.evaluation.wrong_answers import wrong_answers
from classifiers.predictions import StanceLabel

CURVE_POINTS: Final = 60
"""Points of the curve of accuracy by coverage: what a picture can show."""

CHANCE_DRAWS: Final = 200
"""Draws behind the calibration error of chance: its own error is then under a tenth of it."""

_FLIPS: Final[dict[str, str]] = {StanceLabel.FAVOR: StanceLabel.AGAINST, StanceLabel.AGAINST: StanceLabel.FAVOR}


class Answers(msgspec.Struct, frozen=True):
    """The answers of one model to every row.

    Parameters
    ----------
    guesses
        The likeliest label, in the words of the data; `OTHER` where it has none for it.
    confidence
        Shape (rows,): the probability of the guess.
    given
        What the model would have answered, None where it would have abstained.
    asked
        Shape (rows,): whether the model was asked at all; None where it was asked about every row. Where it was not, a
        target had not been found, there is no probability that could be calibrated.
    """

    guesses: Sequence[str]
    confidence: NDArray[np.float64]
    given: Sequence[str | None]
    asked: NDArray[np.bool_] | None = None


class Rows(msgspec.Struct, frozen=True):
    """The rows of one benchmark: true labels of each, main one first, and all labels in the order to show them.

    The other fields are those of a report's benchmark; `names` are what people call the labels, and `places` are those
    of the rows in a user's file, none for corpora.
    """

    name: str
    truth: Sequence[tuple[str, ...]] = ()
    labels: Sequence[str] = ()
    names: Mapping[str, str] = {}
    digest: str = ""
    learnt_from: bool | None = None
    left_out: Mapping[str, int] = {}
    notes: tuple[str, ...] = ()
    places: Sequence[RowPlace] = ()


class Summary(msgspec.Struct, frozen=True):
    """Point estimates of one model on one benchmark, as the manifest of a model states them.

    A figure is None where it is not defined: macro-F1 without a label of enough rows, accuracy of the answers without
    an answer, and what is measured of stances alone.
    """

    rows: int
    accuracy: float
    macro_f1: float | None
    calibration_error: float
    coverage: float
    answered_accuracy: float | None
    flip_rate: float | None
    surest_half_accuracy: float | None

    def stated(self) -> dict[str, float]:
        """Return the figures that are defined, rounded to four digits."""
        return {
            name: round(float(value), 4) for name, value in msgspec.structs.asdict(self).items() if value is not None
        }


def summarise(rows: Rows, answers: Answers, min_support: int) -> Summary:
    """Return the point estimates of one model; the parameters are those of `score`."""
    return _Judged(rows, answers, min_support).summary()


def score(rows: Rows, model: Answers, baselines: Mapping[str, Answers], min_support: int) -> BenchmarkReport:
    """Return what was found on the rows of one benchmark.

    Parameters
    ----------
    rows
        What is true.
    model, baselines
        What was answered.
    min_support
        Rows that a label needs to count in the macro average.
    """
    judged = _Judged(rows, model, min_support)
    others = {name: _Judged(rows, answers, min_support) for name, answers in baselines.items()}
    return BenchmarkReport(
        name=rows.name,
        digest=rows.digest,
        learnt_from=rows.learnt_from,
        rows=len(rows.truth),
        left_out=rows.left_out,
        notes=rows.notes,
        labels=judged.label_scores(),
        confusion=tuple(tuple(map(int, row)) for row in judged.confusion.counts),
        reliability=measures.reliability(*judged.calibrated()),
        curve=curve(model.confidence, judged.right),
        model=judged.scores(),
        baselines={name: each.scores() for name, each in others.items()},
        deciding="macro_f1" if _is_stance(rows) else "accuracy",
        gains={name: judged.gain_over(each) for name, each in others.items()},
        wrong=wrong_answers(rows, model, judged.right),
    )


def majority(truth: Sequence[tuple[str, ...]]) -> Answers:
    """Return the answers of a model that always gives the commonest main label of the very rows it is measured on."""
    label, count = Counter(each[0] for each in truth).most_common(1)[0]
    return Answers([label] * len(truth), np.full(len(truth), count / len(truth)), [label] * len(truth))


def curve(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[CurvePoint, ...]:
    """Return accuracy by coverage, from the most confident rows to all of them."""
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    rows = len(order)
    places = np.unique(np.linspace(1, rows, min(CURVE_POINTS, rows)).round().astype(int))
    return tuple(
        CurvePoint(float(confidence[order[place - 1]]), place / rows, float(hits[place - 1]) / place)
        for place in places.tolist()
    )


def chance_error(confidence: NDArray[np.float64], seed: int = 1) -> float:
    """Return the calibration error that a perfectly calibrated model with these probabilities shows in the mean."""
    random = np.random.default_rng(seed)
    draws = (random.random(len(confidence)) < confidence for _ in range(CHANCE_DRAWS))
    return float(np.mean([measures.calibration_error(confidence, right) for right in draws]))


class _Judged:
    """The answers of one model beside the truth."""

    def __init__(self, rows: Rows, answers: Answers, min_support: int) -> None:
        self._rows = rows
        self._answers = answers
        self._columns = (*rows.labels, OTHER)
        self.truth = [_true_label(*each) for each in zip(rows.truth, answers.guesses, strict=True)]
        self.right = np.array([a == b for a, b in zip(self.truth, answers.guesses, strict=True)])
        self.confusion = Confusion(self._counts())
        self.counted = self.confusion.counts.sum(axis=1) >= min_support

    def cells(self) -> list[tuple[int, int]]:
        """Return the place of every row in the confusion matrix."""
        place = {label: number for number, label in enumerate(self._columns)}
        other = place[OTHER]
        return [(place[a], place.get(b, other)) for a, b in zip(self.truth, self._answers.guesses, strict=True)]

    def calibrated(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the probability of every guess that has one, and whether the guess was right."""
        asked = self._answers.asked
        confidence = self._answers.confidence
        return (confidence, self.right) if asked is None else (confidence[asked], self.right[asked])

    def summary(self) -> Summary:
        """Return the point estimates of the model."""
        stance, answered = _is_stance(self._rows), self._answered()
        return Summary(
            rows=len(self.right),
            accuracy=float(self.right.mean()),
            macro_f1=self._macro_f1() if self.counted.any() else None,
            calibration_error=measures.calibration_error(*self.calibrated()),
            coverage=len(answered) / len(self.right),
            answered_accuracy=sum(answered) / len(answered) if answered else None,
            flip_rate=self._flips() / len(self.right) if stance else None,
            surest_half_accuracy=self._most_confident_half() if stance else None,
        )

    def scores(self) -> Scores:
        """Return the scores of the model, with their intervals."""
        rows, answered = len(self.right), self._answered()
        macro_f1 = between(self._macro_f1(), macro_f1_of(self.confusion.draws(), self.counted))
        return Scores(
            accuracy=wilson(int(self.right.sum()), rows),
            macro_f1=macro_f1 if self.counted.any() else None,
            calibration_error=measures.calibration_error(*self.calibrated()),
            chance_error=chance_error(self.calibrated()[0]),
            coverage=wilson(len(answered), rows),
            answered=wilson(sum(answered), len(answered)) if answered else None,
            most_confident_half=self._most_confident_half(),
            flips=wilson(self._flips(), rows) if _is_stance(self._rows) else None,
        )

    def label_scores(self) -> tuple[LabelScores, ...]:
        """Return the quality of every label that a row has."""
        counts, f1 = self.confusion.counts, self.confusion.f1()
        draws = f1_of(self.confusion.draws())
        return tuple(
            LabelScores(
                label=label,
                name=self._rows.names.get(label, label),
                precision=wilson(int(counts[place, place]), int(counts[:, place].sum())),
                recall=wilson(int(counts[place, place]), int(counts[place].sum())),
                f1=between(float(f1[place]), draws[:, place]),
                support=int(counts[place].sum()),
                counted=bool(self.counted[place]),
            )
            for place, label in enumerate(self._rows.labels)
        )

    def gain_over(self, other: Self) -> Estimate:
        """Return by how much this model is above another, in the measure that decides."""
        if not _is_stance(self._rows):
            return _mean_gain(self.right, other.right)
        kinds = Counter(zip(self.cells(), other.cells(), strict=True))
        ours, others = (np.zeros((len(kinds), *self.confusion.counts.shape), dtype=np.int64) for _ in range(2))
        for number, (one, two) in enumerate(kinds):
            ours[(number, *one)] = others[(number, *two)] = 1
        return gain(ours, others, np.array(list(kinds.values())), self.counted)

    def _counts(self) -> Counts:
        places = range(len(self._columns))
        return np.asarray(confusion_matrix(*zip(*self.cells(), strict=True), labels=places)[:-1], dtype=np.int64)

    def _answered(self) -> list[bool]:
        """Return of every answer that the thresholds let through whether it is right."""
        pairs = zip(self._rows.truth, self._answers.given, strict=True)
        return [answer in truth for truth, answer in pairs if answer is not None]

    def _most_confident_half(self) -> float:
        half = np.argsort(-self._answers.confidence, kind="stable")[: max(1, len(self.right) // 2)]
        return float(self.right[half].mean())

    def _macro_f1(self) -> float:
        return float(macro_f1_of(self.confusion.counts[None], self.counted)[0])

    def _flips(self) -> int:
        """Return the number of rows in which favor was taken for against, or the reverse."""
        pairs = zip(self.truth, self._answers.guesses, strict=True)
        return sum(_FLIPS.get(truth) == guess for truth, guess in pairs)


def _mean_gain(ours: NDArray[np.bool_], others: NDArray[np.bool_]) -> Estimate:
    """Return by how much more of the rows one model has right than another; rows are drawn for both at once."""
    better, worse = int((ours & ~others).sum()), int((others & ~ours).sum())
    drawn = draw(np.array([better, worse, len(ours) - better - worse]))
    return between((better - worse) / len(ours), (drawn[:, 0] - drawn[:, 1]) / len(ours))


def _is_stance(rows: Rows) -> bool:
    return set(rows.labels) <= set(StanceLabel)


def _true_label(truth: tuple[str, ...], guess: str) -> str:
    return guess if guess in truth else truth[0]
