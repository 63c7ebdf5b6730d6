"""Terminal view of an evaluation report: a table of the compared models, and one of the labels."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from classifiers.modelling.evaluation.report.view import BenchmarkView, Cell, LabelView, ModelView, view_of
from classifiers.modelling.evaluation.reports import Report
from streams.terminal.plain_text import safe_text
from streams.terminal.tables import create_table

NAME_CELLS = 34
LABEL_CELLS = 21

LEGEND = (
    "Accuracy, macro-F1, ECE and the labels are forced choice: the likeliest label counts. ECE is the calibration "
    "error over 15 bins, and behind it what chance alone would show. Answered is the share of rows that the thresholds "
    "let through, right the accuracy on these; top ½ is that on the most confident half of the rows. Behind a "
    "measure stands its interval of 95 %. A wrong answer that is tagged is above its threshold."
)


class EvaluationView:
    """A report, laid out for a terminal.

    Parameters
    ----------
    report
        The report.
    """

    def __init__(self, report: Report) -> None:
        self._report = view_of(report)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        model = self._report.model
        yield Text.assemble((model.name, "bold"), f" {model.version}  ", (model.digest[:19], "dim"))
        if previous := self._report.previous:
            yield safe_text(f"beside {previous.name} {previous.version}  {previous.digest[:19]}", "dim")
        for benchmark in self._report.benchmarks:
            yield from _benchmark(benchmark, self._report.min_support)
        yield Text()
        yield Text(LEGEND, style="dim")


def _benchmark(benchmark: BenchmarkView, min_support: int) -> Iterator[Text | Table]:
    yield Text()
    yield Text.assemble(safe_text(benchmark.name, "bold cyan"), "  ", (benchmark.about, "dim"))
    yield from (safe_text(remark, "dim") for remark in benchmark.remarks)
    yield Text()
    yield _models(benchmark)
    yield Text()
    yield _labels(benchmark)
    if benchmark.has_uncounted_labels:
        yield Text(f"* fewer than {min_support} rows: not in macro-F1", style="dim")
    if benchmark.wrong:
        yield Text()
        yield _wrong(benchmark)
        yield Text(benchmark.wrong_listed, style="dim")
    if benchmark.verdict:
        yield safe_text(benchmark.verdict, "bold red")


def _models(benchmark: BenchmarkView) -> Table:
    flips = ["flips"] if benchmark.has_flips else []
    table = create_table("", "accuracy", "macro-F1", "ECE", "answered", "right", "top ½", *flips, name_cells=NAME_CELLS)
    for each in benchmark.models:
        table.add_row(Text(each.name, style="bold" if each.is_measured else ""), *_scores(each))
    return table


def _scores(model: ModelView) -> Iterator[Text]:
    yield _cell(model.accuracy)
    yield _cell(model.macro_f1)
    yield Text.assemble(model.calibration_error, (f" {model.chance_error}".replace(" 0.", " ."), "dim"))
    yield Text(model.coverage.value)
    yield _cell(model.answered)
    yield Text(model.most_confident_half)
    if model.flips:
        yield Text(model.flips.value)


def _labels(benchmark: BenchmarkView) -> Table:
    table = create_table("label", "precision", "recall", "F1", "rows", name_cells=NAME_CELLS)
    for each in benchmark.labels:
        table.add_row(_name(each), *map(_cell, (each.precision, each.recall, each.f1)), Text(each.rows))
    return table


def _wrong(benchmark: BenchmarkView) -> Table:
    table = create_table("wrong answers", name_cells=NAME_CELLS)
    for name in ("expected", "answered"):
        table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=LABEL_CELLS)
    for name in ("probability", "tagged"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in benchmark.wrong:
        texts = (each.place, each.expected, each.answered, each.probability, each.tagged)
        table.add_row(*map(safe_text, texts))
    return table


def _name(label: LabelView) -> Text:
    return safe_text(label.name if label.is_counted else f"{label.name} *")


def _cell(cell: Cell) -> Text:
    return Text.assemble((cell.value, "bold"), (f" {cell.narrow_interval}", "dim"))
