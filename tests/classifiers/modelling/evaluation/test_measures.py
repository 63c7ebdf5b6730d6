"""The measures of probabilities are what their definitions say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.modelling.evaluation import measures

SCORED = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40)


@given(SCORED, st.sampled_from([0.5, 0.8, 1.0]))
def test_the_threshold_is_the_lowest_that_reaches_the_precision(rows: list[tuple[int, bool]], target: float) -> None:
    """Of all thresholds, ties included, it is the lowest at which enough of the rows above are right."""
    probabilities, correct = np.array([tenths / 10 for tenths, _ in rows]), np.array([right for _, right in rows])

    found = measures.lowest_threshold(probabilities, correct, target)

    reached = [each for each in np.unique(probabilities) if correct[probabilities >= each].mean() >= target]
    assert found == min(reached, default=None)


def test_calibration_error_is_the_gap() -> None:
    """With 90 % confidence and 70 % right answers the error is 0.2; with equal confidence and accuracy it is zero."""
    correct = np.arange(10) < 7

    assert measures.calibration_error(np.full(10, 0.9), correct) == pytest.approx(0.2)
    assert measures.calibration_error(np.full(10, 0.7), correct) == pytest.approx(0.0)


def test_reliability_counts_every_row() -> None:
    """The bins of the curve hold every row once, certainty included."""
    confidence = np.array([0.0, 0.5, 0.99, 1.0])

    curve = measures.reliability(confidence, np.array([False, True, True, True]))

    assert sum(each.rows for each in curve) == 4
    assert curve[-1].upper == 1.0
