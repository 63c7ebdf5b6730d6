"""Tests of the view of an evaluation report: complete, and within the width of a terminal."""

import io

import pytest
from rich.console import Console

from classifiers.modelling.evaluation.reports import Report, RowPlace
from streams.terminal.console import PIPE_WIDTH
from streams.terminal.evaluation import EvaluationView
from tests.classifiers.modelling.evaluation.answering import benchmark, report


def shown(found: Report) -> str:
    """Return the view of a report as text."""
    text = io.StringIO()
    Console(file=text, width=PIPE_WIDTH, highlight=False, color_system=None).print(EvaluationView(found))
    return text.getvalue()


@pytest.mark.parametrize(
    ("labels", "task"), [(("sport", "politics"), "topic"), (("favor", "neutral", "against"), "stance")]
)
def test_figures_fit_the_terminal(labels: tuple[str, ...], task: str) -> None:
    """No figure is cut, neither for topics nor for stances, which have one column more."""
    text = shown(report(benchmark("rows", labels, rows=4_000), task=task))

    assert "…" not in text
    assert max(map(len, text.splitlines())) <= PIPE_WIDTH
    assert "0.750" in text
    assert ("flips" in text) is (task == "stance")


def test_notes_are_shown_safely() -> None:
    """Rows that were left out and notes are shown, without control sequences."""
    text = shown(report(benchmark("rows", ("a\x1b[2Jb", "c"))))

    assert "opinion 2" in text
    assert "A note." in text
    assert "\x1b[2J" not in text


def test_wrong_answers_are_listed_safely() -> None:
    """Wrong answers stand by id or line within the width of the terminal, without control sequences."""
    places = [RowPlace(number, None if number == 3 else f"\x1b[2J{number}" + "x" * 300) for number in range(40)]

    text = shown(report(benchmark("rows", ("sport", "politics " * 9), places=places).with_wrong_at_most(5)))

    assert "line 3 " in text
    assert "The 5 most confident of 10: --wrong 10 lists all." in text
    assert max(map(len, text.splitlines())) <= PIPE_WIDTH
    assert "\x1b[2J" not in text
