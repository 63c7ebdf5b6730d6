"""Evaluation report: figures, as JSON, and the source of tables, pages, pictures and cards.

A report holds no text of the data, so that it can be published: of wrong answers only the ids and lines of their rows.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from classifiers.errors import CorpusError
from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.measures import ReliabilityBin

OTHER: Final = "other"
"""The answer that is no class of the data: a topic that the source does not distinguish, for example."""

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
    """Quality of one label in forced choice; `counted` states whether it has the rows to count in the macro average."""

    label: str
    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    support: int
    counted: bool


class CurvePoint(msgspec.Struct, frozen=True):
    """Coverage and accuracy if the model answered only from a probability on."""

    probability: float
    coverage: float
    accuracy: float


class RowPlace(msgspec.Struct, frozen=True):
    """Where a row stands in its file, and the id that the file gives it; None where it gives none."""

    line: int
    id: str | None


class WrongAnswer(msgspec.Struct, frozen=True):
    """A row whose likeliest label is not true.

    Parameters
    ----------
    id, line
        As in `RowPlace`.
    expected
        The true labels, main one first.
    answered
        The likeliest label, or `OTHER`.
    probability
        Of the likeliest label; None where the target of a stance was not found.
    abstained
        Whether the thresholds withhold this answer.
    """

    id: str | None
    line: int
    expected: tuple[str, ...]
    answered: str
    probability: float | None
    abstained: bool


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
    wrong
        The rows of a user's file that are answered wrongly, the most confident answer first; rows of corpora are not
        listed.
    wrong_not_listed
        Wrong answers that were cut from the end of that list.
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
    wrong: tuple[WrongAnswer, ...] = ()
    wrong_not_listed: int = 0

    def with_wrong_at_most(self, maximum: int) -> "BenchmarkReport":
        """Return the report with the first so many wrong answers alone."""
        cut = max(0, len(self.wrong) - maximum)
        return msgspec.structs.replace(self, wrong=self.wrong[:maximum], wrong_not_listed=self.wrong_not_listed + cut)

    @property
    def beaten_by(self) -> tuple[str, ...]:
        """The baselines that are better than the model beyond chance; none on fewer rows than `MIN_ROWS`."""
        return tuple(name for name, gain in self.gains.items() if gain.upper < 0 and self.rows >= MIN_ROWS)


class Origin(msgspec.Struct, frozen=True):
    """When and how a report was made: aware UTC time, command line, version of the program."""

    made_at: datetime
    command: str
    version: str


class Report(msgspec.Struct, frozen=True):
    """Everything that one evaluation found; `origin` is None where no command was run."""

    task: str
    model: Identity
    previous: Identity | None
    min_support: int
    benchmarks: tuple[BenchmarkReport, ...]
    origin: Origin | None = None


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
            f"evaluation report {str(path)!r} cannot be read ({error}): evaluate the model again"
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
