"""Summary of a demo run: counts, rate, latency, and tables of topics, stances and rejections."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from classifiers.predictions import StanceLabel
from streams.cli.demo.tally import Tally, quantile
from streams.terminal.plain_text import plain, safe_text
from streams.terminal.tables import create_table

ROWS = 10
"""Rows of a table: the summary fits on one screen."""

BAR_CELLS = 12
NAME_CELLS = 32
DECIMAL_BELOW = 10
"""Rates below this are shown with a decimal."""

SIDE_BY_SIDE_COLUMNS = 118
"""Width from which on the two tables are placed side by side."""

_ORDER = (StanceLabel.FAVOR, StanceLabel.NEUTRAL, StanceLabel.AGAINST)


class Summary:
    """Results of a run, laid out for the width of the terminal.

    Parameters
    ----------
    tally
        The outcomes.
    articles_in
        Records that the broker acknowledged.
    seconds
        From the first record produced to the last outcome.
    """

    def __init__(self, tally: Tally, articles_in: int, seconds: float) -> None:
        self._tally = tally
        self._articles_in = articles_in
        self._seconds = seconds

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text()
        yield self._counts()
        yield self._speed()
        left = _spaced(_topics(self._tally), _rejections(self._tally))
        right = _spaced(_stances(self._tally))
        yield _columns(left, right) if options.max_width >= SIDE_BY_SIDE_COLUMNS else Group(left, right)

    def _counts(self) -> Text:
        tally = self._tally
        parts = [
            Text(f"{self._articles_in:,} articles in", style="bold"),
            Text(f"{tally.tagged:,} tagged", style="bold cyan"),
            Text(f"{tally.abstained:,} of them for review", style="yellow" if tally.abstained else "dim"),
            Text(f"{tally.rejected:,} rejected", style="red" if tally.rejected else "dim"),
            Text(f"{tally.withdrawn:,} withdrawn", style="magenta" if tally.withdrawn else "dim"),
        ]
        return Text.assemble((" · ", "dim")).join(parts)

    def _speed(self) -> Text:
        rate = self._tally.outcomes / self._seconds if self._seconds > 0 else 0.0
        times = self._tally.latencies_seconds
        decimals = 0 if rate >= DECIMAL_BELOW else 1
        p50, p99 = (_time(quantile(times, share)) for share in (0.5, 0.99))
        return Text(f"{rate:,.{decimals}f} articles per second · latency p50 {p50}, p99 {p99}", style="dim")


def _topics(tally: Tally) -> Table | None:
    if not tally.topics:
        return None
    table = create_table("main topic", "articles", name_cells=NAME_CELLS)
    table.add_column()
    most = max(tally.topics.values())
    for label, count in tally.topics.most_common():
        bar = "█" * max(1, round(BAR_CELLS * count / most))
        table.add_row(safe_text(label), str(count), Text(bar, style="cyan"))
    return table


def _stances(tally: Tally) -> Table | None:
    if not tally.stances:
        return None
    table = create_table("target", "favor", "neutral", "against", "abstained", name_cells=NAME_CELLS)
    ranked = sorted(tally.stances.items(), key=lambda item: (-item[1].total(), item[0]))
    for name, counts in ranked[:ROWS]:
        table.add_row(safe_text(name), *_stance_cells(counts))
    if len(ranked) > ROWS:
        table.add_row(Text(f"and {len(ranked) - ROWS} more", style="dim"))
    return table


def _stance_cells(counts: Counter[StanceLabel | None]) -> Iterator[Text]:
    for label, style in zip((*_ORDER, None), ("green", "default", "red", "dim"), strict=True):
        count = counts[label]
        yield Text(str(count) if count else "·", style=style if count else "dim")


def _rejections(tally: Tally) -> Table | None:
    if not tally.rejections:
        return None
    table = create_table("rejected because", "records", name_cells=NAME_CELLS)
    for reason, count in tally.rejections.most_common():
        table.add_row(Text(plain(reason), style="red"), str(count))
    return table


def _columns(left: RenderableType, right: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 6, 0, 0))
    grid.add_row(left, right)
    return grid


def _spaced(*tables: Table | None) -> Group:
    return Group(*(part for table in tables if table for part in (Text(), table)))


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
