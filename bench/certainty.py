"""How much to believe a stance model on a source that it has not seen: `classifiers.stance.aggregation.SENTENCE_SHARE`.

    python -m bench.certainty CORPORA

A model learns from some of the corpora, without the teacher, who has seen them all, and tells the stances of the
others. Its probabilities are drawn towards even odds by the share at which their log loss is least. The directed corpus
is learnt from in every trial, for without it there are no states; it is not measured on, as it asks something else.
"""

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import optimize

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.evaluation import measures
from classifiers.modelling.training import DEFAULT_SEED
from classifiers.modelling.training.stance.rows import read_rows, split_rows
from classifiers.modelling.training.stance.taught import TaughtPairs
from classifiers.modelling.training.stance.weights import DEFAULT_OPTIONS, fit_weights
from classifiers.stance.aggregation import shrink
from classifiers.stance.pairs import PairBatch
from classifiers.stance.sentence_model import LABELS

LEFT_OUT = (stance_pairs.NEWSMTSC_RW.name, stance_pairs.SENTFIN.name, stance_pairs.FINENTITY.name)
NO_TEACHER = TaughtPairs((), np.zeros((0, len(LABELS)), dtype=np.float32))
MIN_SHARE = 0.05

Probabilities = NDArray[np.float64]
Places = NDArray[np.int64]
"""Of labels among `LABELS`."""


def main(corpora_dir: Path) -> None:
    """Measure, and print a table."""
    training, _ = split_rows(read_rows(corpora_dir, _silent))
    table = Table(
        "measured on", "not learnt from either", "rows", "log loss is least at", "log loss", "calibration error"
    )
    shares = []
    for count in range(1, len(LEFT_OUT)):
        for unseen in combinations(LEFT_OUT, count):
            model, _ = fit_weights(
                [row for row in training if row.source not in unseen],
                NO_TEACHER,
                DEFAULT_SEED,
                DEFAULT_OPTIONS,
                _silent,
            )
            for source in unseen:
                rows = [row for row in training if row.source == source]
                told = model.predict_proba(PairBatch.from_sentences(row.pair for row in rows))
                truth = np.array([LABELS.index(row.label) for row in rows])
                shares.append(share := best_share(told, truth))
                others = ", ".join(_short(other) for other in unseen if other != source)
                table.add_row(
                    _short(source), others, str(len(rows)), f"{share:.2f}", *_before_and_after(told, share, truth)
                )
    Console().print(table, f"{np.mean(shares):.2f} in the mean, {np.median(shares):.2f} in the median")


def best_share(told: Probabilities, truth: Places) -> float:
    """Return how much of the probabilities to keep, the rest being even odds, so that the log loss is least."""
    found = optimize.minimize_scalar(
        lambda share: _log_loss(shrink(told, share), truth), bounds=(MIN_SHARE, 1), method="bounded"
    )
    return float(found.x)


def _short(source: str) -> str:
    return source.removeprefix("stance_")


def _log_loss(told: Probabilities, truth: Places) -> float:
    return float(-np.log(told[np.arange(len(truth)), truth]).mean())


def _before_and_after(told: Probabilities, share: float, truth: Places) -> tuple[str, str]:
    both = (told, shrink(told, share))
    errors = [measures.calibration_error(each.max(axis=1), each.argmax(axis=1) == truth) for each in both]
    losses = [_log_loss(each, truth) for each in both]
    return f"{losses[0]:.3f} -> {losses[1]:.3f}", f"{errors[0]:.3f} -> {errors[1]:.3f}"


def _silent(*_: object) -> None:
    """Show no progress: the table comes at the end."""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
