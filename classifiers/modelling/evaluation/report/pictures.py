"""The pictures of an evaluation, as SVG: confusion matrix, reliability curve, accuracy by coverage.

A picture stands by itself in a file as well as within a page, follows the reader's choice of light or dark, carries its
meaning as text for those who do not see it, and is the same to the byte for the same figures. Drawing needs matplotlib,
from the extra `evaluate`.
"""

import io
import math
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import msgspec

from classifiers.modelling.evaluation.intervals import wilson
from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.reports import OTHER, TOGETHER, BenchmarkReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1c2024"
MUTED: Final = "#60646c"
FAINT: Final = "#d9d9e0"
ACCENT: Final = "#0b68a3"
SECOND: Final = "#ad4a00"
PAPER: Final = "#fefefe"

DARK: Final = {
    INK: "#edeef0",
    MUTED: "#b0b4ba",
    FAINT: "#3c4046",
    ACCENT: "#62b6ee",
    SECOND: "#ffa057",
    PAPER: "#111214",
}
"""What each colour becomes for readers who have chosen dark: text keeps a contrast of 7 to 1 on either paper."""

_NAMES: Final = {INK: "ink", MUTED: "muted", FAINT: "faint", ACCENT: "accent", SECOND: "second", PAPER: "paper"}

_INCHES: Final = 4.2
_CELL_INCHES: Final = 0.62
_MIN_SHOWN: Final = 0.005
"""Shares of a row below half a percent are left blank."""

_SHADE: Final = 0.8
"""Below one, so that mistakes of a few percent are seen."""

_DEEP: Final = 0.77
"""The share from which on light figures are better read on their cell than dark ones."""

_LONG: Final = 16
_FEW_COLUMNS: Final = 2


class Picture(msgspec.Struct, frozen=True):
    """An SVG, and what it shows in words."""

    svg: str
    words: str


def confusion(benchmarks: Sequence[BenchmarkReport]) -> Picture:
    """Return the confusion matrix of each benchmark, side by side: shares of each true label's rows."""
    side = _CELL_INCHES * max(3, *(len(each.labels) for each in benchmarks))
    panels = [(_title(each, benchmarks), _confusion_of(each)) for each in benchmarks]
    words = "Confusion matrix: what the rows of each true label are taken for. " + " ".join(map(_mistakes, benchmarks))
    return _picture(panels, f"confusion-{_salt(benchmarks)}", words, width=side + 2.2, height=side + 1.6)


def reliability(benchmarks: Sequence[BenchmarkReport]) -> Picture:
    """Return the reliability curve of each benchmark, side by side: confidence of the model against accuracy."""
    words = "Reliability: share of right answers by the probability of the answer. " + " ".join(
        f"{each.name}: calibration error {figures.figure(each.model.calibration_error)}"
        f" ({figures.figure(each.model.chance_error)} by chance)."
        for each in benchmarks
    )
    panels = [(_title(each, benchmarks), _reliability_of(each)) for each in benchmarks]
    return _picture(panels, f"reliability-{_salt(benchmarks)}", words)


def coverage(benchmarks: Sequence[BenchmarkReport]) -> Picture:
    """Return accuracy by coverage of each benchmark, side by side: what abstaining below the thresholds gains."""
    words = "Accuracy by the share of rows that are answered, most confident first. " + " ".join(map(_gain, benchmarks))
    panels = [(_title(each, benchmarks), _coverage_of(each)) for each in benchmarks]
    return _picture(panels, f"coverage-{_salt(benchmarks)}", words)


BY_NAME: Final = {"confusion": confusion, "reliability": reliability, "coverage": coverage}
"""The pictures of a report by the names of their files."""


def _confusion_of(benchmark: BenchmarkReport) -> Callable[["Axes"], None]:
    names = _short([each.name for each in benchmark.labels])
    columns = [*names, OTHER] if any(row[-1] for row in benchmark.confusion) else names
    rows = [f"{name} · {each.support:,}" for name, each in zip(names, benchmark.labels, strict=True)]

    def draw(axes: "Axes") -> None:
        for y, counts in enumerate(benchmark.confusion):
            for x, count in enumerate(counts[: len(columns)]):
                if count:
                    _cell(axes, x, y, count / sum(counts))
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), columns, rotation=40, ha="left", rotation_mode="anchor")
        axes.set_yticks(range(len(names)), rows)
        axes.xaxis.tick_top()
        axes.set_xlabel("answered, in % of the row")
        axes.set_ylabel("true label · rows")
        axes.set_aspect("equal")
        axes.grid(visible=False)

    return draw


def _cell(axes: "Axes", x: int, y: int, share: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415  # only who draws needs matplotlib

    color = ACCENT if x == y else SECOND
    axes.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=color, alpha=share**_SHADE, linewidth=0))
    if share >= _MIN_SHOWN:
        ink = PAPER if share > _DEEP else INK
        axes.text(x, y, f"{share:.0%}".rstrip("%"), ha="center", va="center", color=ink, fontsize=9)


def _mistakes(benchmark: BenchmarkReport) -> str:
    """Return the recall of every label and the commonest mistake in words."""
    names = [*(each.name for each in benchmark.labels), OTHER]
    right = ", ".join(f"{each.name} {each.recall.value:.0%}" for each in benchmark.labels)
    worst = max(
        (count, place, answer)
        for place, row in enumerate(benchmark.confusion)
        for answer, count in enumerate(row)
        if place != answer
    )
    count, place, answer = worst
    mistake = f" Most often, in {count:,} rows, {names[place]} is taken for {names[answer]}." if count else ""
    return f"{benchmark.name}, right by label: {right}.{mistake}"


def _gain(benchmark: BenchmarkReport) -> str:
    """Return what abstaining changes in words."""
    scores = benchmark.model
    forced = f"{benchmark.name}: {figures.figure(scores.accuracy.value)} when all are answered"
    if scores.answered is None:
        return f"{forced}; the thresholds let none through."
    return (
        f"{forced}, {figures.figure(scores.answered.value)} of the {figures.figure(scores.coverage.value)} that the "
        "thresholds let through."
    )


def _salt(benchmarks: Sequence[BenchmarkReport]) -> str:
    return "-".join(each.name for each in benchmarks)


def _reliability_of(benchmark: BenchmarkReport) -> Callable[["Axes"], None]:
    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        bins = benchmark.reliability
        for each in bins:
            share = wilson(round(each.accuracy * each.rows), each.rows)
            axes.plot([each.confidence] * 2, [share.lower, share.upper], color=ACCENT, linewidth=1.2, alpha=0.6)
            axes.bar(
                (each.lower + each.upper) / 2,
                each.rows / benchmark.rows * 0.25,
                width=(each.upper - each.lower) * 0.86,
                color=FAINT,
                zorder=0,
            )
        axes.plot(
            [each.confidence for each in bins], [each.accuracy for each in bins], "o-", color=ACCENT, markersize=4.5
        )
        axes.set_xlabel("probability of the answer")
        axes.set_ylabel("share that is right")
        _unit(axes)

    return draw


def _coverage_of(benchmark: BenchmarkReport) -> Callable[["Axes"], None]:
    def draw(axes: "Axes") -> None:
        points, scores = benchmark.curve, benchmark.model
        axes.plot([each.coverage for each in points], [each.accuracy for each in points], color=ACCENT, linewidth=2)
        axes.plot([1], [scores.accuracy.value], "o", color=ACCENT, markersize=6, clip_on=False, label="forced choice")
        if scores.answered:
            place = ([scores.coverage.value], [scores.answered.value])
            axes.plot(*place, "D", color=SECOND, markersize=7, label="as tagged")
        axes.set_xlabel("share that is answered")
        axes.set_ylabel("share of these that is right")
        _unit(axes)
        axes.legend(loc="lower left", frameon=False, labelcolor=INK, fontsize=9, handletextpad=0.3)

    return draw


def _unit(axes: "Axes") -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])


def _title(benchmark: BenchmarkReport, among: Sequence[BenchmarkReport]) -> str:
    return benchmark.name if len(among) > 1 else ""


def _short(names: Sequence[str]) -> list[str]:
    """Return names that fit beside a matrix.

    Long ones lose what follows their first part, as those of the IPTC can; where they would then be alike, or are still
    long, they are cut.

    >>> _short(["disaster, accident and emergency incident", "politics and government", "Football + Tennis + Rowing"])
    ['disaster', 'politics', 'Football + Tenn…']
    """
    first = [name if len(name) <= _LONG or TOGETHER in name else re.split(", | and ", name)[0] for name in names]
    short = first if len(set(first)) == len(names) else names
    return [name if len(name) <= _LONG else f"{name[: _LONG - 1].strip()}…" for name in short]


def _picture(
    panels: Sequence[tuple[str, Callable[["Axes"], None]]],
    salt: str,
    words: str,
    *,
    width: float = _INCHES,
    height: float = _INCHES * 0.92,
) -> Picture:
    import matplotlib as mpl  # noqa: PLC0415  # only who draws needs matplotlib
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    columns = min(len(panels), _FEW_COLUMNS if len(panels) <= _FEW_COLUMNS**2 else _FEW_COLUMNS + 1)
    rows = math.ceil(len(panels) / columns)
    with mpl.rc_context({**_STYLE, "svg.hashsalt": salt}):
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
        figure = Figure(figsize=(width * columns, height * rows), layout=layout)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_axis_off()
        for axes, (title, draw) in zip(grid.flat, panels, strict=False):
            axes.set_title(title, loc="left")
            draw(axes)
        return Picture(_svg(figure, words), words)


_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "font.size": 10,
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
}


def _svg(figure: "Figure", words: str) -> str:
    """Return a figure as SVG without what differs from run to run, with names for its colours, and in words."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"'DejaVu Sans'[^;\"]*", "system-ui, sans-serif", drawn)
    used = set(re.findall(r"(?:url\(#|href=\"#)([\w-]+)", drawn))
    drawn = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", drawn)
    for color, name in _NAMES.items():
        drawn = drawn.replace(color, f"var(--{name})")
    opening, rest = drawn.split(">", 1)
    return f'{opening} class="figure" role="img"><title>{escape(words)}</title>\n<style>{_colours()}</style>{rest}'


def _colours() -> str:
    light = ";".join(f"--{name}:{color}" for color, name in _NAMES.items())
    dark = ";".join(f"--{name}:{DARK[color]}" for color, name in _NAMES.items())
    return f"svg.figure{{{light}}}@media(prefers-color-scheme:dark){{svg.figure{{{dark}}}}}"
