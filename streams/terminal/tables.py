"""Style of every table of names and numbers."""

from rich.table import Table


def create_table(first: str, *others: str, name_cells: int) -> Table:
    """Return an empty table: a column of names, cut at `name_cells`, and right-aligned columns of numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first, no_wrap=True, overflow="ellipsis", max_width=name_cells)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
