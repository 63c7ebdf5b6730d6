"""View model of a report: every figure as the text that is shown, the same for page, card and terminal.

Templates and tables place these texts and compute nothing.
"""

import msgspec

from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.report.figures import figure
from classifiers.modelling.evaluation.reports import (
    BenchmarkReport,
    Identity,
    LabelScores,
    Origin,
    Report,
    Scores,
    WrongAnswer,
)


class Cell(msgspec.Struct, frozen=True):
    """A measure and its interval, which is empty where the measure is not defined."""

    value: str
    interval: str

    @classmethod
    def from_estimate(cls, estimate: Estimate | None) -> "Cell":
        """Return the cell of an estimate."""
        return cls(figure(estimate.value if estimate else None), figures.interval(estimate))

    def __str__(self) -> str:
        """Return both in one line.

        >>> str(Cell.from_estimate(Estimate(0.8, 0.49, 0.943))), str(Cell.from_estimate(None))
        ('0.800 (0.490–0.943)', '–')
        """
        return f"{self.value} ({self.interval})" if self.interval else self.value

    @property
    def narrow_interval(self) -> str:
        """The interval for narrow columns.

        >>> Cell("0.800", "0.490–1.000").narrow_interval
        '.490–1'
        """
        return self.interval.replace("0.", ".").replace("1.000", "1")


class ModelView(msgspec.Struct, frozen=True):
    """The scores of one model; `flips` is None where there are no stances."""

    name: str
    is_measured: bool
    accuracy: Cell
    macro_f1: Cell
    calibration_error: str
    chance_error: str
    coverage: Cell
    answered: Cell
    most_confident_half: str
    flips: Cell | None


class LabelView(msgspec.Struct, frozen=True):
    """The scores of one label; `is_counted` states whether it has the rows to count in macro-F1."""

    id: str
    name: str
    is_counted: bool
    precision: Cell
    recall: Cell
    f1: Cell
    rows: str


class WrongView(msgspec.Struct, frozen=True):
    """A wrong answer; `place` is the id of its row, or its line, and `tagged` whether the tagger gives this answer."""

    place: str
    expected: str
    answered: str
    probability: str
    tagged: str


class BenchmarkView(msgspec.Struct, frozen=True):
    """One set of rows: the model first among `models`, then the baselines."""

    name: str
    is_unseen: bool
    about: str
    rows: str
    left_out: str
    notes: tuple[str, ...]
    verdict: str
    models: tuple[ModelView, ...]
    labels: tuple[LabelView, ...]
    wrong: tuple[WrongView, ...]
    wrong_listed: str

    @property
    def model(self) -> ModelView:
        """The model that was measured."""
        return self.models[0]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Rows that were left out, and the notes."""
        return (self.left_out, *self.notes) if self.left_out else self.notes

    @property
    def has_uncounted_labels(self) -> bool:
        """Whether a label has too few rows to count in macro-F1."""
        return not all(each.is_counted for each in self.labels)

    @property
    def has_flips(self) -> bool:
        """Whether the rows are stances."""
        return self.model.flips is not None

    def baseline(self, name: str) -> ModelView:
        """Return the baseline of a name that people read."""
        return next(each for each in self.models if each.name == name)


class OriginView(msgspec.Struct, frozen=True):
    """When, how and with which version of the program a report was made."""

    made_at: str
    command: str
    version: str


class ReportView(msgspec.Struct, frozen=True):
    """A report; `baselines` are the names that people read with what each baseline is."""

    task: str
    model: Identity
    previous: Identity | None
    min_support: int
    benchmarks: tuple[BenchmarkView, ...]
    baselines: tuple[tuple[str, str], ...]
    origin: OriginView | None

    @property
    def has_flips(self) -> bool:
        """Whether stances were measured."""
        return any(each.has_flips for each in self.benchmarks)


def view_of(report: Report) -> ReportView:
    """Return the view model of a report."""
    used = {name for each in report.benchmarks for name in each.baselines}
    return ReportView(
        report.task,
        report.model,
        report.previous,
        report.min_support,
        tuple(map(_benchmark, report.benchmarks)),
        tuple((title, figures.ABOUT[name]) for name, title in figures.BASELINES.items() if name in used),
        _origin(report.origin) if report.origin else None,
    )


def _benchmark(benchmark: BenchmarkReport) -> BenchmarkView:
    return BenchmarkView(
        name=benchmark.name,
        is_unseen=benchmark.learnt_from is False,
        about=figures.about(benchmark),
        rows=f"{benchmark.rows:,}",
        left_out=figures.left_out(benchmark),
        notes=benchmark.notes,
        verdict=figures.verdict(benchmark),
        models=tuple(_model(name, scores) for name, scores in figures.contestants(benchmark)),
        labels=tuple(map(_label, benchmark.labels)),
        wrong=tuple(map(_wrong, benchmark.wrong)),
        wrong_listed=figures.wrong_listed(benchmark),
    )


def _model(name: str, scores: Scores) -> ModelView:
    return ModelView(
        name=name,
        is_measured=name == figures.MODEL,
        accuracy=Cell.from_estimate(scores.accuracy),
        macro_f1=Cell.from_estimate(scores.macro_f1),
        calibration_error=figure(scores.calibration_error),
        chance_error=figure(scores.chance_error),
        coverage=Cell.from_estimate(scores.coverage),
        answered=Cell.from_estimate(scores.answered),
        most_confident_half=figure(scores.most_confident_half),
        flips=Cell.from_estimate(scores.flips) if scores.flips else None,
    )


def _label(label: LabelScores) -> LabelView:
    return LabelView(
        id=label.label,
        name=label.name,
        is_counted=label.counted,
        precision=Cell.from_estimate(label.precision),
        recall=Cell.from_estimate(label.recall),
        f1=Cell.from_estimate(label.f1),
        rows=f"{label.support:,}",
    )


def _wrong(answer: WrongAnswer) -> WrongView:
    return WrongView(
        place=answer.id or f"line {answer.line}",
        expected=", ".join(answer.expected),
        answered=answer.answered,
        probability=figure(answer.probability),
        tagged="no" if answer.abstained else "yes",
    )


def _origin(origin: Origin) -> OriginView:
    return OriginView(f"{origin.made_at:%Y-%m-%d %H:%M} UTC", origin.command, origin.version)
