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
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.sources import fingerprint as origin_key
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import measures
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance import network as stance_network
from classifiers.modelling.training.stance.network import NetworkOptions, NetworkRows
from classifiers.modelling.training.stance.pool import PoolPair
from classifiers.modelling.training.vectors import word_vectors
from classifiers.predictions import StanceLabel
from classifiers.probabilities import softmax
from classifiers.stance.features import BAGS, extract_features
from classifiers.stance.network import Network, NetworkWeights, token_places
from classifiers.stance.pairs import PairBatch, PairTokens, TargetGroup, TargetSentence, lay_out, tokenize
from classifiers.stance.sentence_model import COMPANY, LABELS, PART_OF_GROUP, PARTS, STATE, LinearSentenceModel
from classifiers.stance.vocabulary import Vocabulary

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class TrainingOptions(msgspec.Struct, frozen=True):
    """What can be chosen in training; each value was compared with its neighbours on held-out rows.

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
        told apart by people with a Krippendorff alpha of 0.73 (Hamborg and Donnay 2021).
    network
        What can be chosen of the network.
    """

    inverse_penalty: float = 1.0
    folds: int = 3
    max_steps: int = 100
    answer_accuracy: float = 0.8
    network: NetworkOptions = NetworkOptions()


DEFAULT_OPTIONS: Final = TrainingOptions()

MEANINGS: Final = 64
"""Dimensions of the word vectors with which the network starts: the first ones hold most of the meaning."""

VALENCE_SCALE: Final = 0.5
"""How large the valence of a word is beside them."""


class _Rows(msgspec.Struct, frozen=True):
    """Training rows as arrays: `x` of shape (rows, features and meanings), `y` places in `LABELS`, `fold` of each."""

    x: sparse.csr_matrix
    y: NDArray[np.int64]
    fold: NDArray[np.int64]


class TaughtPairs(msgspec.Struct, frozen=True):
    """The pairs of the pool, what the teacher said of each, of shape (pairs, 3), and the sentence each was made of."""

    pairs: Sequence[PoolPair]
    probabilities: NDArray[np.float32]


def fit(
    rows: Sequence[LabelledPair], taught: TaughtPairs, seed: int, options: TrainingOptions, progress: Progress
) -> tuple[LinearSentenceModel, dict[str, float]]:
    """Return the calibrated model of the rows, and for each part the least probability of an answer.

    Parameters
    ----------
    rows
        The training rows.
    taught
        What the teacher said.
    seed
        Decides which sentences are held out, and the draws of the network.
    options
        What can be chosen.
    progress
        Told of every step.
    """
    # Rows for states alone stand behind the others.
    common = [row for row in rows if not _is_for_states_alone(row)]
    rows = [*common, *filter(_is_for_states_alone, rows)]
    # The pool's words too: of 18,600 words that are then known, 5,200 are too rare in the labelled rows.
    sentences = {row.pair.sentence for row in common} | {each.origin for each in taught.pairs}
    vocabulary = Vocabulary.from_sentences(sorted(sentences))
    meaning = _meaning(vocabulary)
    arrays = _arrays(rows, vocabulary, meaning, _folds(common, rows, seed, options.folds))
    own = arrays.fold == 0
    nets = _Networks(common, taught, vocabulary, meaning, seed, options.network, progress)
    network_margins = nets.held_out_margins(own[: len(common)])
    common_x, common_y = arrays.x[: len(common)], arrays.y[: len(common)]
    part_of = PART_OF_GROUP[[row.pair.group for row in common]]
    thresholds: dict[str, float] = {}
    estimators, maps = {}, []
    for number, part in enumerate(PARTS):
        progress("fit", number, len(PARTS))
        learnt = _learnt_from(rows, part)
        held_out = _calibrated_on(own[: len(common)], part_of == number, common_y)
        without = _regression(arrays.x[learnt & ~own], arrays.y[learnt & ~own], options)
        both = np.hstack((without.decision_function(common_x[held_out]), network_margins[held_out]))
        calibration = _regression(both, common_y[held_out], options, inverse_penalty=1.0)
        thresholds[part] = _threshold(softmax(calibration.decision_function(both)), common_y[held_out], options)
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


class _Networks:
    """Fits networks to the labelled rows and the teacher's pool, with all sentences or without some."""

    def __init__(  # noqa: PLR0913, PLR0917  # everything that a network is fitted to
        self,
        rows: Sequence[LabelledPair],
        taught: TaughtPairs,
        vocabulary: Vocabulary,
        meaning: Floats,
        seed: int,
        options: NetworkOptions,
        progress: Progress,
    ) -> None:
        self._rows, self._taught, self._vocabulary = rows, taught, vocabulary
        # Good or bad is one more dimension of meaning: the lexicon's, beside what texts tell.
        self._meaning = np.hstack((meaning[:, :MEANINGS], VALENCE_SCALE * vocabulary.tables.valence[:, None])).astype(
            np.float32
        )
        self._seed, self._options, self._progress = seed, options, progress

    def all_rows(self) -> NetworkWeights:
        """Return the network of all rows."""
        return self._fit([row.pair for row in self._rows], [row.label for row in self._rows], self._taught)

    def held_out_margins(self, held_out: Flags) -> Floats:
        """Return the margins of all rows by a network that has seen no word of those held out, of shape (rows, 3)."""
        hidden = {origin_key(row.pair.sentence) for row, out in zip(self._rows, held_out.tolist(), strict=True) if out}
        shown = [row for row, out in zip(self._rows, held_out.tolist(), strict=True) if not out]
        kept = np.array([origin_key(each.origin) not in hidden for each in self._taught.pairs], dtype=bool)
        taught = TaughtPairs(
            [each for each, keep in zip(self._taught.pairs, kept.tolist(), strict=True) if keep],
            self._taught.probabilities[kept],
        )
        network = self._fit([row.pair for row in shown], [row.label for row in shown], taught)
        tokens, group = self._tokens([row.pair for row in self._rows])
        return np.asarray(Network(network).margins(tokens, group), dtype=np.float64)

    def _fit(
        self, pairs: Sequence[TargetSentence], labels: Sequence[StanceLabel], taught: TaughtPairs
    ) -> NetworkWeights:
        tokens, group = self._tokens([*pairs, *(each.pair for each in taught.pairs)])
        hard = np.eye(len(LABELS), dtype=np.float32)[[LABELS.index(label) for label in labels]]
        rows = NetworkRows(
            token_places(tokens, group, len(self._vocabulary)),
            np.vstack((hard, taught.probabilities)),
            np.ones(len(group), dtype=np.float32),
        )
        return stance_network.fit(rows, self._meaning, self._options, self._seed, self._progress)

    def _tokens(self, pairs: Sequence[TargetSentence]) -> tuple[PairTokens, NDArray[np.int64]]:
        batch = PairBatch.from_sentences(pairs)
        return lay_out(batch, tokenize(batch.sentences, self._vocabulary), self._vocabulary), batch.group


def _is_for_states_alone(row: LabelledPair) -> bool:
    """Tell whether a row is one of the directed corpus about a person or an organisation.

    That corpus asks what one of two named parties thinks of the other, and calls most sentences neutral that the others
    do not: with these rows macro-F1 on NewsMTSC falls by 15 points. But it is what is asked of states, of which the
    others have next to none. There its rows on persons and organisations help: macro-F1 on held-out states is 0.56
    with them and 0.53 without.
    """
    return row.source == stance_pairs.DIRECTED.name and row.pair.group is not TargetGroup.STATE


def _learnt_from(rows: Sequence[LabelledPair], part: str) -> Flags:
    """Tell which rows a part learns from.

    States learn from the rows about states and from all of the directed corpus, the others from all but what is for
    states alone; companies learn from the financial headlines as well.
    """
    if part == STATE:
        return np.array(
            [row.source == stance_pairs.DIRECTED.name or row.pair.group is TargetGroup.STATE for row in rows]
        )
    left_out = set() if part == COMPANY else {stance_pairs.SENTFIN.name}
    return np.array([row.source not in left_out and not _is_for_states_alone(row) for row in rows])


def _arrays(rows: Sequence[LabelledPair], vocabulary: Vocabulary, meaning: Floats, fold: NDArray[np.int64]) -> _Rows:
    x = extract_features(PairBatch.from_sentences(row.pair for row in rows), vocabulary)
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


def _folds(common: Sequence[LabelledPair], rows: Sequence[LabelledPair], seed: int, folds: int) -> NDArray[np.int64]:
    """Return the fold of each row: the same for all pairs of a sentence, drawn by the seed, the common ones first."""
    first = {row.pair.sentence for row in common}
    random = np.random.default_rng(seed)
    fold_of: dict[str, int] = {}
    for sentences in (first, {row.pair.sentence for row in rows} - first):
        drawn = random.integers(folds, size=len(sentences))
        fold_of |= zip(sorted(sentences), drawn.tolist(), strict=True)
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
    own = calibration.coef_[:, : len(LABELS)]
    model.intercept_ = own @ model.intercept_ + calibration.intercept_
    model.coef_ = (own @ model.coef_).astype(np.float32)
    model.classes_ = np.array([label.value for label in LABELS])
    return model


def _threshold(probabilities: NDArray[np.float64], y: NDArray[np.int64], options: TrainingOptions) -> float:
    """Return the least probability of an answer with which the wanted share of answers is right."""
    right = probabilities.argmax(axis=1) == y
    found = measures.least_threshold(probabilities.max(axis=1), right, options.answer_accuracy)
    return round(1.0 if found is None else found, 2)
