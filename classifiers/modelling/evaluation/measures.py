"""How good predictions are: accuracy, F1 by label, calibration error, and what abstaining costs.

Plain functions over arrays, the same for topic and stance. Labels are any strings; rows whose truth is outside the
labels looked at must be left out by the caller, so that nothing is dropped in silence.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

BINS: Final = 15
"""Bins of the calibration error, as in Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

MIN_SUPPORT: Final = 50
"""Rows below which a label's F1 is left out of the macro average: its standard error would be over 0.07."""


class LabelQuality(msgspec.Struct, frozen=True):
    """Quality of one label; `support` is the number of rows that truly have it."""

    precision: float
    recall: float
    f1: float
    support: int


class ReliabilityBin(msgspec.Struct, frozen=True):
    """Rows whose confidence lies in [lower, upper): how sure the model was and how often it was right."""

    lower: float
    upper: float
    confidence: float
    accuracy: float
    rows: int


def accuracy(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the share of rows that are right.

    >>> accuracy(["a", "b"], ["a", "a"])
    0.5
    """
    return float(np.mean(np.asarray(truth, dtype=object) == np.asarray(predicted, dtype=object)))


def by_label(truth: Sequence[str], predicted: Sequence[str]) -> dict[str, LabelQuality]:
    """Return the quality of every label that occurs in the truth, sorted by label."""
    true, guess = np.asarray(truth, dtype=object), np.asarray(predicted, dtype=object)
    return {label: _label_quality(true == label, guess == label) for label in sorted(set(truth))}


def macro_f1(truth: Sequence[str], predicted: Sequence[str], min_support: int = MIN_SUPPORT) -> float:
    """Return the mean F1 over the labels with enough rows; NaN where none has.

    Parameters
    ----------
    truth, predicted
        One label per row.
    min_support
        Rows that a label needs to count.

    Examples
    --------
    >>> macro_f1(["a", "a", "b", "b"], ["a", "a", "b", "a"], min_support=1)
    0.7333333333333334
    """
    scores = [quality.f1 for quality in by_label(truth, predicted).values() if quality.support >= min_support]
    return float(np.mean(scores)) if scores else float("nan")


def calibration_error(confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = BINS) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy, weighted by rows.

    Parameters
    ----------
    confidence
        Probability of the answer given, of shape (n,), in [0, 1].
    correct
        Whether the answer was right, of shape (n,).
    bins
        Equal slices of [0, 1].
    """
    slices = reliability(confidence, correct, bins)
    return float(sum(each.rows * abs(each.confidence - each.accuracy) for each in slices) / max(len(confidence), 1))


def reliability(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Return the reliability curve: one entry per slice of [0, 1] that holds a row."""
    slice_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(
            number / bins,
            (number + 1) / bins,
            float(confidence[rows].mean()),
            float(correct[rows].mean()),
            int(rows.sum()),
        )
        for number in np.unique(slice_of).tolist()
        if (rows := slice_of == number).any()
    )


def coverage(answered: Sequence[bool]) -> float:
    """Return the share of rows that were answered; zero of none.

    >>> coverage([True, True, False, True])
    0.75
    """
    return float(np.mean(answered)) if len(answered) else 0.0


def least_threshold(probabilities: NDArray[np.float64], correct: NDArray[np.bool_], target: float) -> float | None:
    """Return the least probability from which on the target precision holds, or None where none reaches it.

    Parameters
    ----------
    probabilities
        Probability of one label, of shape (n,).
    correct
        Whether the row truly has the label, of shape (n,).
    target
        Precision wanted of all rows at or above the threshold.

    Examples
    --------
    >>> least_threshold(np.array([0.9, 0.8, 0.3, 0.2]), np.array([True, True, False, True]), 0.75)
    0.2
    """
    order = np.argsort(-probabilities, kind="stable")
    precision = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(precision >= target)
    return float(probabilities[order][reached[-1]]) if len(reached) else None


def _label_quality(true: NDArray[np.bool_], guess: NDArray[np.bool_]) -> LabelQuality:
    hits, support, guesses = int((true & guess).sum()), int(true.sum()), int(guess.sum())
    precision, recall = hits / max(guesses, 1), hits / max(support, 1)
    return LabelQuality(precision, recall, 2 * hits / max(guesses + support, 1), support)
