"""What stance models are measured on: the development rows of each source by itself, beside the baselines.

Accuracy and F1 are forced choice; what the thresholds change is measured beside them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.baselines.stance import LexiconSentences, MajoritySentences
from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import measures
from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import PairBatch, TargetGroup
from classifiers.stance.sentence_model import LABELS, SentenceModel

SOURCES: Final = (
    stance_pairs.NEWSMTSC_RW,
    stance_pairs.SENTFIN,
    stance_pairs.FINENTITY,
    stance_pairs.DIRECTED,
    stance_pairs.NEWSMTSC_MT,
)
"""The corpora with development rows; both NewsMTSC files hold the same training rows."""


def quality(
    model: SentenceModel, rows: Sequence[LabelledPair], thresholds: NDArray[np.float64]
) -> dict[str, dict[str, float]]:
    """Return the measures of a model on each source's development rows, and those of the baselines beside them.

    `thresholds` are those of `answer_thresholds`.
    """
    measured: dict[str, dict[str, float]] = {}
    for name, selected in _benchmarks(rows):
        baselines: dict[str, SentenceModel] = {"majority": MajoritySentences(), "lexicon": LexiconSentences()}
        measured[name] = measure(model, selected, thresholds) | {
            f"macro_f1_{baseline}": measure(other, selected, thresholds)["macro_f1"]
            for baseline, other in baselines.items()
        }
    return measured


def _benchmarks(rows: Sequence[LabelledPair]) -> Iterator[tuple[str, list[LabelledPair]]]:
    """Yield the name and the rows of every measurement: each source by itself, and of the directed one its states."""
    for source in SOURCES:
        selected = [row for row in rows if row.source == source.name]
        if source == stance_pairs.DIRECTED:
            yield f"{source.name}/dev/states", [row for row in selected if row.pair.group is TargetGroup.STATE]
        yield f"{source.name}/dev", selected


def measure(model: SentenceModel, rows: Sequence[LabelledPair], thresholds: NDArray[np.float64]) -> dict[str, float]:
    """Return accuracy, macro-F1, flips between favor and against, calibration error, and what the thresholds change."""
    batch = PairBatch.from_sentences(row.pair for row in rows)
    probabilities = model.predict_proba(batch)
    truth = np.array([LABELS.index(row.label) for row in rows])
    guess, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right, answered = guess == truth, confidence >= thresholds[batch.group]
    found = {
        "rows": float(len(rows)),
        "accuracy": float(right.mean()),
        "macro_f1": measures.macro_f1([LABELS[each] for each in truth], [LABELS[each] for each in guess], 1),
        "flip_rate": float(flips(truth, guess).mean()),
        "calibration_error": measures.calibration_error(confidence, right),
        "coverage": float(answered.mean()),
        "answered_accuracy": float(right[answered].mean()) if answered.any() else 1.0,
        "surest_half_accuracy": float(right[np.argsort(-confidence, kind="stable")[: len(rows) // 2]].mean()),
    }
    return {measure: round(value, 4) for measure, value in found.items()}


def flips(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each row whether favor was taken for against or the reverse."""
    neutral = LABELS.index(StanceLabel.NEUTRAL)
    return np.asarray((truth != guess) & (truth != neutral) & (guess != neutral))
