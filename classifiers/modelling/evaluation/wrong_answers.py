"""Wrong answers: the rows of a user's file whose likeliest label is not true, for a person to read and correct."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.evaluation.reports import WrongAnswer

if TYPE_CHECKING:
    from classifiers.modelling.evaluation.scoring import Answers, Rows


def wrong_answers(rows: "Rows", answers: "Answers", right: NDArray[np.bool_]) -> tuple[WrongAnswer, ...]:
    """Return the wrong answers to rows that have a place, the most confident first.

    A confident wrong answer is either a fault of the model that a reader would see, or a wrong label in the file.

    Parameters
    ----------
    rows
        What is true. Rows of corpora have no places, and none is listed.
    answers
        What was answered.
    right
        Shape (rows,): whether each likeliest label is true.
    """
    wrong = [
        WrongAnswer(
            id=place.id,
            line=place.line,
            expected=rows.truth[number],
            answered=answers.guesses[number],
            probability=_probability(answers, number),
            abstained=answers.given[number] is None,
        )
        for number, place in enumerate(rows.places)
        if not right[number]
    ]
    return tuple(sorted(wrong, key=lambda each: (-(each.probability or 0.0), each.line)))


def _probability(answers: "Answers", number: int) -> float | None:
    asked = answers.asked is None or answers.asked[number]
    return float(answers.confidence[number]) if asked else None
