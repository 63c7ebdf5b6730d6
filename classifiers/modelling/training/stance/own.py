"""A stance model that has also learnt from a user's own pairs of a sentence and a target.

    corpora and the user's pairs -> weights (`weights`) -> measured on the held-out rows of each -> manifest
    shipped model and the user's pairs -> corrected weights (`adaptation`) -> measured on the user's held-out rows

What favor and against sound like takes thousands of sentences: the pairs are added to those of the public corpora or,
where these are not there, to the weights that the shipped model learnt from them. Unless the file has a column
`split`, every fifth of its sentences is held out and measured on.
"""

from pathlib import Path
from typing import Final

import msgspec

from classifiers import digests, model_files, resources
from classifiers.errors import CorpusError
from classifiers.model_files import DataSet, LoadedModel, Manifest
from classifiers.modelling.corpora import sources, stance_pairs
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import LabelledTarget, read_stances
from classifiers.modelling.corpora.stance_pairs import LabelledPair, TargetGroups
from classifiers.modelling.evaluation import stances
from classifiers.modelling.evaluation.stances import StanceModel
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.adaptation import adapt
from classifiers.modelling.training.stance.recipe import LANGUAGES, NOTES
from classifiers.modelling.training.stance.rows import LEARNT_FROM, read_rows, split_rows
from classifiers.modelling.training.stance.taught import read_taught
from classifiers.modelling.training.stance.weights import DEFAULT_OPTIONS, TrainingOptions, fit_weights
from classifiers.stance.pairs import TargetSentence
from classifiers.stance.sentence_model import KIND, LABELS, LinearSentenceModel, answer_thresholds, by_group

NAME: Final = "own-stance-linear"
VERSION: Final = "1"
LICENCE: Final = "your own"
SOURCE: Final = "own"
HELD_OUT: Final = "own/held-out"
"""What the quality on the user's own held-out rows is named by."""
HELD_OUT_BEFORE: Final = "own/held-out/shipped"
"""What the quality of the shipped model on the same rows is named by."""

_ONE_OF: Final = 5
"""One sentence of so many is held out, where the file does not say which."""


def make_of_file(  # noqa: PLR0913, PLR0917  # what a user names on the command line
    corpora_dir: Path,
    data: Path,
    label_map: LabelMap,
    seed: int,
    progress: Progress,
    options: TrainingOptions = DEFAULT_OPTIONS,
) -> LoadedModel:
    """Return the model of the corpora and a file of labelled pairs, measured, before it is written.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    data
        Labelled sentences; see `labelled_files.read_stances`.
    label_map
        What columns and labels of the file mean.
    seed
        Decides which rows are held out together.
    progress
        Called at every step.
    options
        Options of training.

    Raises
    ------
    CorpusError
        A corpus or the file cannot be used.
    """
    public = read_rows(corpora_dir, progress)
    # What the teacher labelled belongs to the public corpora alone.
    taught = read_taught(corpora_dir, public, split_rows(public)[1], progress)
    training, held_out = split_rows([*public, *own_pairs(data, label_map)])
    model, thresholds = fit_weights(training, taught, seed, options, progress)
    progress("measure", 0, 1)
    own_held_out = [row for row in held_out if row.source == SOURCE]
    measured = StanceModel(model, by_group(thresholds))
    quality = {HELD_OUT: stances.measure(measured, own_held_out).stated()} | stances.quality(measured, held_out)
    progress("measure", 1, 1)
    learnt = sum(row.source == SOURCE for row in training)
    digest = digests.digest(data.read_bytes())
    manifest = Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=tuple(label.value for label in LABELS),
        thresholds=thresholds,
        data_sets=(
            DataSet(data.name, "your own labelled sentences", LICENCE, learnt, digest),
            *(
                sources.data_set(source, corpora_dir, sum(row.source == source.name for row in training))
                for source in LEARNT_FROM
            ),
        ),
        libraries=model_files.library_versions(),
        options={"seed": seed, **msgspec.structs.asdict(options)},
        rules=None,
        quality=quality,
        languages=LANGUAGES,
        notes=NOTES,
    )
    return LoadedModel(model.state(), manifest)


def make_of_shipped(data: Path, label_map: LabelMap, seed: int, progress: Progress) -> LoadedModel:
    """Return the shipped model, corrected by a file of labelled pairs and measured, before it is written.

    Parameters
    ----------
    data, label_map
        As in `make_of_file`.
    seed
        Decides the folds by which the strength of the correction is chosen.
    progress
        Called at every step.

    Raises
    ------
    CorpusError
        The file cannot be used, or has too few pairs.
    """
    shipped = model_files.load(resources.model(f"{KIND}.skops"), kind=KIND)
    before, thresholds = LinearSentenceModel.from_loaded(shipped), answer_thresholds(shipped.manifest)
    training, held_out = split_rows(own_pairs(data, label_map))
    found = adapt(before, training, seed, progress)
    about = shipped.manifest
    own_rows = DataSet(
        data.name, "your own labelled sentences", LICENCE, len(training), digests.digest(data.read_bytes())
    )
    manifest = msgspec.structs.replace(
        about,
        name=NAME,
        version=VERSION,
        digest="",
        data_sets=(own_rows, *about.data_sets),
        libraries=model_files.library_versions(),
        options={"seed": seed, **{f"inverse_penalty_{part}": each for part, each in found.strengths.items()}},
        quality={
            HELD_OUT: stances.measure(StanceModel(found.model, thresholds), held_out).stated(),
            HELD_OUT_BEFORE: stances.measure(StanceModel(before, thresholds), held_out).stated(),
        },
        notes=(f"adapted from {about.name} {about.version}, {about.digest}, whose thresholds it has", *about.notes),
    )
    return LoadedModel(found.model.state(), manifest)


def own_pairs(data: Path, label_map: LabelMap) -> list[LabelledPair]:
    """Return the pairs of a user's file, each for training or held out.

    Raises
    ------
    CorpusError
        The file cannot be read, holds whole articles, or has no rows for one of the two.
    """
    rows = read_stances(data, label_map).rows
    if any(row.span is None for row in rows):
        raise CorpusError(
            f"{str(data)!r} holds whole articles, from which stance is measured and not learnt: give one sentence a "
            "row, in a column 'sentence'"
        )
    group_of = TargetGroups(stance_pairs.shipped_watch_list())
    pairs = [
        LabelledPair(TargetSentence(row.text, (row.span,), group_of(row.target)), row.label, _split(row), SOURCE)
        for row in rows
        if row.span is not None
    ]
    if {pair.split for pair in pairs} != {sources.TRAIN, sources.DEV}:
        raise CorpusError(
            f"{str(data)!r} has no rows to learn from or none to measure on: label more sentences, or name both "
            f"{sources.TRAIN!r} and {sources.DEV!r} in its column for the split"
        )
    return pairs


def _split(row: LabelledTarget) -> str:
    """Return the split that the file names, else one by the sentence, so that all its targets stand together."""
    if row.split:
        return sources.TRAIN if row.split == sources.TRAIN else sources.DEV
    return sources.DEV if int(sources.fingerprint(row.text), 16) % _ONE_OF == 0 else sources.TRAIN
