"""What the teacher said of the pool: probabilities in the order of its pairs, and a digest of these pairs.

The texts are made again from the corpora (`stance_pool`), so that the file holds numbers alone. It ships with the code,
as the vectors of words do: making it takes a fine-tuned encoder and half an hour, reading it a moment.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers import digests
from classifiers.errors import CorpusError
from classifiers.modelling.training.stance.pool import PoolPair
from classifiers.stance.sentence_model import LABELS

LABELS_FILE: Final = Path(__file__).with_name("stance_labels.npz")

_STEPS: Final = 255
"""Steps between zero and one to which a probability is rounded."""


def pool_digest(pool: Sequence[PoolPair]) -> str:
    """Return what tells one pool from another: the SHA-256 of its sentences, places, groups and styles, in order."""
    places = ((each, each.pair.mentions[0]) for each in pool)
    return digests.hexdigest(
        "".join(
            f"{each.style} {int(each.pair.group)} {place.start} {place.end} {each.pair.sentence}\0"
            for each, place in places
        )
    )


def save_labels(pool: Sequence[PoolPair], probabilities: NDArray[np.float32], path: Path) -> None:
    """Write the probabilities, of shape (pairs, 3), rounded."""
    rounded = np.round(probabilities[:, : len(LABELS) - 1] * _STEPS).astype(np.uint8)
    np.savez_compressed(path, probabilities=rounded, digest=np.array(pool_digest(pool)))


def load_labels(pool: Sequence[PoolPair], path: Path) -> NDArray[np.float32]:
    """Return the probabilities of each pair of the pool, of shape (pairs, 3).

    Raises
    ------
    CorpusError
        The file cannot be read, or belongs to another pool.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            first, made_for = stored["probabilities"].astype(np.float32) / _STEPS, str(stored["digest"])
    except (OSError, ValueError, KeyError) as error:
        raise CorpusError(
            f"the teacher's labels {str(path)!r} cannot be read ({error}): make them anew with "
            "'copytaster train --task stance-teacher'"
        ) from error
    if made_for != pool_digest(pool):
        raise CorpusError(
            f"the teacher's labels {str(path)!r} were made for other corpora: make them anew with "
            "'copytaster train --task stance-teacher'"
        )
    rest = np.maximum(1 - first.sum(axis=1, keepdims=True), 0)
    # Rounding may take two of them a step beyond one.
    found = np.hstack((first, rest))
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float32)
