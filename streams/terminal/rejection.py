"""Dead letters, as two lines in a stream of articles, as a table, and whole."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from streams.control_characters import escaped
from streams.dead_letters.letter import DeadLetter
from streams.terminal.article import Edged
from streams.terminal.plain_text import plain, text_of

VALUE_CHARS = 4_000
"""How much of a record is shown whole: two screens. `rejected show --raw` writes all of it."""


def rejection_view(stage: str, reason: str, message: str, origin: str) -> RenderableType:
    """Return what is shown of a rejected record among articles."""
    headline = Text.assemble(("rejected ", "bold red"), text_of(f"{reason} ", "red"), (f"at {plain(stage)}", "dim"))
    headline.append_text(text_of(f"  {origin}", "dim"))
    headline.no_wrap, headline.overflow = True, "ellipsis"
    return Edged(Group(headline, text_of(message)), "red")


def rejections_table(letters: Iterable[DeadLetter]) -> Table:
    """Return dead letters as rows, with the place by which `rejected show` finds each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("place", "when (UTC)", "stage", "reason"):
        table.add_column(name, no_wrap=True)
    table.add_column("attempt", justify="right")
    table.add_column("message", overflow="fold")
    for letter in letters:
        place = letter.record.origin
        when = letter.rejected_at.strftime("%Y-%m-%d %H:%M") if letter.rejected_at else ""
        cells = (f"{place.partition}:{place.offset}", when, letter.stage, letter.reason, str(letter.attempt))
        table.add_row(*map(text_of, cells), text_of(letter.message))
    return table


def rejection_detail(letter: DeadLetter) -> RenderableType:
    """Return everything about one dead letter: why, from where, its key, headers and bytes."""
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
        facts.add_row(name, text_of(fact))
    for name, value in letter.headers:
        facts.add_row("header", text_of(f"{name}: {shown_bytes(value)}"))
    return Group(facts, Text(), Text(shown_bytes(letter.record.value)))


def shown_bytes(value: bytes | None) -> str:
    r"""Return bytes as text that a terminal can show; what is no text or unprintable appears as escapes.

    Examples
    --------
    >>> shown_bytes(b'{"title": "caf\xe9\x1b[2J"}')
    '{"title": "caf\\xe9\\u001b[2J"}'
    """
    if value is None:
        return "(null)"
    text = value[:VALUE_CHARS].decode("utf-8", "backslashreplace")
    shown = escaped(text, keep="\n")
    rest = len(value) - VALUE_CHARS
    return shown if rest <= 0 else f"{shown} … and {rest:,} bytes more"
