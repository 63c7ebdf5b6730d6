"""The teacher's pool with the labels that the teacher gave it: the second thing that the stance model learns from."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.pool import POOL_SEED, PoolPair, build_pool
from classifiers.modelling.training.stance.rows import teaching_rows
from classifiers.modelling.training.stance.teacher_labels import LABELS_FILE, load_labels


class TaughtPairs(msgspec.Struct, frozen=True):
    """The pairs of the pool, and the teacher's probabilities of each, of shape (pairs, 3)."""

    pairs: Sequence[PoolPair]
    probabilities: NDArray[np.float32]


def pool_of(corpora_dir: Path, rows: Sequence[LabelledPair], held_out: Sequence[LabelledPair]) -> list[PoolPair]:
    """Return the pairs that the teacher labels: all training rows of the corpora count, whether learnt from or not."""
    return build_pool(corpora_dir, rows, [row.pair.sentence for row in held_out], POOL_SEED)


def read_taught(
    corpora_dir: Path, rows: Sequence[LabelledPair], held_out: Sequence[LabelledPair], progress: Progress
) -> TaughtPairs:
    """Return the pool with what the teacher said of it: from a file in the folder of the corpora, or the shipped one.

    Raises
    ------
    CorpusError
        A corpus is missing, or the teacher's labels belong to other corpora.
    """
    progress("read pool", 0, 1)
    pairs = pool_of(corpora_dir, teaching_rows(rows, held_out), held_out)
    own = corpora_dir / LABELS_FILE.name
    probabilities = load_labels(pairs, own if own.is_file() else LABELS_FILE)
    progress("read pool", 1, 1)
    return TaughtPairs(pairs, probabilities)
