"""Labelled rows of the stance corpora: which are learnt from, which are held out, and that no sentence is in both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import sources, stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import stance_benchmarks
from classifiers.modelling.progress import Progress

LEARNT_FROM: Final = (
    stance_pairs.NEWSMTSC_RW,
    stance_pairs.SENTFIN,
    stance_pairs.FINENTITY,
    stance_pairs.DIRECTED,
)


def read_rows(corpora_dir: Path, progress: Progress) -> list[LabelledPair]:
    """Return all rows of all corpora that are learnt from or measured on."""
    watch_list = stance_pairs.shipped_watch_list()
    rows: list[LabelledPair] = []
    for done, source in enumerate(stance_benchmarks.SOURCES):
        progress("read corpora", done, len(stance_benchmarks.SOURCES))
        rows.extend(stance_pairs.read_pairs(source, corpora_dir, watch_list))
    return rows


def split_rows(rows: Sequence[LabelledPair]) -> tuple[list[LabelledPair], list[LabelledPair]]:
    """Return the rows to learn from and the rows to measure on, with no sentence in both.

    Raises
    ------
    CorpusError
        A sentence is in both all the same.
    """
    held_out = [row for row in rows if row.split == sources.DEV]
    seen = {sources.fingerprint(row.pair.sentence) for row in held_out}
    training = [row for row in rows if _is_learnt_from(row) and sources.fingerprint(row.pair.sentence) not in seen]
    if not training or not held_out:
        raise CorpusError("the corpora hold no training rows or no development rows: name a folder that holds both")
    sources.assert_disjoint((row.pair.sentence for row in training), (row.pair.sentence for row in held_out))
    return training, held_out


def teaching_rows(rows: Sequence[LabelledPair], held_out: Sequence[LabelledPair]) -> list[LabelledPair]:
    """Return the rows that the teacher learns from: all training rows whose sentence is not held out."""
    seen = {sources.fingerprint(row.pair.sentence) for row in held_out}
    return [
        row
        for row in rows
        if row.split == sources.TRAIN
        and row.source != stance_pairs.NEWSMTSC_MT.name
        and sources.fingerprint(row.pair.sentence) not in seen
    ]


def _is_learnt_from(row: LabelledPair) -> bool:
    """Tell whether a row is a training row; both NewsMTSC files hold the same."""
    return row.split == sources.TRAIN and row.source != stance_pairs.NEWSMTSC_MT.name
