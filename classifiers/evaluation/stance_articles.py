"""What stance models are measured on at the level of articles: whole articles, each with one named target.

SEESAW (Zhang et al. 2022) says of each article which stance it takes towards persons, organisations, states and topics
that it names. A target of the shipped watch-list is looked for by all its names, any other by its full name and, where
it has two words or three, by the last of them, as news names persons. Where an article does not name the target, it
takes no side: the answer is neutral.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

from classifiers.corpora.stance_pairs import LabelledArticle
from classifiers.evaluation import measures
from classifiers.matching import fold
from classifiers.predictions import StanceLabel, StancePrediction
from classifiers.stance.classifier import ArticleStanceClassifier
from classifiers.stance.sentence_model import LABELS, SentenceModel
from classifiers.targets import MIN_FOLDED_CHARS, Target, TargetKind, WatchList

_NAME_WORDS: Final = (2, 3)
"""Words of a person's name, nearly always."""


def measure(model: SentenceModel, rows: Sequence[LabelledArticle], watch_list: WatchList) -> dict[str, float]:
    """Return accuracy, macro-F1, flips and calibration error over articles; the answer is forced choice.

    Parameters
    ----------
    model
        Tells the stance of sentences.
    rows
        Articles with a target each; those of one article stand together.
    watch_list
        Knows the other names of some targets.
    """
    found = [
        prediction for _, group in groupby(rows, key=_text) for prediction in _predict(model, [*group], watch_list)
    ]
    truth = [row.label for row in rows]
    guess = [StanceLabel.NEUTRAL if each is None else likeliest(each) for each in found]
    named = np.array([each is not None for each in found])
    right = np.array([one == other for one, other in zip(truth, guess, strict=True)])
    confidence = np.array([1.0 if each is None else max(_values(each)) for each in found])
    turned = [{one, other} == {StanceLabel.FAVOR, StanceLabel.AGAINST} for one, other in zip(truth, guess, strict=True)]
    measured = {
        "rows": float(len(rows)),
        "named": float(named.mean()),
        "accuracy": float(right.mean()),
        "macro_f1": measures.macro_f1(truth, guess, 1),
        "flip_rate": float(np.mean(turned)),
        "calibration_error": measures.calibration_error(confidence[named], right[named]),
    }
    return {measure: round(value, 4) for measure, value in measured.items()}


def likeliest(prediction: StancePrediction) -> StanceLabel:
    """Return the likeliest label, however unlikely."""
    values = _values(prediction)
    return LABELS[values.index(max(values))]


def _values(prediction: StancePrediction) -> list[float]:
    return [getattr(prediction.probabilities, label) for label in LABELS]


def _text(row: LabelledArticle) -> str:
    return row.text


def _predict(
    model: SentenceModel, rows: Sequence[LabelledArticle], watch_list: WatchList
) -> list[StancePrediction | None]:
    """Return the stance of one article towards the target of each row, or None where it does not name it."""
    found: list[StancePrediction | None] = []
    for row in rows:
        # One target at a time: the names of two may overlap.
        one = WatchList((target_of(row.target, watch_list),))
        predictions = ArticleStanceClassifier(model, one).predict_one(row.text)
        found.append(predictions[0] if predictions else None)
    return found


def target_of(name: str, watch_list: WatchList) -> Target:
    """Return the target of a watch-list that bears a name, or one with that name alone.

    >>> target_of("Mary Smith", WatchList(())).case_sensitive_aliases
    ('Smith',)
    """
    folded = fold(name.removeprefix("the ").removeprefix("The "))
    for target in watch_list.targets:
        if folded in {fold(each) for each in (target.name, *target.aliases, *target.case_sensitive_aliases)}:
            return target
    if len(name) < MIN_FOLDED_CHARS:
        return Target("target", name, TargetKind.PERSON, case_sensitive_aliases=(name,))
    words = name.split()
    last = words[-1]
    named_by_last = len(words) in _NAME_WORDS and last[0].isupper() and len(last) >= MIN_FOLDED_CHARS
    return Target("target", name, TargetKind.PERSON, case_sensitive_aliases=(last,) if named_by_last else ())
