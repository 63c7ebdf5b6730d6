"""Models and rows that answer as a test needs it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.evaluation.reports import BenchmarkReport, Identity, Report, RowPlace
from classifiers.modelling.evaluation.scoring import Answers, Rows, majority, score
from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import PairBatch
from classifiers.stance.sentence_model import LABELS

WORDS = {"praised": StanceLabel.FAVOR, "blamed": StanceLabel.AGAINST}


class WordStance:
    """A sentence model that knows two words."""

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return 0.8 for the stance of the first known word of each sentence, or for neutral."""
        found = [_stance(batch.sentences[number]) for number in batch.sentence]
        return np.array([[0.8 if label is stance else 0.1 for label in LABELS] for stance in found])


def _stance(sentence: str) -> StanceLabel:
    return next((label for word, label in WORDS.items() if word in sentence), StanceLabel.NEUTRAL)


def benchmark(
    name: str = "rows",
    labels: Sequence[str] = ("sport", "politics & <law>"),
    rows: int = 40,
    places: Sequence[RowPlace] = (),
) -> BenchmarkReport:
    """Return a benchmark on which the model is right in three of four rows, and surer of these."""
    truth = [(labels[number % len(labels)],) for number in range(rows)]
    right = [number % 4 != 3 for number in range(rows)]
    guesses = [each[0] if ok else labels[0] for each, ok in zip(truth, right, strict=True)]
    confidence = np.array([0.9 if ok else 0.4 for ok in right])
    model = Answers(guesses, confidence, [each if ok else None for each, ok in zip(guesses, right, strict=True)])
    about = Rows(name, truth, sorted(labels), left_out={"opinion": 2}, notes=("A note.",), places=places)
    return score(about, model, {"majority": majority(truth), "previous": majority(truth)}, 1)


def report(*benchmarks: BenchmarkReport, task: str = "topic", digest: str = "sha256:1") -> Report:
    """Return a report on a model of a digest."""
    return Report(task, Identity("model", "1", digest), Identity("old <b>", "0", "sha256:0"), 1, benchmarks)
