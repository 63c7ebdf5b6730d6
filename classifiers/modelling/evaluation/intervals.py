"""Confidence intervals of 95 %: Wilson's for shares, the percentile bootstrap for F1.

Shares are accuracy, precision, recall and coverage; SciPy has their interval. F1 and its mean have the
percentile bootstrap (Efron and Tibshirani 1993, chapter 13): rows are resampled with replacement, and the interval is
the middle 95 % of the measure over the resamples. Every measure here is a function of the confusion matrix, so that
resampling rows is drawing its cells from a multinomial distribution: the same distribution at a small part of the cost
of `scipy.stats.bootstrap`, which needs the rows. The seed is fixed: the same answers always have the same intervals.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

Counts = NDArray[np.int64]
Values = NDArray[np.float64]

CONFIDENCE: Final = 0.95

RESAMPLES: Final = 2_000
"""Draws of the bootstrap: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13, ask for at least
1,000 for percentile intervals."""

SEED: Final = 1

PERCENTILES: Final = (2.5, 97.5)
"""Ends of the middle 95 %."""


class Estimate(msgspec.Struct, frozen=True):
    """A measure and its interval of 95 %."""

    value: float
    lower: float
    upper: float


def wilson(hits: int, rows: int) -> Estimate:
    """Return a share with its score interval (Wilson 1927, "Probable Inference, the Law of Succession, and ...").

    Of no rows nothing is known: the interval is the whole range, and the share counts as zero.

    Examples
    --------
    >>> estimate = wilson(8, 10)
    >>> round(estimate.lower, 3), estimate.value, round(estimate.upper, 3)
    (0.49, 0.8, 0.943)
    """
    if not rows:
        return Estimate(0.0, 0.0, 1.0)
    interval = binomtest(hits, rows).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(hits / rows, float(interval.low), float(interval.high))


class Confusion(msgspec.Struct, frozen=True):
    """How often each class was answered with each answer.

    Parameters
    ----------
    counts
        Shape (classes, answers): rows by true class and answer. The first answers are the classes, in their order; one
        more may follow, for answers that are no class of the data.
    """

    counts: Counts

    def f1(self) -> Values:
        """Return the F1 of every class, of shape (classes,); NaN where a class neither is nor was answered."""
        return np.asarray(f1_of(self.counts[None])[0])

    def draws(self, resamples: int = RESAMPLES, seed: int = SEED) -> Counts:
        """Return matrices of as many rows, drawn from these with replacement: (resamples, classes, answers)."""
        return draw(self.counts.ravel(), resamples, seed).reshape(resamples, *self.counts.shape)


def draw(counts: Counts, resamples: int = RESAMPLES, seed: int = SEED) -> Counts:
    """Return how often each kind of row is drawn, of shape (resamples, kinds), where there are `counts` of each."""
    rows = int(counts.sum())
    return np.random.default_rng(seed).multinomial(rows, counts / rows, size=resamples)


def f1_of(confusions: Counts) -> Values:
    """Return the F1 of every class in every matrix, of shape (matrices, classes); NaN where nothing is of the class."""
    classes = confusions.shape[1]
    hits = np.diagonal(confusions[:, :, :classes], axis1=1, axis2=2)
    weight = confusions.sum(axis=2) + confusions[:, :, :classes].sum(axis=1)
    return np.asarray(np.divide(2.0 * hits, weight, out=np.full(hits.shape, np.nan), where=weight > 0))


def macro_f1_of(confusions: Counts, counted: NDArray[np.bool_]) -> Values:
    """Return the mean F1 over the classes that count, of shape (matrices,)."""
    scores = f1_of(confusions)[:, counted]
    known = np.isfinite(scores)
    return np.asarray(np.where(known, scores, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def between(value: float, draws: Values) -> Estimate:
    """Return a measure with the middle 95 % of its draws; draws on which it is not defined do not count.

    A measure that is not defined itself (the F1 of what never occurs) is zero, and nothing is known of it.

    >>> between(0.5, np.array([0.4, 0.5, 0.6]))
    Estimate(value=0.5, lower=0.405, upper=0.595)
    """
    if not np.isfinite(value):
        return Estimate(0.0, 0.0, 1.0)
    lower, upper = np.nanpercentile(draws, PERCENTILES)
    return Estimate(value, min(value, float(lower)), max(value, float(upper)))


def gain(ours: Counts, others: Counts, weights: Counts, counted: NDArray[np.bool_]) -> Estimate:
    """Return by how much one model's macro-F1 is above another's; rows are drawn for both at once.

    Parameters
    ----------
    ours, others
        Shape (kinds, classes, answers): the confusion matrix of one row of each kind, for either model.
    weights
        Shape (kinds,): rows of each kind.
    counted
        Shape (classes,): which classes count.
    """
    drawn = np.vstack([weights[None], draw(weights)])
    scores = [macro_f1_of(np.tensordot(drawn, one, axes=1), counted) for one in (ours, others)]
    gains = scores[0] - scores[1]
    return between(float(gains[0]), gains[1:])
