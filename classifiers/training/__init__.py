"""From corpora to model files: `train` is the entry, for the command line and for programs.

`distil` and `teach` make anew what ships with the code and `train` starts from: the vectors of words, and what a
teacher says of sentences.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from classifiers.errors import CorpusError
from classifiers.model_files import Manifest

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how many parts of it are done, and how many there are."""

DEFAULT_SEED = 1
"""The seed of the shipped models."""


def _silent(_step: str, _done: int, _parts: int) -> None:
    """Tell nobody."""


def train(
    task: Literal["topic", "stance"],
    corpora_dir: Path,
    out_dir: Path,
    seed: int = DEFAULT_SEED,
    progress: Progress = _silent,
) -> Manifest:
    """Make a model from the corpora, write it and its manifest to `out_dir`, and return the manifest.

    Parameters
    ----------
    task
        Which model.
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where `<task>.skops` and `<task>.json` are written; made if it is not there.
    seed
        Decides every draw: the same seed, corpora and libraries give the same file on one machine.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus is missing or cannot be used.
    """
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415  # wanted in training alone
        threadpool_limits,
    )

    _check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    trainer = _trainer(task)
    # More threads would add up numbers in another order, and the file would not be the same twice. The limit holds for
    # libraries that are loaded by now, so the trainer, which loads them, comes first.
    with threadpool_limits(limits=1):
        return trainer(corpora_dir, out_dir, seed, progress)


def _trainer(task: Literal["topic", "stance"]) -> Callable[[Path, Path, int, Progress], Manifest]:
    """Return what makes the model of a task, with all libraries that it needs loaded."""
    match task:
        case "topic":
            from classifiers.training.topic import train_topic  # noqa: PLC0415  # imports scikit-learn

            return train_topic
        case "stance":
            from classifiers.training.stance import train_stance  # noqa: PLC0415  # imports scikit-learn

            return train_stance


def distil(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = _silent) -> Path:
    """Write the word vectors anew from corpora and a sentence encoder, and return the path of their file.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where `word_vectors.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    from classifiers.training.distillation import distil_vectors  # noqa: PLC0415  # imports SciPy

    _check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    return distil_vectors(corpora_dir, out_dir, encoder_dir, progress)


def teach(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = _silent) -> Path:
    """Write anew what the teacher of the stance model says, and return the path of its file.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where `stance_labels.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    _check_folder(corpora_dir)
    try:
        import torch  # noqa: PLC0415  # wanted by the teacher alone

        from classifiers.training import stance_teaching  # noqa: PLC0415  # imports PyTorch
    except ImportError as error:
        raise CorpusError(
            f"the teacher needs a package that is not installed ({error.name}): pip install 'copytaster[train]'"
        ) from error
    out_dir.mkdir(parents=True, exist_ok=True)
    # More threads would add up numbers in another order.
    torch.set_num_threads(1)
    return stance_teaching.teach(corpora_dir, out_dir, encoder_dir, progress)


def _check_folder(corpora_dir: Path) -> None:
    if not corpora_dir.is_dir():
        raise CorpusError(f"{str(corpora_dir)!r} is no folder: name the folder that holds the corpora")
