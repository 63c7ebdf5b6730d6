"""Measures of probabilities: calibration error, reliability curve, and the threshold that reaches a precision.

Plain functions over arrays, the same for topic and stance. `scoring` holds the measures of labels.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

BINS: Final = 15
"""Bins of the calibration error, as in Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

MIN_SUPPORT: Final = 50
"""Rows below which a label's F1 is left out of the macro average: its standard error would be over 0.07."""


class ReliabilityBin(msgspec.Struct, frozen=True):
    """Rows whose confidence lies in [lower, upper): their mean confidence, and the share of them that is right."""

    lower: float
    upper: float
    confidence: float
    accuracy: float
    rows: int


def calibration_error(confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = BINS) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy, weighted by rows.

    Parameters
    ----------
    confidence
        Probability of the answer given, of shape (n,), in [0, 1].
    correct
        Whether the answer was right, of shape (n,).
    bins
        Number of equal bins of [0, 1].
    """
    curve = reliability(confidence, correct, bins)
    return float(sum(each.rows * abs(each.confidence - each.accuracy) for each in curve) / max(len(confidence), 1))


def reliability(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Return the reliability curve: one entry per bin of [0, 1] that holds a row."""
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(
            number / bins,
            (number + 1) / bins,
            float(confidence[rows].mean()),
            float(correct[rows].mean()),
            int(rows.sum()),
        )
        for number in np.unique(bin_of).tolist()
        if (rows := bin_of == number).any()
    )


def lowest_threshold(probabilities: NDArray[np.float64], correct: NDArray[np.bool_], target: float) -> float | None:
    """Return the lowest threshold at which the target precision is reached, or None where none reaches it.

    Parameters
    ----------
    probabilities
        Probability of one label, of shape (n,).
    correct
        Whether the row truly has the label, of shape (n,).
    target
        Precision, in (0, 1], of all rows at or above the threshold.

    Examples
    --------
    >>> lowest_threshold(np.array([0.9, 0.8, 0.3, 0.2]), np.array([True, True, False, True]), 0.75)
    0.2
    """
    if not correct.any():
        return None
    precision, _, thresholds = precision_recall_curve(correct, probabilities)
    reached = thresholds[precision[:-1] >= target]
    return float(reached[0]) if len(reached) else None
