"""The measures agree with scikit-learn's and with what their definitions say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support

from classifiers.modelling.evaluation import measures

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1)


@given(ROWS)
def test_label_quality_agrees_with_scikit_learn(rows: list[tuple[str, str]]) -> None:
    """Precision, recall, F1 and support are scikit-learn's."""
    truth, predicted = [row[0] for row in rows], [row[1] for row in rows]
    labels = sorted(set(truth))

    ours = measures.by_label(truth, predicted)

    theirs = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    for number, label in enumerate(labels):
        assert (ours[label].precision, ours[label].recall, ours[label].f1) == pytest.approx(
            [each[number] for each in theirs[:3]]
        )
        assert ours[label].support == theirs[3][number]
    assert measures.macro_f1(truth, predicted, min_support=1) == pytest.approx(
        f1_score(truth, predicted, labels=labels, average="macro", zero_division=0)
    )


def test_labels_with_few_rows_do_not_count() -> None:
    """A label with too few rows is left out of the macro average, and nothing is left of too few labels."""
    assert measures.macro_f1(["a", "a", "b"], ["a", "a", "a"], min_support=2) == pytest.approx(0.8)
    assert math.isnan(measures.macro_f1(["a"], ["a"], min_support=2))


def test_calibration_error_is_the_gap() -> None:
    """A model that is 90 % sure and 70 % right is off by 0.2; one that is as right as it is sure is off by nothing."""
    correct = np.arange(10) < 7

    assert measures.calibration_error(np.full(10, 0.9), correct) == pytest.approx(0.2)
    assert measures.calibration_error(np.full(10, 0.7), correct) == pytest.approx(0.0)


def test_reliability_counts_every_row() -> None:
    """The slices of the curve hold every row once, certainty included."""
    confidence = np.array([0.0, 0.5, 0.99, 1.0])

    curve = measures.reliability(confidence, np.array([False, True, True, True]))

    assert sum(each.rows for each in curve) == 4
    assert curve[-1].upper == 1.0


def test_threshold_out_of_reach_is_none() -> None:
    """Where no slice of the rows reaches the target precision there is no threshold."""
    assert measures.least_threshold(np.array([0.9, 0.1]), np.array([False, False]), 0.5) is None
