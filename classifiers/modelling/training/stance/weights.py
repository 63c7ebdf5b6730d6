"""The weights of the stance model: fitted, calibrated on rows that were held out, and folded into plain matrices.

    rows and the teacher's pool -> vocabulary
    rows -> features -> for each part: weights
    rows and the teacher's pool -> network
    both without one part of the sentences -> margins of that part -> calibration, thresholds
         -> both from all rows, the calibration folded in

A fold holds whole sentences, so that the second target of a sentence never stands in for the first; the variants of a
sentence go with it. The calibration adds up an affine map of the linear margins and one of the network's, fitted on
rows that neither had seen; multiplied into the weights, it leaves one ordinary logistic regression and one network. So
do the vectors of words: the model learns what all words of similar meaning say, which is multiplied out into weights of
single words (2 points of macro-F1 more on held-out NewsMTSC rows, and one in a hundred pairs fewer flipped between
favor and against).
"""

import warnings
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import measures
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.design import (
    Flags,
    Floats,
    design,
    draw_folds,
    is_for_states_alone,
    learnt_from,
    word_meanings,
)
from classifiers.modelling.training.stance.network import NetworkOptions
from classifiers.modelling.training.stance.network_fits import NetworkFits
from classifiers.modelling.training.stance.taught import TaughtPairs
from classifiers.stance.features import BAGS
from classifiers.stance.network import NetworkWeights
from classifiers.stance.sentence_model import LABELS, PART_OF_GROUP, PARTS, LinearSentenceModel
from classifiers.stance.vocabulary import Vocabulary


class TrainingOptions(msgspec.Struct, frozen=True):
    """Options of training; each value was compared with its neighbours on held-out rows.

    Parameters
    ----------
    inverse_penalty
        scikit-learn's `C`: between 0.5 and 2 macro-F1 on NewsMTSC moves by 0.3 points.
    folds
        Parts into which the rows are divided, one of which is held out to calibrate.
    max_steps
        Steps of the optimiser; from 100 on the third digit of macro-F1 stands still.
    answer_accuracy
        Share of the answers that is to be right: the threshold follows from it. Three labels on news sentences are
        distinguished by people with a Krippendorff alpha of 0.73 (Hamborg and Donnay 2021).
    network
        Options of the network.
    """

    inverse_penalty: float = 1.0
    folds: int = 3
    max_steps: int = 100
    answer_accuracy: float = 0.8
    network: NetworkOptions = NetworkOptions()


DEFAULT_OPTIONS: Final = TrainingOptions()


def fit_weights(
    rows: Sequence[LabelledPair], taught: TaughtPairs, seed: int, options: TrainingOptions, progress: Progress
) -> tuple[LinearSentenceModel, dict[str, float]]:
    """Return the calibrated model of the rows, and for each part the least probability of an answer.

    Parameters
    ----------
    rows
        The training rows.
    taught
        The pool with the teacher's labels.
    seed
        Decides which sentences are held out, and the draws of the network.
    options
        Options.
    progress
        Called at every step.
    """
    # Rows for states alone stand behind the others.
    common = [row for row in rows if not is_for_states_alone(row)]
    rows = [*common, *filter(is_for_states_alone, rows)]
    # The pool's words too: of 18,600 words that are then known, 5,200 are too rare in the labelled rows.
    sentences = {row.pair.sentence for row in common} | {each.origin for each in taught.pairs}
    vocabulary = Vocabulary.from_sentences(sorted(sentences))
    meaning = word_meanings(vocabulary)
    arrays = design(rows, vocabulary, meaning, draw_folds(common, rows, seed, options.folds))
    own = arrays.fold == 0
    nets = NetworkFits(common, taught, vocabulary, meaning, seed, options.network, progress)
    network_margins = nets.held_out_margins(own[: len(common)])
    common_x, common_y = arrays.x[: len(common)], arrays.y[: len(common)]
    part_of = PART_OF_GROUP[[row.pair.group for row in common]]
    thresholds: dict[str, float] = {}
    estimators, maps = {}, []
    for number, part in enumerate(PARTS):
        progress("fit", number, len(PARTS))
        learnt = learnt_from(rows, part)
        held_out = _calibrated_on(own[: len(common)], part_of == number, common_y)
        without = _regression(arrays.x[learnt & ~own], arrays.y[learnt & ~own], options)
        both = np.hstack((without.decision_function(common_x[held_out]), network_margins[held_out]))
        calibration = _regression(both, common_y[held_out], options, inverse_penalty=1.0)
        thresholds[part] = _threshold(softmax(calibration.decision_function(both), axis=1), common_y[held_out], options)
        model = _folded(_regression(arrays.x[learnt], arrays.y[learnt], options), meaning)
        estimators[part] = _calibrated(model, calibration)
        maps.append(calibration.coef_[:, len(LABELS) :])
    network = _mapped(nets.all_rows(), maps)
    return LinearSentenceModel(vocabulary, estimators, NetworkWeights.from_state(network.state())), thresholds


def _calibrated_on(held_out: Flags, own: Flags, y: NDArray[np.int64]) -> Flags:
    """Return the rows that a part is calibrated on: its own of those held out, or all where its own lack a label."""
    both = held_out & own
    return both if len(np.unique(y[both])) == len(LABELS) else held_out


def _mapped(network: NetworkWeights, maps: Sequence[Floats]) -> NetworkWeights:
    """Return the network whose margins are mapped, for each group by the map of its part."""
    of_group = np.stack([maps[part] for part in PART_OF_GROUP.tolist()]).astype(np.float32)
    return msgspec.structs.replace(
        network,
        output=np.einsum("gfl,gkl->gfk", network.output, of_group),
        bias=np.einsum("gl,gkl->gk", network.bias, of_group),
    )


def _folded(model: Any, meaning: NDArray[np.float64]) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return the model with what it learnt of meanings multiplied out into the weights of the words."""
    own = fold_meanings(model.coef_.astype(np.float64), meaning)
    model.coef_, model.n_features_in_ = own, own.shape[1]
    return model


def fold_meanings(weights: Floats, meaning: Floats) -> Floats:
    """Return weights of features alone, of shape (labels, features), from those of features and meanings.

    A word that no training row held, but that means the same as one that did, has a weight then as well.
    """
    size, dimensions = meaning.shape
    own, shared = np.split(weights, [-BAGS * dimensions], axis=1)
    for block in range(BAGS):
        own[:, block * size : (block + 1) * size] += (
            shared[:, block * dimensions : (block + 1) * dimensions] @ meaning.T
        )
    return own


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
    own = calibration.coef_[:, : len(LABELS)]
    model.intercept_ = own @ model.intercept_ + calibration.intercept_
    model.coef_ = (own @ model.coef_).astype(np.float32)
    model.classes_ = np.array([label.value for label in LABELS])
    return model


def _threshold(probabilities: NDArray[np.float64], y: NDArray[np.int64], options: TrainingOptions) -> float:
    """Return the least probability of an answer with which the wanted share of answers is right."""
    right = probabilities.argmax(axis=1) == y
    found = measures.lowest_threshold(probabilities.max(axis=1), right, options.answer_accuracy)
    return round(1.0 if found is None else found, 2)
