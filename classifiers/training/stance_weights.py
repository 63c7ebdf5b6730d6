"""The weights of the stance model: fitted, calibrated on rows that were held out, and folded into plain matrices.

    rows -> vocabulary -> features -> for each part: held-out margins, fold by fold -> calibration
         -> weights from all its rows, calibration folded in; threshold from the held-out probabilities of all parts

A fold holds whole sentences, so that the second target of a sentence never stands in for the first. The calibration is
an affine map of the three margins, fitted on margins of rows that the model had not seen; multiplied into the weights,
it leaves one ordinary logistic regression. So do the vectors of words: the model learns what all words of similar
meaning say, which is multiplied out into weights of single words (2 points of macro-F1 more on held-out NewsMTSC rows,
and one in a hundred pairs fewer flipped between favor and against).
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from classifiers.corpora import stance_pairs
from classifiers.corpora.stance_pairs import LabelledPair
from classifiers.evaluation import measures
from classifiers.stance.features import BAGS, features
from classifiers.stance.pairs import batch_of
from classifiers.stance.sentence_model import COMPANY, LABELS, PART_OF_GROUP, PARTS, LinearSentenceModel, softmax
from classifiers.stance.vocabulary import Vocabulary
from classifiers.training import word_vectors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many parts of it are done, and how many there are."""


class TrainingOptions(msgspec.Struct, frozen=True):
    """What can be chosen in training; each value was compared with its neighbours on held-out rows.

    Parameters
    ----------
    inverse_penalty
        scikit-learn's `C`: between 0.5 and 2 macro-F1 on NewsMTSC moves by 0.3 points.
    folds
        Parts into which the rows are divided to calibrate.
    max_steps
        Steps of the optimiser; from 100 on the third digit of macro-F1 stands still.
    answer_accuracy
        Share of the answers that is to be right: the threshold follows from it. Three labels on news sentences are
        told apart by people with a Krippendorff alpha of 0.73 (Hamborg and Donnay 2021), which 0.75 reflects.
    """

    inverse_penalty: float = 1.0
    folds: int = 3
    max_steps: int = 100
    answer_accuracy: float = 0.8


DEFAULT_OPTIONS: Final = TrainingOptions()


class _Rows(msgspec.Struct, frozen=True):
    """Training rows as arrays: `x` of shape (rows, features and meanings), `y` places in `LABELS`, `fold` of each."""

    x: sparse.csr_matrix
    y: NDArray[np.int64]
    fold: NDArray[np.int64]


def fit(
    rows: Sequence[LabelledPair], seed: int, options: TrainingOptions, progress: Progress
) -> tuple[LinearSentenceModel, float]:
    """Return the calibrated model of the rows, and the least probability of an answer.

    Parameters
    ----------
    rows
        The training rows.
    seed
        Decides which sentences are held out together.
    options
        What can be chosen.
    progress
        Told of every step.
    """
    vocabulary = Vocabulary.of_sentences(sorted({row.pair.sentence for row in rows}))
    meaning = _meaning(vocabulary)
    arrays = _arrays(rows, vocabulary, meaning, _folds(rows, seed, options.folds))
    part_of = PART_OF_GROUP[[row.pair.group for row in rows]]
    probabilities = np.zeros((len(rows), len(LABELS)))
    estimators = {}
    for number, part in enumerate(PARTS):
        progress("fit", number, len(PARTS))
        own = part_of == number
        estimators[part], probabilities[own] = _fit_part(arrays, _learnt_from(rows, part), own, meaning, options)
    return LinearSentenceModel(vocabulary, estimators), _threshold(probabilities, arrays.y, options)


def _learnt_from(rows: Sequence[LabelledPair], part: str) -> Flags:
    """Tell which rows a part learns from: companies from all, the others from all but the financial headlines."""
    headlines = np.array([row.source == stance_pairs.SENTFIN.name for row in rows])
    return np.full(len(rows), fill_value=True) if part == COMPANY else ~headlines


def _fit_part(rows: _Rows, learnt: Flags, own: Flags, meaning: Floats, options: TrainingOptions) -> tuple[Any, Floats]:
    """Return the model of one part, and the held-out probabilities of the part's own rows, of shape (own rows, 3)."""
    margins = _held_out_margins(rows, learnt, own, options)
    calibration = _regression(margins, rows.y[own], options, inverse_penalty=np.inf)
    model = _folded(_regression(rows.x[learnt], rows.y[learnt], options), meaning)
    return _calibrated(model, calibration), softmax(calibration.decision_function(margins))


def _held_out_margins(rows: _Rows, learnt: Flags, own: Flags, options: TrainingOptions) -> Floats:
    """Return the margins of a part's own rows, of shape (own rows, 3), from models that have not seen their folds."""
    margins = np.zeros((len(rows.y), len(LABELS)))
    for fold in range(options.folds):
        seen, held_out = learnt & (rows.fold != fold), own & (rows.fold == fold)
        margins[held_out] = _regression(rows.x[seen], rows.y[seen], options).decision_function(rows.x[held_out])
    return margins[own]


def _arrays(rows: Sequence[LabelledPair], vocabulary: Vocabulary, meaning: Floats, fold: NDArray[np.int64]) -> _Rows:
    x = features(batch_of(row.pair for row in rows), vocabulary)
    x.sum_duplicates()
    y = np.array([LABELS.index(row.label) for row in rows])
    return _Rows(_with_meaning(x, meaning), y, fold)


def _meaning(vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return a vector for each word, of shape (words, dimensions), of unit length in the mean; zero for unknown."""
    known = word_vectors.load()
    place = {word: number for number, word in enumerate(known.words)}
    meaning = np.zeros((len(vocabulary), known.vectors.shape[1]))
    for number, word in enumerate(vocabulary.words):
        if word in place:
            meaning[number] = known.vectors[place[word]]
    norms = np.linalg.norm(meaning, axis=1)
    return np.asarray(meaning / norms[norms > 0].mean())


def _with_meaning(x: sparse.csr_matrix, meaning: NDArray[np.float64]) -> sparse.csr_matrix:
    """Return the features with the sums of the vectors of the plain and of the negated words behind them."""
    size = len(meaning)
    dense = np.hstack([x[:, block * size : (block + 1) * size] @ meaning for block in range(BAGS)])
    return sparse.hstack((x, sparse.csr_matrix(dense)), format="csr").astype(np.float32)


def _folded(model: Any, meaning: NDArray[np.float64]) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return the model with what it learnt of meanings multiplied out into the weights of the words.

    A word that no training row held, but that means the same as one that did, has a weight then as well.
    """
    size, dimensions = meaning.shape
    own, shared = np.split(model.coef_.astype(np.float64), [-BAGS * dimensions], axis=1)
    for block in range(BAGS):
        own[:, block * size : (block + 1) * size] += (
            shared[:, block * dimensions : (block + 1) * dimensions] @ meaning.T
        )
    model.coef_, model.n_features_in_ = own, own.shape[1]
    return model


def _folds(rows: Sequence[LabelledPair], seed: int, folds: int) -> NDArray[np.int64]:
    """Return the fold of each row: the same for all pairs of a sentence, drawn by the seed."""
    sentences = sorted({row.pair.sentence for row in rows})
    drawn = np.random.default_rng(seed).integers(folds, size=len(sentences))
    fold_of = dict(zip(sentences, drawn.tolist(), strict=True))
    return np.array([fold_of[row.pair.sentence] for row in rows])


def _regression(
    x: Any,  # noqa: ANN401  # a dense or a sparse matrix
    y: NDArray[np.int64],
    options: TrainingOptions,
    inverse_penalty: float | None = None,
) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return multinomial logistic regression fitted by L-BFGS; the steps are limited, so it need not have converged."""
    penalty = options.inverse_penalty if inverse_penalty is None else inverse_penalty
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=penalty, max_iter=options.max_steps, tol=1e-3).fit(x, y)


def _calibrated(model: Any, calibration: Any) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return the model whose margins are those of the calibration applied to the model's, in single precision."""
    model.intercept_ = calibration.coef_ @ model.intercept_ + calibration.intercept_
    model.coef_ = (calibration.coef_ @ model.coef_).astype(np.float32)
    model.classes_ = np.array([label.value for label in LABELS])
    return model


def _threshold(probabilities: NDArray[np.float64], y: NDArray[np.int64], options: TrainingOptions) -> float:
    """Return the least probability of an answer with which the wanted share of answers is right."""
    right = probabilities.argmax(axis=1) == y
    found = measures.least_threshold(probabilities.max(axis=1), right, options.answer_accuracy)
    return round(1.0 if found is None else found, 2)
