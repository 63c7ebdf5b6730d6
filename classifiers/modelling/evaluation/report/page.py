"""The page of an evaluation: one HTML file with its figures and pictures, which loads nothing from outside itself."""

from typing import Final

from classifiers.modelling.evaluation.report import pictures
from classifiers.modelling.evaluation.report.templates import template
from classifiers.modelling.evaluation.report.view import view_of
from classifiers.modelling.evaluation.reports import Report

MAX_MATRIX_LABELS: Final = 14
"""Labels beyond which a matrix is shown in its full size, and scrolled, because its figures could not be read."""

_TITLES: Final = {"topic": "Quality of the topics", "stance": "Quality of the stances"}

_MODEL_HEADS: Final = [
    "accuracy",
    "macro-F1",
    "calibration error",
    "answered",
    "right of these",
    "most confident half right",
]


def page(report: Report) -> str:
    """Return the page of a report, as HTML.

    Raises
    ------
    ImportError
        matplotlib or Jinja2 is not installed.
    """
    drawn = [{name: draw([each]) for name, draw in pictures.BY_NAME.items()} for each in report.benchmarks]
    return template("page.html.j2").render(
        title=_TITLES[report.task],
        report=view_of(report),
        pictures=drawn,
        model_heads=_MODEL_HEADS,
        many_labels=MAX_MATRIX_LABELS,
    )
