"""Intervals are those of the literature: Wilson's for shares, the percentile bootstrap for F1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from classifiers.modelling.evaluation import intervals
from classifiers.modelling.evaluation.intervals import Confusion, Estimate, wilson


@given(st.integers(1, 500).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_an_interval_holds_its_share(share: tuple[int, int]) -> None:
    """The interval of any share of any number of rows holds the share and lies within zero and one."""
    found = wilson(*share)

    assert 0.0 <= found.lower <= found.value <= found.upper <= 1.0


def test_of_nothing_nothing_is_known() -> None:
    """Of no rows the interval is the whole range, and so it is of a measure that is not defined."""
    assert wilson(0, 0) == Estimate(0.0, 0.0, 1.0)
    assert intervals.between(float("nan"), np.array([0.1])) == Estimate(0.0, 0.0, 1.0)


def test_f1_agrees_with_scikit_learn() -> None:
    """F1 of a confusion matrix is that of its rows, answers that are no class included."""
    truth, guess = ["a", "a", "a", "b", "b"], ["a", "b", "other", "b", "a"]

    found = Confusion(np.array([[1, 1, 1], [1, 1, 0]])).f1()

    assert found.tolist() == pytest.approx(f1_score(truth, guess, labels=["a", "b"], average=None).tolist())


def test_drawing_cells_is_drawing_rows() -> None:
    """The interval from the cells of a matrix is the one from drawing rows one by one, up to chance."""
    counts = np.array([[40, 10, 0], [15, 30, 5]])
    rows = np.array([cell for cell in np.ndindex(counts.shape) for _ in range(counts[cell])])
    random = np.random.default_rng(7)
    by_rows = []
    for _ in range(4_000):
        drawn = np.zeros_like(counts)
        np.add.at(drawn, tuple(rows[random.integers(0, len(rows), len(rows))].T), 1)
        by_rows.append(intervals.f1_of(drawn[None])[0, 0])

    ours = intervals.between(0.0, intervals.f1_of(Confusion(counts).draws())[:, 0])

    assert np.percentile(by_rows, intervals.PERCENTILES)[1] == pytest.approx(ours.upper, abs=0.01)
    assert np.mean(by_rows) == pytest.approx(intervals.f1_of(Confusion(counts).draws())[:, 0].mean(), abs=0.005)


def test_draws_are_the_same_every_time() -> None:
    """The seed is fixed: the same answers have the same intervals, and every draw has all rows."""
    confusion = Confusion(np.array([[3, 1], [2, 4]]))

    draws = confusion.draws()

    assert np.array_equal(draws, confusion.draws())
    assert (draws.sum(axis=(1, 2)) == 10).all()


def test_macro_f1_leaves_out_what_does_not_count() -> None:
    """Classes that do not count, and those that a draw lost altogether, are not in the mean."""
    matrices = np.array([[[4, 0], [0, 4]], [[4, 0], [0, 0]]])

    assert intervals.macro_f1_of(matrices, np.array([True, True])).tolist() == [1.0, 1.0]
    assert intervals.macro_f1_of(np.array([[[4, 0], [4, 0]]]), np.array([False, True])).tolist() == [0.0]


def test_a_clear_gain_is_told_from_chance() -> None:
    """Of two models one of which is right far more often, the interval of the gain does not hold zero."""
    right, wrong = [[1, 0], [0, 0]], [[0, 1], [0, 0]]
    ours, others = np.array([right, right]), np.array([wrong, right])
    counted = np.array([True, False])

    clear = intervals.gain(ours, others, np.array([50, 50]), counted)
    even = intervals.gain(ours, ours, np.array([50, 50]), counted)

    assert clear.lower > 0
    assert (even.value, even.lower, even.upper) == (0.0, 0.0, 0.0)
