"""Benchmarks of stance models: the development rows of each corpus, and of the directed one its states as well."""

from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.sources import Source
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.stance.pairs import TargetGroup

SOURCES: Final = (
    stance_pairs.NEWSMTSC_RW,
    stance_pairs.SENTFIN,
    stance_pairs.FINENTITY,
    stance_pairs.DIRECTED,
    stance_pairs.NEWSMTSC_MT,
)
"""The corpora with development rows; both NewsMTSC files hold the same training rows."""

STATES: Final = "states"
"""Behind the name of a benchmark: its rows whose target is a state, by themselves."""


def name_of(source: Source) -> str:
    """Return the name of the benchmark of a corpus."""
    return f"{source.name}/dev"


def benchmarks(rows: Sequence[LabelledPair]) -> Iterator[tuple[str, list[LabelledPair]]]:
    """Yield name and rows of every benchmark that a manifest states.

    Of the directed corpus the states are one of their own: its other rows ask something else.
    """
    for source in SOURCES:
        selected = [row for row in rows if row.source == source.name]
        if source == stance_pairs.DIRECTED:
            states = [row for row in selected if row.pair.group is TargetGroup.STATE]
            yield f"{name_of(source)}/{STATES}", states
        yield name_of(source), selected
