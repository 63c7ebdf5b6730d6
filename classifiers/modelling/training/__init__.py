"""From corpora to model files: `train` is the entry, for the command line and for programs.

`train_own_topic` and `train_own_stance` make models of a user's own labelled articles. `distil`, `distil_words` and
`teach` make anew what ships with the code and `train` starts from: the vectors of words, what words say of topics, and
what a teacher says of sentences.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from classifiers import model_files, resources
from classifiers.errors import CorpusError
from classifiers.model_files import Manifest
from classifiers.modelling.progress import Progress, silent
from classifiers.topic.taxonomy import Taxonomy

DEFAULT_SEED = 1
"""The seed of the shipped models."""


def train(
    task: Literal["topic", "stance"],
    corpora_dir: Path,
    out_dir: Path,
    seed: int = DEFAULT_SEED,
    progress: Progress = silent,
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
    _check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    trainer = _trainer(task)
    with _one_thread():
        return trainer(corpora_dir, out_dir, seed, progress)


def train_own_topic(  # noqa: PLR0913  # two files that say what the data means, three choices, all by name
    data: Path,
    out_dir: Path,
    *,
    label_map: Path | None = None,
    taxonomy: Path | None = None,
    seed: int = DEFAULT_SEED,
    target_precision: float | None = None,
    leave_out_rare: bool = False,
    progress: Progress = silent,
) -> Manifest:
    """Make a topic model of a user's own labelled articles, write it and its manifest, and return the manifest.

    Parameters
    ----------
    data
        Labelled articles, JSON lines or CSV; see `classifiers.modelling.corpora.labelled_files`.
    out_dir
        Where `topic.skops` and `topic.json` are written; made if it is not there.
    label_map
        The TOML file that says what columns and labels mean; without it they have our names.
    taxonomy
        The topics that the labels stand for; by default the shipped one.
    seed
        Decides every draw: the same seed, data and libraries give the same file on one machine.
    target_precision
        Share of the answers that is to be right, in (0, 1), from which the thresholds follow; by default 0.8.
    leave_out_rare
        Whether labels with too few articles are left out, rather than refused.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        The data or the map cannot be used.
    TaxonomyError
        The taxonomy cannot be used.
    """
    from classifiers.modelling.corpora.label_map import LabelMap  # noqa: PLC0415  # only where own data is read
    from classifiers.modelling.training.topic.own import OwnTopicOptions, make_of_file  # noqa: PLC0415  # imports SciPy

    meaning = LabelMap.load(label_map) if label_map else LabelMap()
    topics = Taxonomy.load(taxonomy or resources.seed("taxonomy.json"))
    options = OwnTopicOptions(seed=seed, leave_out_rare=leave_out_rare)
    if target_precision is not None:
        options = msgspec.structs.replace(options, target_precision=target_precision)
    with _one_thread():
        model = make_of_file(data, meaning, topics, options, progress)
    out_dir.mkdir(parents=True, exist_ok=True)
    return model_files.save(out_dir / "topic.skops", model.estimator, model.manifest)


def train_own_stance(  # noqa: PLR0913  # as above
    corpora_dir: Path,
    data: Path,
    out_dir: Path,
    *,
    label_map: Path | None = None,
    seed: int = DEFAULT_SEED,
    progress: Progress = silent,
) -> Manifest:
    """Make a stance model of the corpora and a user's own pairs, write it and its manifest, and return the manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    data
        Labelled pairs of a sentence and a target: see `classifiers.modelling.corpora.labelled_files`.
    out_dir
        Where `stance.skops` and `stance.json` are written; made if it is not there.
    label_map
        The TOML file that says what columns and labels mean; without it they have our names.
    seed
        Decides every draw, as in `train`.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus, the data or the map cannot be used.
    """
    from classifiers.modelling.corpora.label_map import LabelMap  # noqa: PLC0415  # as above
    from classifiers.modelling.training.stance.own import make_of_file  # noqa: PLC0415  # imports scikit-learn

    _check_folder(corpora_dir)
    meaning = LabelMap.load(label_map) if label_map else LabelMap()
    with _one_thread():
        model = make_of_file(corpora_dir, data, meaning, seed, progress)
    out_dir.mkdir(parents=True, exist_ok=True)
    return model_files.save(out_dir / "stance.skops", model.estimator, model.manifest)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Make the libraries that are loaded by now compute in one thread.

    More would add up numbers in another order, and the file would not be the same twice.
    """
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415  # wanted in training alone
        threadpool_limits,
    )

    with threadpool_limits(limits=1):
        yield


def _trainer(task: Literal["topic", "stance"]) -> Callable[[Path, Path, int, Progress], Manifest]:
    """Return what makes the model of a task, with all libraries that it needs loaded."""
    match task:
        case "topic":
            from classifiers.modelling.training.topic.recipe import train_topic  # noqa: PLC0415  # imports scikit-learn

            return train_topic
        case "stance":
            from classifiers.modelling.training.stance.recipe import train_stance  # noqa: PLC0415  # imports scikit-learn

            return train_stance


def distil(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent) -> Path:
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
    from classifiers.modelling.training.vectors.distillation import distil_vectors  # noqa: PLC0415  # imports SciPy

    _check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    return distil_vectors(corpora_dir, out_dir, encoder_dir, progress)


def distil_words(glove: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent) -> Path:
    """Write anew what words say of topics, and return the path of its file.

    Parameters
    ----------
    glove
        GloVe's `glove.6B.100d.txt`.
    out_dir
        Where `topic_words.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        The vectors or the encoder are missing, or something else.
    """
    from classifiers.modelling.training.topic.words_distillation import distil_topic_words  # noqa: PLC0415  # imports SciPy

    out_dir.mkdir(parents=True, exist_ok=True)
    with _one_thread():
        return distil_topic_words(glove, out_dir, encoder_dir, progress)


def teach(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent) -> Path:
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

        from classifiers.modelling.training.stance import teaching as stance_teaching  # noqa: PLC0415  # imports PyTorch
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
