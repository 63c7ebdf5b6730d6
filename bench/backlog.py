"""`make backlog ARTICLES=n`: so many articles wait on the raw topic, and workers work them off until the lag is zero.

ARTICLES       how many; a million by default
PARAGRAPHS     of each article, of some 33 words; 3 by default
BENCH_BROKER, BENCH_WORKERS    see bench/testbed.py; two workers by default
BENCH_RESULTS  the folder of backlog.csv and backlog.svg; build/ by default

Fails where anything is missing, where the memory of workers or children rises beyond its bound (bench/curves.py), and
where the rate of the last third is below `STEADY_SHARE` of that of the middle one.
"""

import os
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import median

from rich.console import Console

from bench import curves, generated
from bench.curves import Sample
from bench.testbed import TestBed, open_testbed, workers_wanted
from bench.workers import Watched

DEFAULT_ARTICLES = 1_000_000
DEFAULT_PARAGRAPHS = 3
PAUSE_SECONDS = 2.0
STILL_SECONDS = 180.0
"""How long nothing may come before the run is given up."""

STEADY_SHARE = 0.7
"""Loose enough for a machine that is shared with other work; a rate that falls with the work done falls further."""


def main() -> None:
    """Run, print what was found, and exit 1 where something is missing, grows or slows down."""
    articles = int(os.environ.get("ARTICLES") or DEFAULT_ARTICLES)
    paragraphs = int(os.environ.get("PARAGRAPHS") or DEFAULT_PARAGRAPHS)
    console = Console()
    with open_testbed() as bed:
        started = time.monotonic()
        for key, value in islice(generated.articles(paragraphs), articles):
            bed.ledger.send(key, value)
        bed.ledger.flush()
        console.print(f"{articles} articles of {paragraphs} paragraphs wait after {time.monotonic() - started:.0f} s")
        with bed.workers(workers_wanted(2)) as workers:
            samples = _work_off(bed, workers, articles, console)
            count = len(workers)
        missing, duplicates = bed.ledger.missing, bed.ledger.duplicates
    _report(samples, console)
    seconds = samples[-1].seconds
    console.print(
        f"{articles} articles by {count} workers in {seconds:.0f} s, {articles / seconds:.0f} a second: "
        f"{missing} missing, {duplicates} twice"
    )
    memory = [each for each in curves.growths(samples) if each.name.endswith("mebibytes")]
    console.print(curves.table(memory))
    sound = missing == 0 and all(each.is_flat for each in memory) and _is_steady(samples, console)
    sys.exit(0 if sound else 1)


def _work_off(bed: TestBed, workers: Sequence[Watched], articles: int, console: Console) -> list[Sample]:
    """Look at the workers until everything is committed, or nothing comes any more."""
    started = time.monotonic()
    samples = [curves.sample(started, workers, bed.ledger)]
    moved_at = started
    while samples[-1].committed < articles or samples[-1].seen < articles:
        time.sleep(PAUSE_SECONDS)
        samples.append(curves.sample(started, workers, bed.ledger))
        if samples[-1].committed > samples[-2].committed:
            moved_at = time.monotonic()
        if time.monotonic() - moved_at > STILL_SECONDS:
            break
        if len(samples) % 30 == 0:
            console.print(samples[-1], highlight=False)
    return samples


def _report(samples: Sequence[Sample], console: Console) -> None:
    folder = Path(os.environ.get("BENCH_RESULTS") or "build")
    folder.mkdir(parents=True, exist_ok=True)
    curves.write_csv(samples, folder / "backlog.csv")
    curves.draw(samples, folder / "backlog.svg")
    console.print(f"every sample: {folder}/backlog.csv, as a picture: {folder}/backlog.svg")


def _is_steady(samples: Sequence[Sample], console: Console) -> bool:
    rates = [rate for _, rate in curves.rates(samples)]
    third = max(1, len(rates) // 3)
    middle, last = median(rates[third : 2 * third] or rates), median(rates[-third:])
    console.print(f"articles per minute: {middle:.0f} in the middle third, {last:.0f} in the last")
    return last >= STEADY_SHARE * middle


if __name__ == "__main__":
    main()
