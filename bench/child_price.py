"""What the child process costs: pairs of runs in turn, so that a drift of the machine affects both alike.

    python -m bench.child_price                     workers with a child process, and in a thread
    python -m bench.child_price /path/to/checkout   the pipe to the child, in that checkout and in this one

BENCH_FEED and BENCH_ARTICLES are those of `make bench`; BENCH_ROUNDS is the number of pairs, five by default.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.table import Table

from bench import child_pipe, feed
from bench.child_pipe import ChildPipe
from bench.measures import ThroughWorker
from bench.through_worker import measure

DEFAULT_ARTICLES = 2_000
DEFAULT_ROUNDS = 5
ROOT = Path(__file__).parents[1]

Figures = TypeVar("Figures", ChildPipe, ThroughWorker)


def main(arguments: Sequence[str]) -> None:
    """Measure, and print the medians, and the median of the ratios of the pairs."""
    if arguments:
        before = Path(arguments[0]).resolve()
        pairs = _pairs(lambda: _pipe_of(before), lambda: _pipe_of(ROOT))
        _print(pairs, str(before), "here", ("sent_bytes", "returned_bytes", "child_cpu_ms", "worker_cpu_ms"))
        return
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    values = feed.values(path, int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES))
    workers = _pairs(lambda: measure(values, "process"), lambda: measure(values, "thread"))
    names = ("articles_per_core_second", "articles_per_second", "peak_mebibytes")
    _print(workers, "with a child", "in a thread", names)


def _pairs(first: Callable[[], Figures], second: Callable[[], Figures]) -> list[tuple[Figures, Figures]]:
    rounds = int(os.environ.get("BENCH_ROUNDS") or DEFAULT_ROUNDS)
    return [(first(), second()) for _ in range(rounds)]


def _pipe_of(checkout: Path) -> ChildPipe:
    """Return the figures of a checkout, measured by this script whatever the checkout has."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-P", child_pipe.__file__]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment, cwd=checkout)
    return msgspec.json.decode(run.stdout, type=ChildPipe)


def _print(pairs: Sequence[tuple[Figures, Figures]], first: str, second: str, names: Iterable[str]) -> None:
    table = Table("median of each", first, second, "ratio of pairs", "lowest", "highest")
    for name in names:
        both = [(getattr(one, name), getattr(other, name)) for one, other in pairs]
        if all(value for pair in both for value in pair):
            ratios = [one / other for one, other in both]
            medians = (_figure(median(column)) for column in zip(*both, strict=True))
            shown = (f"{each:.2f}" for each in (median(ratios), min(ratios), max(ratios)))
            table.add_row(name.replace("_", " "), *medians, *shown)
    Console().print(f"{pairs[0][0].articles} articles, {len(pairs)} pairs", table)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3f}"  # noqa: PLR2004  # three digits at least


if __name__ == "__main__":
    main(sys.argv[1:])
