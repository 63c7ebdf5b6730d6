"""The linear model agrees with scikit-learn's, starts from its prior, and its calibration is right."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from classifiers.modelling.training import linear
from classifiers.modelling.training.linear import Problem
from classifiers.topic.classifier import lead_probability


@pytest.fixture
def problem() -> Problem:
    """Return 200 rows of ten features and two labels, the first decided by the first feature."""
    random = np.random.default_rng(0)
    features = random.normal(size=(200, 10))
    noisy = features[:, 0] + random.normal(size=200) > 0
    targets = np.stack([noisy, features[:, 1] > 0], axis=1).astype(float)
    nothing = np.zeros((10, 2))
    return Problem(sparse.csr_matrix(features), targets, np.ones((200, 2)), nothing, np.zeros((10, 1)))


def test_weights_are_those_of_scikit_learn(problem: Problem) -> None:
    """Without prior and vectors each label is an ordinary logistic regression."""
    fitted = linear.fit(problem, max_steps=500)

    for label in range(2):
        theirs = LogisticRegression(C=1.0, tol=1e-8).fit(problem.features, problem.targets[:, label])
        np.testing.assert_allclose(fitted.weights[:, label], theirs.coef_[0], atol=1e-2)
        assert fitted.intercepts[label] == pytest.approx(theirs.intercept_[0], abs=1e-2)


def test_prior_stays_where_no_row_speaks(problem: Problem) -> None:
    """A weight that no row can change is the prior's."""
    prior = np.zeros((11, 2))
    prior[10] = [3.0, -2.0]
    wider = sparse.csr_matrix(np.hstack([problem.features.toarray(), np.zeros((200, 1))]))

    fitted = linear.fit(Problem(wider, problem.targets, problem.row_weights, prior, np.zeros((11, 1))))

    assert fitted.weights[10].tolist() == [3.0, -2.0]


def test_words_of_like_meaning_learn_together(problem: Problem) -> None:
    """A word that no row held gets a weight of the sign that its neighbour learnt."""
    vectors = np.zeros((11, 1))
    vectors[[0, 10]] = 1.0
    wider = sparse.csr_matrix(np.hstack([problem.features.toarray(), np.zeros((200, 1))]))

    fitted = linear.fit(Problem(wider, problem.targets, problem.row_weights, np.zeros((11, 2)), vectors))

    assert fitted.weights[10, 0] > 0.1


def test_rows_without_weight_do_not_count(problem: Problem) -> None:
    """A row that weighs nothing for a label might as well not be there."""
    weights = problem.row_weights.copy()
    weights[100:] = 0.0
    half = np.arange(200) < 100

    masked = linear.fit(Problem(problem.features, problem.targets, weights, problem.prior, problem.vectors), 500)

    np.testing.assert_allclose(masked.weights, linear.fit(problem.rows(half), 500).weights, atol=1e-2)


def test_calibration_finds_the_line() -> None:
    """Margins that are three times too sure and off by one come back as they should be."""
    random = np.random.default_rng(0)
    true = random.normal(scale=2.0, size=(20_000, 1))
    targets = (random.random((20_000, 1)) < 1 / (1 + np.exp(-true))).astype(float)

    slopes, shifts = linear.calibrate(3.0 * true + 1.0, targets, np.ones_like(targets))

    assert slopes[0] == pytest.approx(1 / 3, abs=0.02)
    assert shifts[0] == pytest.approx(-1 / 3, abs=0.05)


def test_lead_is_calibrated_on_both_margins() -> None:
    """A main label far ahead of the next is right more often, and the probability says how often."""
    random = np.random.default_rng(0)
    margins = random.normal(size=(4000, 3)) * 3
    first, second = np.sort(margins, axis=1)[:, ::-1][:, :2].T
    right = random.random(4000) < 1 / (1 + np.exp(-(0.5 * first - 0.5 * second + 0.2)))

    lead = linear.calibrate_lead(margins, right, np.ones(4000))

    assert lead == pytest.approx((0.5, -0.5, 0.2), abs=0.15)
    assert lead_probability(margins, lead).mean() == pytest.approx(right.mean(), abs=0.01)
