"""Linear models for many labels at once: logistic regression that starts from what is known, and its calibration.

All labels are fitted in one problem, so that the sparse features are read once per step for all of them. The weights of
a word are `prior + own + vectors @ shared`: `prior` is the weight before training, `own` what the rows teach about
this word, and `shared` what they teach about all words of similar meaning. The three add up to one ordinary weight per
word and label, so that words which no labelled row held have weights too, at no cost when predicting.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from scipy.special import expit

Matrix = NDArray[np.float64]

MAX_STEPS: Final = 120
"""Steps of the optimiser. Accuracy on the event summaries is 0.843 after 20, 0.858 after 40 and 0.864 after 100 steps;
on full articles of an unseen source 0.738, 0.765 and 0.793."""


class LinearWeights(msgspec.Struct, frozen=True):
    """Weights, of shape (n_terms, n_labels), and intercepts, of shape (n_labels,)."""

    weights: Matrix
    intercepts: Matrix

    def margins(self, features: sparse.csr_matrix) -> Matrix:
        """Return the margin of every label, of shape (n_rows, n_labels)."""
        return np.asarray(features @ self.weights + self.intercepts)


class Problem(msgspec.Struct, frozen=True):
    """What a linear model is fitted to.

    Shapes: `features` (n_rows, n_terms); `targets`, zero or one, and `row_weights` (n_rows, n_labels), where a weight
    of zero leaves a row out for that label; `prior` (n_terms, n_labels); `vectors` (n_terms, n_dimensions). `penalty`
    is the L2 penalty on what is learnt beyond the prior.
    """

    features: sparse.csr_matrix
    targets: Matrix
    row_weights: Matrix
    prior: Matrix
    vectors: Matrix
    penalty: float = 1.0

    def rows(self, chosen: NDArray[np.bool_]) -> "Problem":
        """Return the same problem with some of the rows; `chosen` has the shape (n_rows,)."""
        return msgspec.structs.replace(
            self,
            features=self.features[chosen],
            targets=self.targets[chosen],
            row_weights=self.row_weights[chosen],
        )


def fit(problem: Problem, max_steps: int = MAX_STEPS) -> LinearWeights:
    """Return the weights that minimise the weighted logistic loss plus penalty, by L-BFGS (Liu and Nocedal 1989)."""
    loss = _Loss(problem)
    found = optimize.minimize(loss, loss.start(), jac=True, method="L-BFGS-B", options={"maxiter": max_steps})
    own, shared, intercepts = loss.parts(found.x)
    return LinearWeights(problem.prior + own + problem.vectors @ shared, intercepts)


def calibrate(margins: Matrix, targets: Matrix, row_weights: Matrix) -> tuple[Matrix, Matrix]:
    """Return slope and intercept per label that turn margins into calibrated ones (Platt 1999).

    Parameters
    ----------
    margins
        Margins of rows that the model has not seen, of shape (n_rows, n_labels).
    targets, row_weights
        As in `Problem`.
    """
    fits = [_platt(*columns) for columns in zip(margins.T, targets.T, row_weights.T, strict=True)]
    return np.array([slope for slope, _ in fits]), np.array([intercept for _, intercept in fits])


def _platt(margins: Matrix, targets: Matrix, row_weights: Matrix) -> tuple[float, float]:
    def loss(line: Matrix) -> tuple[float, Matrix]:
        value, slope = _logistic(line[0] * margins + line[1], targets, row_weights)
        return value, np.array([(slope * margins).sum(), slope.sum()])

    slope, intercept = optimize.minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(slope), float(intercept)


def calibrate_lead(margins: Matrix, right: NDArray[np.bool_], weights: Matrix) -> tuple[float, float, float]:
    """Return the calibration of the best label by its margin and the runner-up's: two slopes and a shift.

    The margin of one label against all others is a poor measure of being first: with the runner-up, the calibration
    error of the first label falls from 0.06 to 0.01 on held-out event summaries and from 0.18 to 0.03 on headlines of
    an unseen source.

    Parameters
    ----------
    margins
        Calibrated margins of rows that the model has not seen, of shape (n_rows, n_labels), with two labels or more.
    right
        Whether the best label is right, of shape (n_rows,).
    weights
        Weights of the rows, of shape (n_rows,).
    """
    first_two = np.partition(margins, (-2, -1), axis=1)[:, :-3:-1]

    def loss(lead: Matrix) -> tuple[float, Matrix]:
        value, slope = _logistic(first_two @ lead[:2] + lead[2], right.astype(np.float64), weights)
        return value, np.append(first_two.T @ slope, slope.sum())

    best, second, shift = optimize.minimize(loss, np.array([1.0, 0.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(best), float(second), float(shift)


class _Loss:
    """The loss of a problem and its gradient, over one flat vector of parameters."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known = problem.features @ problem.prior
        self._transposed = problem.features.T.tocsr()

    def start(self) -> Matrix:
        problem = self._problem
        rows = problem.prior.shape[0] + problem.vectors.shape[1] + 1
        return np.zeros((rows, problem.prior.shape[1])).ravel()

    def parts(self, parameters: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        table = parameters.reshape(-1, self._problem.prior.shape[1])
        terms = self._problem.prior.shape[0]
        return table[:terms], table[terms:-1], table[-1]

    def __call__(self, parameters: Matrix) -> tuple[float, Matrix]:
        problem = self._problem
        own, shared, intercepts = self.parts(parameters)
        margins = self._known + problem.features @ (own + problem.vectors @ shared) + intercepts
        value, slope = _logistic(margins, problem.targets, problem.row_weights)
        penalty = problem.penalty / 2 * float((own * own).sum() + (shared * shared).sum())
        by_term = self._transposed @ slope
        gradient = np.vstack(
            [
                by_term + problem.penalty * own,
                problem.vectors.T @ by_term + problem.penalty * shared,
                slope.sum(axis=0, keepdims=True),
            ]
        )
        return value + penalty, gradient.ravel()


def _logistic(margins: Matrix, targets: Matrix, row_weights: Matrix) -> tuple[float, Matrix]:
    """Return the weighted logistic loss and its slope by margin."""
    signed = np.where(targets > 0, margins, -margins)
    return float((row_weights * np.logaddexp(0.0, -signed)).sum()), row_weights * (expit(margins) - targets)
