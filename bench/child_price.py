"""What the child process costs: workers with and without it, in turn, so that a drift of the machine meets both.

    python -m bench.child_price

BENCH_FEED and BENCH_ARTICLES are those of `make bench`; BENCH_ROUNDS says how many pairs, five by default.
"""

import os
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import feed
from bench.through_worker import measure

DEFAULT_ARTICLES = 2_000
DEFAULT_ROUNDS = 5


def main() -> None:
    """Measure, and print the medians, and the median of the ratios of the pairs."""
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    values = feed.values(path, int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES))
    rounds = int(os.environ.get("BENCH_ROUNDS") or DEFAULT_ROUNDS)
    pairs = [(measure(values, "process"), measure(values, "thread")) for _ in range(rounds)]
    table = Table("median of each", "with a child", "in a thread", "ratio of pairs", "lowest", "highest")
    for name in ("articles_per_core_second", "articles_per_second", "peak_mebibytes"):
        both = [(getattr(with_child, name), getattr(thread, name)) for with_child, thread in pairs]
        if all(value for pair in both for value in pair):
            ratios = [with_child / thread for with_child, thread in both]
            child, alone = (median(column) for column in zip(*both, strict=True))
            shown = (f"{each:.2f}" for each in (median(ratios), min(ratios), max(ratios)))
            table.add_row(name.replace("_", " "), f"{child:.1f}", f"{alone:.1f}", *shown)
    Console().print(f"{len(values)} articles, {rounds} pairs", table)


if __name__ == "__main__":
    main()
