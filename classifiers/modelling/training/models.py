"""Entry points of training: from corpora, or a user's own labelled articles, to a model file and its manifest."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from classifiers import model_files, resources
from classifiers.model_files import Manifest
from classifiers.modelling.progress import Progress, silent
from classifiers.modelling.training.guards import check_folder, single_thread
from classifiers.topic.taxonomy import Taxonomy

DEFAULT_SEED = 1
"""The seed of the shipped models."""


def train(
    task: Literal["topic", "stance", "lines"],
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
        Called at every step.

    Raises
    ------
    CorpusError
        A corpus is missing or cannot be used.
    """
    check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    trainer = _trainer(task)
    with single_thread():
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
        Called at every step.

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
    with single_thread():
        model = make_of_file(data, meaning, topics, options, progress)
    out_dir.mkdir(parents=True, exist_ok=True)
    return model_files.save(out_dir / "topic.skops", model.estimator, model.manifest)


def train_own_stance(  # noqa: PLR0913  # as above
    corpora_dir: Path | None,
    data: Path,
    out_dir: Path,
    *,
    label_map: Path | None = None,
    seed: int = DEFAULT_SEED,
    progress: Progress = silent,
) -> Manifest:
    """Make a stance model of a user's own pairs and the corpora, write it and its manifest, and return the manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora; None to correct the weights of the shipped model instead.
    data
        Labelled pairs of a sentence and a target: see `classifiers.modelling.corpora.labelled_files`.
    out_dir
        Where `stance.skops` and `stance.json` are written; made if it is not there.
    label_map
        The TOML file that says what columns and labels mean; without it they have our names.
    seed
        Decides every draw, as in `train`.
    progress
        Called at every step.

    Raises
    ------
    CorpusError
        A corpus, the data or the map cannot be used.
    """
    from classifiers.modelling.corpora.label_map import LabelMap  # noqa: PLC0415  # as above
    from classifiers.modelling.training.stance.own import (  # noqa: PLC0415  # imports scikit-learn
        make_of_file,
        make_of_shipped,
    )

    if corpora_dir is not None:
        check_folder(corpora_dir)
    meaning = LabelMap.load(label_map) if label_map else LabelMap()
    with single_thread():
        if corpora_dir is None:
            model = make_of_shipped(data, meaning, seed, progress)
        else:
            model = make_of_file(corpora_dir, data, meaning, seed, progress)
    out_dir.mkdir(parents=True, exist_ok=True)
    return model_files.save(out_dir / "stance.skops", model.estimator, model.manifest)


def _trainer(task: Literal["topic", "stance", "lines"]) -> Callable[[Path, Path, int, Progress], Manifest]:
    """Return what makes the model of a task, with all libraries that it needs loaded."""
    match task:
        case "topic":
            from classifiers.modelling.training.topic.recipe import train_topic  # noqa: PLC0415  # imports scikit-learn

            return train_topic
        case "stance":
            from classifiers.modelling.training.stance.recipe import train_stance  # noqa: PLC0415  # imports scikit-learn

            return train_stance
        case "lines":
            from classifiers.modelling.training.lines.recipe import train_lines  # noqa: PLC0415  # imports SciPy

            return train_lines
