"""What the teacher says of the pool, made anew: the one step of training a stance model that wants PyTorch.

    labelled rows -> teacher (`stance_teacher`) -> its probabilities of the pool (`stance_pool`) -> `stance_labels.npz`

One core takes about 25 minutes to fine-tune and 10 to label.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.pool import POOL_SEED, PoolPair
from classifiers.modelling.training.stance.rows import read_rows, split_rows, teaching_rows
from classifiers.modelling.training.stance.taught import pool_of
from classifiers.modelling.training.stance.teacher import DEFAULT_OPTIONS, Teacher, TeacherOptions, epochs_of
from classifiers.modelling.training.stance.teacher_labels import LABELS_FILE, save_labels
from classifiers.modelling.training.vectors.distillation import encoder_folder

CHUNK: Final = 15_000
"""Pairs labelled at a time, which are sorted by length together."""


def write_labels(
    corpora_dir: Path,
    out_dir: Path,
    encoder_dir: Path | None,
    progress: Progress,
    options: TeacherOptions = DEFAULT_OPTIONS,
) -> Path:
    """Write `stance_labels.npz` and return its path.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where the file is written.
    encoder_dir
        Holds the files of all-MiniLM-L6-v2; by default the folder of the installed package.
    progress
        Told of every step.
    options
        What can be chosen in fine-tuning; what ships was made with the defaults.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    rows = read_rows(corpora_dir, progress)
    _, held_out = split_rows(rows)
    learnt = teaching_rows(rows, held_out)
    pool = pool_of(corpora_dir, learnt, held_out)
    teacher = Teacher(encoder_folder(encoder_dir), POOL_SEED)
    teacher.fine_tune(epochs_of(learnt, options.epochs, POOL_SEED), options, progress)
    path = out_dir / LABELS_FILE.name
    save_labels(pool, _labels(teacher, pool, progress), path)
    return path


def _labels(teacher: Teacher, pool: Sequence[PoolPair], progress: Progress) -> NDArray[np.float32]:
    chunks = [pool[start : start + CHUNK] for start in range(0, len(pool), CHUNK)]
    found = []
    for done, chunk in enumerate(chunks):
        progress("label", done, len(chunks))
        found.append(teacher.predict_proba([each.pair for each in chunk], [each.style for each in chunk]))
    progress("label", len(chunks), len(chunks))
    return np.concatenate(found)
