"""How figures are written, the same in terminals, pages and cards: three digits, and the interval behind."""

from typing import Final

from classifiers.modelling.evaluation.intervals import Estimate
from classifiers.modelling.evaluation.reports import KEYWORDS, LEXICON, MAJORITY, PREVIOUS, BenchmarkReport, Scores

MODEL: Final = "this model"

BASELINES: Final = {
    PREVIOUS: "previous",
    KEYWORDS: "keywords",
    LEXICON: "lexicon",
    MAJORITY: "majority",
}
"""What people read instead of the names in a report, in the order to show them."""

ABOUT: Final = {
    PREVIOUS: "the model that this one is to replace, or the shipped one",
    KEYWORDS: "counts of the keywords of each topic",
    LEXICON: "adds up good and bad words, turned where negated",
    MAJORITY: "always the commonest label of these very rows",
}

UNKNOWN: Final = "–"


def figure(value: float | None) -> str:
    """Return a measure with three digits.

    >>> figure(0.86351), figure(1), figure(None)
    ('0.864', '1.000', '–')
    """
    return UNKNOWN if value is None else f"{value:.3f}"


def interval(estimate: Estimate | None) -> str:
    """Return the interval of a measure.

    >>> interval(Estimate(0.8, 0.49, 0.943))
    '0.490–0.943'
    """
    return "" if estimate is None else f"{estimate.lower:.3f}–{estimate.upper:.3f}"


def contestants(benchmark: BenchmarkReport) -> list[tuple[str, Scores]]:
    """Return the model and the baselines beside it, in the order to show them."""
    beside = [(name, benchmark.baselines[key]) for key, name in BASELINES.items() if key in benchmark.baselines]
    return [(MODEL, benchmark.model), *beside]


def counted(rows: int) -> str:
    """Return a number of rows.

    >>> counted(1), counted(1_200)
    ('1 row', '1,200 rows')
    """
    return "1 row" if rows == 1 else f"{rows:,} rows"


def about(benchmark: BenchmarkReport) -> str:
    """Return what a benchmark is in half a sentence: how many rows, and whether the model knows their source."""
    known = {
        True: "held-out rows of a source that the model learnt from",
        False: "a source that the model never saw",
        None: "your data",
    }
    return f"{counted(benchmark.rows)} · {known[benchmark.learnt_from]}"


def left_out(benchmark: BenchmarkReport) -> str:
    """Return how many rows were not measured, and why; empty where all were."""
    if not benchmark.left_out:
        return ""
    listing = ", ".join(f"{label or '(no label)'} {rows:,}" for label, rows in benchmark.left_out.items())
    return f"Left out: {counted(sum(benchmark.left_out.values()))} ({listing})."


def wrong_listed(benchmark: BenchmarkReport) -> str:
    """Return which wrong answers are listed, and how to list more; empty where none is."""
    listed, more = len(benchmark.wrong), benchmark.wrong_not_listed
    if not listed:
        return ""
    if not more:
        return f"All {listed:,}, the most confident first."
    return f"The {listed:,} most confident of {listed + more:,}: --wrong {listed + more} lists all."


def verdict(benchmark: BenchmarkReport) -> str:
    """Return which baselines are better than the model, beyond chance; empty where none is."""
    if not benchmark.beaten_by:
        return ""
    measure = benchmark.deciding.replace("_", "-").replace("f1", "F1")
    beaten = ", ".join(
        f"{BASELINES[name]} by {-benchmark.gains[name].value:.3f} ({-benchmark.gains[name].upper:.3f}–"
        f"{-benchmark.gains[name].lower:.3f})"
        for name in BASELINES
        if name in benchmark.beaten_by
    )
    return f"On {benchmark.name} the model is worse than others, in {measure}: {beaten}."
