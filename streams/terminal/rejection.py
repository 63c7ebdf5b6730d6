"""Terminal views of dead letters: two lines among articles, a row of a table, every detail."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.control_characters import escape, escaped
from streams.dead_letters.letter import DeadLetter
from streams.terminal.article import Edged
from streams.terminal.plain_text import plain, safe_text, unstacked

VALUE_CHARS = 4_000
"""Limit of what is shown of a record: two screens. `rejected show --raw` writes all of it."""


def rejection_view(stage: str, reason: str, message: str, origin: str) -> RenderableType:
    """Return the view of a rejected record among articles."""
    headline = Text.assemble(("rejected ", "bold red"), safe_text(f"{reason} ", "red"), (f"at {plain(stage)}", "dim"))
    headline.append_text(safe_text(f"  {origin}", "dim"))
    headline.no_wrap, headline.overflow = True, "ellipsis"
    return Edged(Group(headline, safe_text(message)), "red")


def rejections_table(letters: Iterable[DeadLetter]) -> Table:
    """Return a table of dead letters, with the place that `rejected show` takes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("place", "when (UTC)", "stage", "reason"):
        table.add_column(name, no_wrap=True)
    table.add_column("attempt", justify="right")
    table.add_column("message", overflow="fold")
    for letter in letters:
        place = letter.record.origin
        when = letter.rejected_at.strftime("%Y-%m-%d %H:%M") if letter.rejected_at else ""
        cells = (f"{place.partition}:{place.offset}", when, letter.stage, letter.reason, str(letter.attempt))
        table.add_row(*map(safe_text, cells), safe_text(letter.message))
    return table


def rejection_detail(letter: DeadLetter) -> RenderableType:
    """Return every detail of a dead letter: reason, origin, key, headers and bytes."""
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, fact in (
        ("rejected", f"{letter.reason} at {letter.stage}, {letter.error}"),
        ("message", letter.message),
        ("origin", letter.origin),
        ("attempt", str(letter.attempt)),
        ("when", str(letter.rejected_at or "unknown")),
        ("key", shown_bytes(letter.record.key)),
    ):
        facts.add_row(name, safe_text(fact))
    for name, value in letter.headers:
        facts.add_row("header", safe_text(f"{name}: {shown_bytes(value)}"))
    return Group(facts, Text(), Text(shown_bytes(letter.record.value)))


def shown_bytes(value: bytes | None) -> str:
    r"""Return bytes as printable text; invalid UTF-8, unprintable characters and piled marks are escapes.

    Examples
    --------
    >>> shown_bytes(b'{"title": "caf\xe9\x1b[2J"}')
    '{"title": "caf\\xe9\\u001b[2J"}'
    """
    if value is None:
        return "(null)"
    text = value[:VALUE_CHARS].decode("utf-8", "backslashreplace")
    shown = unstacked(escaped(text, keep="\n"), escape)
    rest = len(value) - VALUE_CHARS
    return shown if rest <= 0 else f"{shown} … and {rest:,} bytes more"
