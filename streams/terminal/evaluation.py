"""Terminal view of an evaluation report: a table of the compared models, and one of the labels."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.reports import BenchmarkReport, LabelScores, Report, Scores
from streams.terminal.plain_text import safe_text
from streams.terminal.tables import create_table

NAME_CELLS = 34

LEGEND = (
    "Accuracy, macro-F1, ECE and the labels are forced choice: the likeliest label counts. ECE is the calibration "
    "error over 15 bins, and behind it what chance alone would show. Answered is the share of rows that the thresholds "
    "let through, right the accuracy on these; top ½ is that on the most confident half of the rows. Behind a "
    "measure stands its interval of 95 %."
)


class EvaluationView:
    """A report, laid out for a terminal.

    Parameters
    ----------
    report
        The report.
    """

    def __init__(self, report: Report) -> None:
        self._report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        model = self._report.model
        yield Text.assemble((model.name, "bold"), f" {model.version}  ", (model.digest[:19], "dim"))
        if previous := self._report.previous:
            yield safe_text(f"beside {previous.name} {previous.version}  {previous.digest[:19]}", "dim")
        for benchmark in self._report.benchmarks:
            yield from _benchmark(benchmark, self._report.min_support)
        yield Text()
        yield Text(LEGEND, style="dim")


def _benchmark(benchmark: BenchmarkReport, min_support: int) -> Iterator[Text | Table]:
    yield Text()
    yield Text.assemble(safe_text(benchmark.name, "bold cyan"), "  ", (figures.about(benchmark), "dim"))
    for sentence in (figures.left_out(benchmark), *benchmark.notes):
        if sentence:
            yield safe_text(sentence, "dim")
    yield Text()
    yield _models(benchmark)
    yield Text()
    yield _labels(benchmark)
    if not all(each.counted for each in benchmark.labels):
        yield Text(f"* fewer than {min_support} rows: not in macro-F1", style="dim")
    if sentence := figures.verdict(benchmark):
        yield safe_text(sentence, "bold red")


def _models(benchmark: BenchmarkReport) -> Table:
    stances = benchmark.model.flips is not None
    columns = ("accuracy", "macro-F1", "ECE", "answered", "right", "top ½", *(["flips"] if stances else []))
    table = create_table("", *columns, name_cells=NAME_CELLS)
    for name, scores in figures.contestants(benchmark):
        style = "bold" if name == figures.MODEL else ""
        table.add_row(Text(name, style=style), *_scores(scores))
    return table


def _scores(scores: Scores) -> Iterator[Text]:
    yield _estimate(scores.accuracy)
    yield _estimate(scores.macro_f1)
    yield Text.assemble(
        figures.figure(scores.calibration_error), (f" {scores.chance_error:.3f}".replace(" 0.", " ."), "dim")
    )
    yield Text(figures.figure(scores.coverage.value))
    yield _estimate(scores.answered)
    yield Text(figures.figure(scores.most_confident_half))
    if scores.flips:
        yield Text(figures.figure(scores.flips.value))


def _labels(benchmark: BenchmarkReport) -> Table:
    table = create_table("label", "precision", "recall", "F1", "rows", name_cells=NAME_CELLS)
    for each in benchmark.labels:
        table.add_row(_name(each), *map(_estimate, (each.precision, each.recall, each.f1)), Text(f"{each.support:,}"))
    return table


def _name(label: LabelScores) -> Text:
    return safe_text(label.name if label.counted else f"{label.name} *")


def _estimate(estimate: Estimate | None) -> Text:
    value = figures.figure(estimate.value if estimate else None)
    return Text.assemble((value, "bold"), (f" {figures.short_interval(estimate)}", "dim"))
