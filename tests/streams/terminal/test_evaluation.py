"""The figures of an evaluation fit a terminal of a hundred columns, and are those of the report."""

import io

import pytest
from rich.console import Console

from classifiers.modelling.evaluation.reports import Report
from streams.terminal.console import PIPE_WIDTH
from streams.terminal.evaluation import EvaluationView
from tests.classifiers.modelling.evaluation.answering import benchmark, report


def shown(found: Report) -> str:
    """Return what a terminal shows of a report."""
    text = io.StringIO()
    Console(file=text, width=PIPE_WIDTH, highlight=False, color_system=None).print(EvaluationView(found))
    return text.getvalue()


@pytest.mark.parametrize(
    ("labels", "task"), [(("sport", "politics"), "topic"), (("favor", "neutral", "against"), "stance")]
)
def test_figures_fit_the_terminal(labels: tuple[str, ...], task: str) -> None:
    """Nothing is cut off, neither for topics nor for stances, which have one figure more."""
    text = shown(report(benchmark("rows", labels, rows=4_000), task=task))

    assert "…" not in text
    assert max(map(len, text.splitlines())) <= PIPE_WIDTH
    assert "0.750" in text
    assert ("flips" in text) is (task == "stance")


def test_what_was_left_out_is_shown() -> None:
    """Rows that were left out, notes, and a better baseline are told."""
    text = shown(report(benchmark("rows", ("a\x1b[2Jb", "c"))))

    assert "Left out: 2 rows (opinion 2)." in text
    assert "A note." in text
    assert "\x1b[2J" not in text
