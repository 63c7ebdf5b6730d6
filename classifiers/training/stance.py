"""How the stance model is made: from the corpora to one calibrated linear model in a file.

    rows -> vocabulary -> features -> held-out margins, fold by fold -> calibration, threshold
         -> weights from all rows, calibration folded in -> measured on the development rows -> file and manifest

A fold holds whole sentences, so that the second target of a sentence never stands in for the first. The calibration is
an affine map of the three margins, fitted on margins of rows that the model had not seen; multiplied into the weights,
it leaves one ordinary logistic regression. So do the vectors of words: the model learns what all words of similar
meaning say, which is multiplied out into weights of single words (2 points of macro-F1 more on held-out NewsMTSC rows,
and one in a hundred pairs fewer flipped between favor and against).
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers import model_files, resources
from classifiers.baselines.stance import LexiconSentences, MajoritySentences
from classifiers.errors import CorpusError
from classifiers.model_files import Manifest
from classifiers.predictions import StanceLabel
from classifiers.stance.features import BAGS, features
from classifiers.stance.pairs import TargetGroup, batch_of
from classifiers.stance.sentence_model import KIND, LABELS, THRESHOLD, LinearSentenceModel, SentenceModel, softmax
from classifiers.stance.vocabulary import Vocabulary
from classifiers.targets import WatchList
from classifiers.training import corpora, evaluation, stance_corpora, word_vectors
from classifiers.training.stance_corpora import LabelledPair

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many parts of it are done, and how many there are."""

NAME: Final = "copytaster-stance-linear"
VERSION: Final = "1"

LEARNT_FROM: Final = (
    stance_corpora.NEWSMTSC_RW,
    stance_corpora.SENTFIN,
    stance_corpora.FINENTITY,
    stance_corpora.DIRECTED,
)
MEASURED_ON: Final = (*LEARNT_FROM, stance_corpora.NEWSMTSC_MT)


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
    folds: int = 4
    max_steps: int = 150
    answer_accuracy: float = 0.8


DEFAULT_OPTIONS: Final = TrainingOptions()


def train_stance(
    corpora_dir: Path, out_dir: Path, seed: int, progress: Progress, options: TrainingOptions = DEFAULT_OPTIONS
) -> Manifest:
    """Make `stance.skops` and `stance.json` in `out_dir`, and return the manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where the model is written.
    seed
        Decides which rows are held out together.
    progress
        Told of every step.
    options
        What can be chosen; the shipped model is made with the defaults.

    Raises
    ------
    CorpusError
        A corpus is missing or cannot be used, or holds an evaluation sentence among its training rows.
    """
    rows = read_rows(corpora_dir, progress)
    training, held_out = split_rows(rows)
    model, threshold = fit(training, seed, options, progress)
    progress("measure", 0, 1)
    manifest = _manifest(corpora_dir, training, seed, options, threshold, quality(model, held_out, threshold))
    saved = model_files.save(out_dir / "stance.skops", model.state(), manifest)
    progress("measure", 1, 1)
    return saved


def read_rows(corpora_dir: Path, progress: Progress) -> list[LabelledPair]:
    """Return all rows of all corpora that are learnt from or measured on."""
    watch_list = shipped_watch_list()
    rows: list[LabelledPair] = []
    for done, source in enumerate(MEASURED_ON):
        progress("read corpora", done, len(MEASURED_ON))
        rows.extend(stance_corpora.read_pairs(source, corpora_dir, watch_list))
    return rows


def shipped_watch_list() -> WatchList:
    """Return the watch-list that tells which targets of the corpora are states."""
    return WatchList.load(resources.seed("targets.toml"))


def split_rows(rows: Sequence[LabelledPair]) -> tuple[list[LabelledPair], list[LabelledPair]]:
    """Return the rows to learn from and the rows to measure on, with no sentence in both.

    Raises
    ------
    CorpusError
        A sentence is in both all the same.
    """
    held_out = [row for row in rows if row.split == corpora.DEV]
    seen = {corpora.fingerprint(row.pair.sentence) for row in held_out}
    training = [row for row in rows if _is_learnt_from(row) and corpora.fingerprint(row.pair.sentence) not in seen]
    if not training or not held_out:
        raise CorpusError("the corpora hold no training rows or no development rows: name a folder that holds both")
    corpora.assert_disjoint((row.pair.sentence for row in training), (row.pair.sentence for row in held_out))
    return training, held_out


def _is_learnt_from(row: LabelledPair) -> bool:
    """Tell whether a row is a training row, and of a kind that the sources agree on.

    The directed corpus calls most sentences about persons neutral that others do not, because it asks what one of two
    named parties thinks of the other. Of it only the states are learnt from, of which the others have next to none:
    with all its rows, macro-F1 on NewsMTSC falls by 15 points.
    """
    if row.split != corpora.TRAIN or row.source == stance_corpora.NEWSMTSC_MT.name:
        return False
    return row.source != stance_corpora.DIRECTED.name or row.pair.group is TargetGroup.STATE


def fit(
    rows: Sequence[LabelledPair], seed: int, options: TrainingOptions, progress: Progress
) -> tuple[LinearSentenceModel, float]:
    """Return the calibrated model of the rows, and the least probability of an answer."""
    vocabulary = Vocabulary.of_sentences(sorted({row.pair.sentence for row in rows}))
    x = features(batch_of(row.pair for row in rows), vocabulary)
    x.sum_duplicates()
    meaning = _meaning(vocabulary)
    x = _with_meaning(x, meaning)
    y = np.array([LABELS.index(row.label) for row in rows])
    margins = _held_out_margins(x, y, _folds(rows, seed, options.folds), options, progress)
    calibration = _regression(margins, y, options, inverse_penalty=np.inf)
    threshold = _threshold(softmax(calibration.decision_function(margins)), y, options)
    progress("fit", options.folds, options.folds + 1)
    model = _calibrated(_folded(_regression(x, y, options), meaning), calibration)
    return LinearSentenceModel(vocabulary, model), threshold


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


def _held_out_margins(
    x: sparse.csr_matrix, y: NDArray[np.int64], folds: NDArray[np.int64], options: TrainingOptions, progress: Progress
) -> NDArray[np.float64]:
    """Return the margins of each row, of shape (rows, 3), from a model that has not seen the row's fold."""
    margins = np.zeros((len(y), len(LABELS)))
    for fold in range(options.folds):
        progress("fit", fold, options.folds + 1)
        held_out = folds == fold
        margins[held_out] = _regression(x[~held_out], y[~held_out], options).decision_function(x[held_out])
    return margins


def _regression(
    x: Any,  # noqa: ANN401  # a dense or a sparse matrix
    y: NDArray[np.int64],
    options: TrainingOptions,
    inverse_penalty: float | None = None,
) -> Any:  # noqa: ANN401  # scikit-learn is untyped
    """Return multinomial logistic regression fitted by L-BFGS; the steps are limited, so it need not have converged."""
    import warnings  # noqa: PLC0415

    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  # importing scikit-learn takes over a second
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # as above

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
    found = evaluation.least_threshold(probabilities.max(axis=1), right, options.answer_accuracy)
    return round(1.0 if found is None else found, 2)


def quality(model: SentenceModel, rows: Sequence[LabelledPair], threshold: float) -> dict[str, dict[str, float]]:
    """Return the measures of a model on each source's development rows, and those of the baselines beside them."""
    measured: dict[str, dict[str, float]] = {}
    for name, selected in _benchmarks(rows):
        baselines: dict[str, SentenceModel] = {"majority": MajoritySentences(), "lexicon": LexiconSentences()}
        measured[name] = measures(model, selected, threshold) | {
            f"macro_f1_{baseline}": measures(other, selected, threshold)["macro_f1"]
            for baseline, other in baselines.items()
        }
    return measured


def _benchmarks(rows: Sequence[LabelledPair]) -> Iterator[tuple[str, list[LabelledPair]]]:
    """Yield the name and the rows of every measurement: each source by itself, and of the directed one its states."""
    for source in MEASURED_ON:
        selected = [row for row in rows if row.source == source.name]
        if source == stance_corpora.DIRECTED:
            yield f"{source.name}/dev/states", [row for row in selected if row.pair.group is TargetGroup.STATE]
        yield f"{source.name}/dev", selected


def measures(model: SentenceModel, rows: Sequence[LabelledPair], threshold: float) -> dict[str, float]:
    """Return accuracy, macro-F1, flips between favor and against, calibration error, and what the threshold changes."""
    probabilities = model.predict_proba(batch_of(row.pair for row in rows))
    truth = np.array([LABELS.index(row.label) for row in rows])
    guess, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right, answered = guess == truth, confidence >= threshold
    found = {
        "rows": float(len(rows)),
        "accuracy": float(right.mean()),
        "macro_f1": evaluation.macro_f1([LABELS[each] for each in truth], [LABELS[each] for each in guess], 1),
        "flip_rate": float(flips(truth, guess).mean()),
        "calibration_error": evaluation.calibration_error(confidence, right),
        "coverage": float(answered.mean()),
        "answered_accuracy": float(right[answered].mean()) if answered.any() else 1.0,
        "surest_half_accuracy": float(right[np.argsort(-confidence, kind="stable")[: len(rows) // 2]].mean()),
    }
    return {measure: round(value, 4) for measure, value in found.items()}


def flips(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each row whether favor was taken for against or the reverse."""
    neutral = LABELS.index(StanceLabel.NEUTRAL)
    return np.asarray((truth != guess) & (truth != neutral) & (guess != neutral))


def _manifest(  # noqa: PLR0913, PLR0917  # everything that a manifest states
    corpora_dir: Path,
    training: Sequence[LabelledPair],
    seed: int,
    options: TrainingOptions,
    threshold: float,
    measured: dict[str, dict[str, float]],
) -> Manifest:
    return Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=tuple(label.value for label in LABELS),
        thresholds={THRESHOLD: threshold},
        data_sets=tuple(
            corpora.data_set(source, corpora_dir, sum(row.source == source.name for row in training))
            for source in LEARNT_FROM
        ),
        libraries=model_files.library_versions(),
        options={"seed": seed, **msgspec.structs.asdict(options)},
        rules=None,
        quality=measured,
        notes=(
            "Of the directed corpus only the rows whose target is a state are learnt from.",
            "Valence of words: VADER lexicon (Hutto and Gilbert 2014), MIT licence.",
            "Meaning of words: vectors distilled from all-MiniLM-L6-v2, Apache 2.0, multiplied out.",
        ),
    )
