"""Recipe of the stance model: from the corpora to one calibrated model in a file.

    rows -> the teacher's pool (`pool`) and its labels (`teacher_labels`)
         -> weights (`weights`) -> measured on the development rows -> file and manifest

The corpora disagree on what neutral is, so not every row of theirs is learnt from, and each source is measured alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from classifiers import model_files
from classifiers.model_files import Manifest
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import stances
from classifiers.modelling.evaluation.stances import StanceModel
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.stance.rows import LEARNT_FROM, read_rows, split_rows
from classifiers.modelling.training.stance.taught import read_taught
from classifiers.modelling.training.stance.weights import DEFAULT_OPTIONS, TrainingOptions, fit_weights
from classifiers.stance.sentence_model import KIND, LABELS, by_group

NAME: Final = "copytaster-stance-linear"
VERSION: Final = "4"
LANGUAGES: Final = ("en",)

UNLABELLED: Final = (sources.WIKINEWS, sources.WIKI_EVENTS, sources.WIKI_EVENTS_UNLABELLED)
"""Texts without stances, which the teacher labelled."""

NOTES: Final = (
    (
        "Companies have separate weights, trained on all rows; the weights of other targets are trained without the "
        "financial headlines."
    ),
    "Rows of the directed corpus about persons and organisations train only the weights for states.",
    "The network is distilled from a teacher, all-MiniLM-L6-v2 fine-tuned on the training rows, over 190,000 pairs.",
    "Quoted words and speakers are features of their own; in articles, quotations are found in the whole text.",
    "Valence of words: VADER lexicon (Hutto and Gilbert 2014), MIT licence.",
    "Word vectors: distilled from all-MiniLM-L6-v2, Apache 2.0, multiplied into the weights.",
)
"""What a reader of the manifest should know."""


def train_stance(
    corpora_dir: Path, out_dir: Path, seed: int, progress: Progress, options: TrainingOptions = DEFAULT_OPTIONS
) -> Manifest:
    """Make `stance.skops` and `stance.json` in `out_dir`, and return the manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where the model is written.
    seed
        Decides which rows are held out together.
    progress
        Called at every step.
    options
        Options; the shipped model is made with the defaults.

    Raises
    ------
    CorpusError
        A corpus is missing or cannot be used, or holds an evaluation sentence among its training rows.
    """
    rows = read_rows(corpora_dir, progress)
    training, held_out = split_rows(rows)
    taught = read_taught(corpora_dir, rows, held_out, progress)
    model, thresholds = fit_weights(training, taught, seed, options, progress)
    progress("measure", 0, 1)
    quality = stances.quality(StanceModel(model, by_group(thresholds)), held_out)
    manifest = _manifest(corpora_dir, training, seed, options, thresholds, quality)
    saved = model_files.save(out_dir / "stance.skops", model.state(), manifest)
    progress("measure", 1, 1)
    return saved


def _manifest(  # noqa: PLR0913, PLR0917  # everything that a manifest states
    corpora_dir: Path,
    training: Sequence[LabelledPair],
    seed: int,
    options: TrainingOptions,
    thresholds: dict[str, float],
    measured: dict[str, dict[str, float]],
) -> Manifest:
    return Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=tuple(label.value for label in LABELS),
        thresholds=thresholds,
        data_sets=tuple(
            sources.data_set(source, corpora_dir, sum(row.source == source.name for row in training))
            for source in LEARNT_FROM
        )
        + tuple(sources.data_set(source, corpora_dir, _rows_of(source, corpora_dir)) for source in UNLABELLED),
        libraries=model_files.library_versions(),
        options={"seed": seed, **_flat(options)},
        rules=None,
        quality=measured,
        languages=LANGUAGES,
        notes=NOTES,
    )


def _rows_of(source: sources.Source, corpora_dir: Path) -> int:
    """Return how many rows of a corpus without stances may be drawn into the pool."""
    rows = sources.read_json_lines(source.path(corpora_dir))
    return sum(row.get("split", sources.TRAIN) == sources.TRAIN for row in rows)


def _flat(options: TrainingOptions) -> dict[str, int | float]:
    """Return the options by name, those of the network with its name before theirs."""
    own = msgspec.structs.asdict(options)
    network = msgspec.structs.asdict(own.pop("network"))
    return own | {f"network_{name}": value for name, value in network.items()}
