"""Terminal view of the quality of a model trained on the user's own articles, from its manifest."""

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.model_files import Manifest
from streams.terminal.plain_text import safe_text

HELD_OUT = "own/held-out"
"""Name in a manifest of the held-out rows of the user's own data set."""
HELD_OUT_BEFORE = f"{HELD_OUT}/shipped"
"""Name in a manifest of the quality of the shipped model on these rows, where the model is adapted from it."""


def held_out_quality(manifest: Manifest) -> RenderableType:
    """Return the measured quality on held-out rows: overall, and by label where it was measured."""
    overall = manifest.quality[HELD_OUT]
    sentence = Text(f"held out, {overall['rows']:,.0f} rows: {_shares(overall)}")
    if before := manifest.quality.get(HELD_OUT_BEFORE):
        sentence.append(f"\nthe shipped model on these rows: {_shares(before)}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("label")
    for heading in ("rows", "precision", "recall", "f1", "threshold"):
        table.add_column(heading, justify="right")
    for label in manifest.labels:
        if measured := manifest.quality.get(f"{HELD_OUT}/{label}"):
            numbers = (_number(measured.get(name)) for name in ("precision", "recall", "f1"))
            threshold = _number(manifest.thresholds.get(label))
            table.add_row(safe_text(label), f"{measured['rows']:,.0f}", *numbers, threshold)
    return Group(sentence, table) if table.row_count else sentence


def _shares(quality: Mapping[str, float]) -> str:
    right, coverage = _percent(quality["accuracy"]), _percent(quality["coverage"])
    return f"{right} right; {coverage} answered, and of these {_percent(quality.get('answered_accuracy'))} right"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "·" if value is None else f"{value:.2f}"
