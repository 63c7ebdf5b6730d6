"""What a model of a user's own is worth, as its manifest says it."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.model_files import Manifest
from streams.terminal.plain_text import text_of

HELD_OUT = "own/held-out"
"""The data set of a manifest's quality that is the user's own rows."""


def held_out_quality(manifest: Manifest) -> RenderableType:
    """Return the measured quality on held-out rows: altogether, and by label where that was measured."""
    overall = manifest.quality[HELD_OUT]
    sentence = Text(
        f"held out, {overall['rows']:,.0f} rows: {_percent(overall['accuracy'])} right; "
        f"{_percent(overall['coverage'])} answered, and of these {_percent(overall.get('answered_accuracy'))} right"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("label")
    for heading in ("rows", "precision", "recall", "f1", "threshold"):
        table.add_column(heading, justify="right")
    for label in manifest.labels:
        if measured := manifest.quality.get(f"{HELD_OUT}/{label}"):
            numbers = (_number(measured.get(name)) for name in ("precision", "recall", "f1"))
            threshold = _number(manifest.thresholds.get(label))
            table.add_row(text_of(label), f"{measured['rows']:,.0f}", *numbers, threshold)
    return Group(sentence, table) if table.row_count else sentence


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "·" if value is None else f"{value:.2f}"
