"""What an evaluation found: figures alone, as JSON for machines, and the source of tables, pages, pictures and cards.

A report holds no text of the data, so that it can be given to anyone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from classifiers.errors import CorpusError
from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.measures import ReliabilityBin

OTHER: Final = "other"
"""The answer that is no class of the data: a topic that the source does not tell apart, for example."""

TOGETHER: Final = " + "
"""What stands between labels of the data that mean the same, and so are one."""

MIN_ROWS: Final = 30
"""Rows below which no model is called worse than another: draws from so few rows differ too little from each other for
the bootstrap to know how far chance goes."""

MAJORITY: Final = "majority"
KEYWORDS: Final = "keywords"
LEXICON: Final = "lexicon"
PREVIOUS: Final = "previous"


class Identity(msgspec.Struct, frozen=True):
    """Which model it was."""

    name: str
    version: str
    digest: str


class Scores(msgspec.Struct, frozen=True):
    """How good one model is on one benchmark.

    Parameters
    ----------
    accuracy, macro_f1, flips, most_confident_half
        Of forced choice: the likeliest label counts, whatever its probability. Flips are rows where favor was taken for
        against or the reverse, None where there are no stances. `most_confident_half` is the accuracy on that half of
        the rows in which the probability of the answer is highest.
    calibration_error, chance_error
        Expected calibration error of forced choice; and what a perfectly calibrated model with the same probabilities
        would show on so few rows.
    coverage, answered
        Share of the rows that the thresholds let the model answer, and accuracy on these; None where there are none.
    """

    accuracy: Estimate
    macro_f1: Estimate | None
    calibration_error: float
    chance_error: float
    coverage: Estimate
    answered: Estimate | None
    most_confident_half: float
    flips: Estimate | None = None


class LabelScores(msgspec.Struct, frozen=True):
    """Quality of one label in forced choice; `counted` tells whether it has the rows to count in the macro average."""

    label: str
    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    support: int
    counted: bool


class CurvePoint(msgspec.Struct, frozen=True):
    """If the model answered only where it is at least so sure: the share of rows, and how many of these are right."""

    probability: float
    coverage: float
    accuracy: float


class BenchmarkReport(msgspec.Struct, frozen=True):
    """What was found on one set of rows.

    Parameters
    ----------
    name
        Of the set.
    digest
        Of the file that the rows are from.
    learnt_from
        Whether the model learnt from other rows of the same source; None where that is not known.
    rows
        How many.
    left_out
        Rows that were not measured, by the reason.
    notes
        What a reader of the figures should know.
    labels
        Quality by label.
    confusion
        Rows by true label, in the order of `labels`, and by answer, in the same order with `OTHER` last.
    reliability, curve
        The reliability curve, and accuracy by coverage.
    model, baselines
        Scores of the model that was measured, and of others beside it.
    deciding
        The measure that decides which of two models is the better one: `accuracy` for topics, `macro_f1` for stances,
        most of which are neutral.
    gains
        By how much the model is above each baseline in that measure, rows being drawn for both at once.
    """

    name: str
    digest: str
    learnt_from: bool | None
    rows: int
    left_out: Mapping[str, int]
    notes: tuple[str, ...]
    labels: tuple[LabelScores, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[ReliabilityBin, ...]
    curve: tuple[CurvePoint, ...]
    model: Scores
    baselines: Mapping[str, Scores]
    deciding: str
    gains: Mapping[str, Estimate]

    @property
    def beaten_by(self) -> tuple[str, ...]:
        """The baselines that are better than the model beyond what chance explains; none on too few rows to tell."""
        return tuple(name for name, gain in self.gains.items() if gain.upper < 0 and self.rows >= MIN_ROWS)


class Report(msgspec.Struct, frozen=True):
    """Everything that one evaluation found."""

    task: str
    model: Identity
    previous: Identity | None
    min_support: int
    benchmarks: tuple[BenchmarkReport, ...]


def encode(report: Report) -> bytes:
    """Return a report as JSON, with figures rounded to six digits."""
    return msgspec.json.format(msgspec.json.encode(_rounded(msgspec.to_builtins(report))), indent=1) + b"\n"


def read(path: Path) -> Report:
    """Return the report of a file.

    Raises
    ------
    CorpusError
        The file cannot be read or is no report.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.DecodeError) as error:
        raise CorpusError(
            f"evaluation report {str(path)!r} cannot be read ({error}): evaluate the model anew"
        ) from error


_DIGITS: Final = 6


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, _DIGITS)
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case list() | tuple():
            return [_rounded(each) for each in value]
        case _:
            return value
