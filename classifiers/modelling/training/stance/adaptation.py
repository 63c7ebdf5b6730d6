"""Adaptation of a stance model to a user's own pairs, without the corpora that it was trained on.

    pairs -> margins of the model (offsets) + features -> a correction of the weights -> weights + correction

The correction is a multinomial regression over the features and the meanings of words, fitted to what the model's
margins leave unexplained. Its penalty pulls it to zero, so that a word which the pairs do not hold, and that means
something else than all of theirs, keeps its weight: maximum a posteriori adaptation, with the shipped weights as the
mean of the prior (Chelba and Acero 2004, "Adaptation of maximum entropy capitalizer: little data can help a lot"). The
strength of the penalty is chosen by cross-validation, in which no correction is one of the choices. Each part of the
model learns from the pairs of its own targets; the network and the vocabulary stay.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax

from classifiers.errors import CorpusError
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.design import Floats, design, draw_folds, word_meanings
from classifiers.modelling.training.stance.weights import fold_meanings
from classifiers.stance.pairs import PairBatch
from classifiers.stance.sentence_model import LABELS, PART_OF_GROUP, PARTS, LinearSentenceModel

MIN_PAIRS: Final = 30
"""Pairs to learn from that a part needs: with fewer, a fold of cross-validation holds five or less."""

FOLDS: Final = 5
"""Parts of the pairs, each held out once to choose the penalty."""

INVERSE_PENALTIES: Final = (0.01, 0.03, 0.1, 0.3, 1.0)
"""Strengths of the correction to choose from, the weakest first: scikit-learn's `C`, which is 1 for shipped weights."""

MAX_STEPS: Final = 100
"""Steps of the optimiser, as for the shipped weights."""


class Adapted(msgspec.Struct, frozen=True):
    """A corrected model; `strengths` is the inverse penalty by part, zero where the weights are those of before."""

    model: LinearSentenceModel
    strengths: Mapping[str, float]


class _Rows(msgspec.Struct, frozen=True):
    """Pairs as arrays: features `x`, places in `LABELS`, folds, and log probabilities of the model before."""

    x: sparse.csr_matrix
    y: NDArray[np.int64]
    fold: NDArray[np.int64]
    offset: Floats

    def select(self, chosen: NDArray[np.bool_]) -> "_Rows":
        return _Rows(self.x[chosen], self.y[chosen], self.fold[chosen], self.offset[chosen])


def adapt(model: LinearSentenceModel, pairs: Sequence[LabelledPair], seed: int, progress: Progress) -> Adapted:
    """Return a model whose weights are corrected by labelled pairs.

    Parameters
    ----------
    model
        The model to correct; it is left as it is.
    pairs
        The pairs to learn from.
    seed
        Decides the folds.
    progress
        Called at every step.

    Raises
    ------
    CorpusError
        No part has enough pairs.
    """
    part_of = PART_OF_GROUP[[each.pair.group for each in pairs]]
    counts = {part: int((part_of == number).sum()) for number, part in enumerate(PARTS)}
    if max(counts.values()) < MIN_PAIRS:
        listing = ", ".join(f"{part} {count}" for part, count in counts.items())
        raise CorpusError(
            f"the pairs to learn from are too few ({listing}): label {MIN_PAIRS} at least whose targets are states, "
            "companies, or others (general)"
        )
    meaning = word_meanings(model.vocabulary)
    rows = _rows(model, pairs, meaning, seed)
    estimators: dict[str, Any] = dict(model.estimators)
    strengths = dict.fromkeys(PARTS, 0.0)
    for number, part in enumerate(PARTS):
        progress("adapt", number, len(PARTS))
        own = rows.select(part_of == number)
        if counts[part] < MIN_PAIRS or not (strength := _choose_strength(own)):
            continue
        strengths[part] = strength
        estimators[part] = _corrected(estimators[part], _fit(own, strength), meaning)
    progress("adapt", len(PARTS), len(PARTS))
    return Adapted(LinearSentenceModel(model.vocabulary, estimators, model.network), strengths)


def _rows(model: LinearSentenceModel, pairs: Sequence[LabelledPair], meaning: Floats, seed: int) -> _Rows:
    found = design(pairs, model.vocabulary, meaning, draw_folds(pairs, pairs, seed, FOLDS))
    # Up to a constant of each row, which no softmax sees, log probabilities are margins.
    batch = PairBatch.from_sentences(each.pair for each in pairs)
    offset = np.log(np.maximum(model.predict_proba(batch), np.finfo(np.float64).tiny))
    return _Rows(found.x.astype(np.float64), found.y, found.fold, offset)


def _choose_strength(rows: _Rows) -> float:
    """Return the inverse penalty by the log loss on held-out folds, zero for no correction.

    It is the weakest whose loss is within one standard error of the lowest, the rows being the same: among few rows the
    lowest is so by chance (Breiman et al. 1984, "Classification and regression trees", the one standard error rule).
    """
    losses = {0.0: _losses(rows.offset, rows.y)}
    for strength in INVERSE_PENALTIES:
        margins = rows.offset.copy()
        for fold in range(FOLDS):
            held_out = rows.fold == fold
            if held_out.any() and not held_out.all():
                margins[held_out] += _margins(rows.x[held_out], _fit(rows.select(~held_out), strength))
        losses[strength] = _losses(margins, rows.y)
    lowest = min(losses.values(), key=lambda each: float(each.mean()))
    return next(strength for strength, each in losses.items() if _is_within_error(each - lowest))


def _is_within_error(excess: Floats) -> bool:
    """Return whether the mean of paired differences is at most their standard error."""
    return bool(excess.mean() <= excess.std(ddof=1) / np.sqrt(len(excess)))


def _fit(rows: _Rows, strength: float) -> Floats:
    """Return the correction, of shape (features and meanings + 1, labels), the intercepts last."""
    used = np.unique(rows.x.indices)
    x = sparse.hstack((rows.x[:, used], np.ones((rows.x.shape[0], 1))), format="csr")
    truth = np.eye(len(LABELS))[rows.y]

    def objective(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, len(LABELS))
        log_probabilities = log_softmax(rows.offset + x @ weights, axis=1)
        loss = -float((truth * log_probabilities).sum()) + float(flat @ flat) / (2 * strength)
        slope = x.T @ (np.exp(log_probabilities) - truth) + weights / strength
        return loss, slope.ravel()

    start = np.zeros((len(used) + 1) * len(LABELS))
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": MAX_STEPS})
    correction = np.zeros((rows.x.shape[1] + 1, len(LABELS)))
    correction[np.append(used, rows.x.shape[1])] = found.x.reshape(-1, len(LABELS))
    return correction


def _margins(x: sparse.csr_matrix, correction: Floats) -> Floats:
    return np.asarray(x @ correction[:-1] + correction[-1])


def _losses(margins: Floats, y: NDArray[np.int64]) -> Floats:
    return np.asarray(-log_softmax(margins, axis=1)[np.arange(len(y)), y])


def _corrected(estimator: Any, correction: Floats, meaning: Floats) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return the estimator with the correction in its weights, what it learnt of meanings multiplied out."""
    order = [LABELS.index(label) for label in estimator.classes_]
    found = copy.copy(estimator)
    found.coef_ = (estimator.coef_ + fold_meanings(correction[:-1].T, meaning)[order]).astype(np.float32)
    found.intercept_ = estimator.intercept_ + correction[-1][order]
    return found
