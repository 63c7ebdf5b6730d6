"""What the teacher said is kept without the texts, and belongs to one pool alone."""

from pathlib import Path

import numpy as np
import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.training.stance.pool import NEWS, PoolPair
from classifiers.modelling.training.stance.teacher_labels import load_labels, save_labels
from classifiers.predictions import Span
from classifiers.stance.pairs import TargetSentence

POOL = [
    PoolPair(TargetSentence(f"Ann met Bob {number} times.", (Span(0, 3),)), NEWS, "Ann met Bob.") for number in range(3)
]
SAID = np.array([[1, 0, 0], [0.2, 0.5, 0.3], [0, 0.6, 0.4]], dtype=np.float32)


def test_labels_come_back_rounded(tmp_path: Path) -> None:
    """A file gives the probabilities to two digits, and each row sums to one."""
    path = tmp_path / "labels.npz"
    save_labels(POOL, SAID, path)
    found = load_labels(POOL, path)

    assert found == pytest.approx(SAID, abs=0.005)
    assert found.sum(axis=1) == pytest.approx(np.ones(3))


def test_labels_of_another_pool_are_refused(tmp_path: Path) -> None:
    """Another order of the same pairs is another pool."""
    path = tmp_path / "labels.npz"
    save_labels(POOL, SAID, path)

    with pytest.raises(CorpusError, match="stance-teacher"):
        load_labels(POOL[::-1], path)


def test_broken_labels_are_named(tmp_path: Path) -> None:
    """A file that holds something else gives a sentence that says what to do."""
    path = tmp_path / "labels.npz"
    path.write_bytes(b"no archive")

    with pytest.raises(CorpusError, match=r"labels\.npz"):
        load_labels(POOL, path)
