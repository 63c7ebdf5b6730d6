"""From margins to probabilities: softmax and the logistic function."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = TypeVar("Floats", NDArray[np.float32], NDArray[np.float64])


def softmax(margins: Floats) -> Floats:
    """Return the softmax of each row, in the precision of the margins.

    >>> softmax(np.array([[0.0, 0.0, 0.0]])).round(2)
    array([[0.33, 0.33, 0.33]])
    """
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=margins.dtype)


def logistic(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function of each margin.

    >>> logistic(np.array([0.0, 2.0])).round(2)
    array([0.5 , 0.88])
    """
    return np.asarray(1.0 / (1.0 + np.exp(-margins)))
