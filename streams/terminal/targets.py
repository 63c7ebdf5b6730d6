"""Use of a watch-list in articles, as a person reads it."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.targets.usage import NameUse, TargetUse, UsageCounter
from classifiers.targets.watch_list import TargetKind
from streams.terminal.plain_text import plain

SHOWN_NAMES: Final = 3
"""Names of one target in the table; the most frequent ones make up nearly all mentions."""

KINDS: Final = ", ".join(TargetKind)


def usage_view(usage: UsageCounter) -> RenderableType:
    """Return the targets that articles name, the ambiguous names, and what was never found."""
    targets = usage.targets()
    parts: list[RenderableType] = [_table(targets)] if targets else []
    ambiguous = [(target, name) for target in targets for name in target.names if name.is_ambiguous]
    if ambiguous:
        parts.append(Text("\nambiguous names", style="bold"))
        parts.extend(_ambiguity(*each) for each in ambiguous)
    summary = "\n".join(("", *_summary(usage, len(targets), len(ambiguous))))
    parts.append(Text(summary, style="dim"))
    return Group(*parts)


def _table(targets: list[TargetUse]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("target", "kind"):
        table.add_column(heading, no_wrap=True)
    for heading in ("articles", "mentions"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("names", overflow="fold")
    for each in targets:
        names = ", ".join(f"{plain(name.name)} {name.mentions}" for name in each.names[:SHOWN_NAMES])
        table.add_row(Text(plain(each.target)), each.kind, f"{each.articles:,}", f"{each.mentions:,}", Text(names))
    return table


def _ambiguity(target: TargetUse, name: NameUse) -> Text:
    signs = []
    if name.lower_case:
        signs.append(f"{name.lower_case:,} times without its capital")
    if name.longer:
        examples = ", ".join(map(plain, name.examples))
        signs.append(f"{name.longer:,} of {name.mentions:,} times within a longer name: {examples}")
    return Text(f"  {plain(name.name)} ({plain(target.target)}): {'; '.join(signs)}")


def _summary(usage: UsageCounter, found: int, ambiguous: int) -> Iterator[str]:
    never = len(usage.never_named())
    yield f"{usage.read:,} articles: {found:,} targets found, {never:,} never, {ambiguous:,} ambiguous names"
    yield f"valid kinds: {KINDS}"
