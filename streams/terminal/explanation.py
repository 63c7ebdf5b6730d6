"""What becomes of a raw record, as a person reads it."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.stages.explain import Explanation, FieldOrigin
from streams.terminal.plain_text import plain

_MAX_NAME_CELLS = 34
_SHOWN_CHARS = 32
"""What is left of a terminal of 100 cells."""

_STYLES = {"tagged": "green", "rejected": "red", "withdrawn": "yellow"}


def explanation_view(explanation: Explanation) -> RenderableType:
    """Return the outcome of a record, where each field came from, and what was ignored."""
    parts: list[RenderableType] = [_outcome(explanation)]
    if explanation.fields:
        parts.append(_table(explanation.fields))
    parts.extend(Text(f"  note: {each.field}: {each.reason}: {plain(each.value)}") for each in explanation.notes)
    if explanation.ignored:
        parts.append(Text(f"  ignored: {plain(', '.join(explanation.ignored))}"))
    return Group(*parts)


def _table(fields: tuple[FieldOrigin, ...]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2), header_style="bold")
    table.add_column("field", no_wrap=True, min_width=len("published_at"))
    table.add_column("from", no_wrap=True, min_width=min(_MAX_NAME_CELLS, max(len(each.name) for each in fields)))
    table.add_column("characters", justify="right", no_wrap=True, min_width=len("characters"))
    table.add_column("begins", no_wrap=True, overflow="ellipsis")
    for each in fields:
        table.add_row(each.field, Text(plain(each.name)), f"{each.chars:,}", Text(plain(each.begins[:_SHOWN_CHARS])))
    return table


def _outcome(explanation: Explanation) -> Text:
    detail = {
        "tagged": f": {explanation.text_chars:,} characters of text" if explanation.text_chars is not None else "",
        "rejected": f" at {explanation.stage}: {explanation.reason}: {plain(explanation.message or '')}",
        "withdrawn": f": {plain(explanation.withdraws or '')}",
    }[explanation.outcome]
    read_as = f" ({plain(explanation.format)})" if explanation.format else ""
    return Text.assemble(
        f"{plain(explanation.place)}{read_as} would be ",
        (explanation.outcome, _STYLES[explanation.outcome]),
        detail,
    )
