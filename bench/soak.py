"""`make soak HOURS=n`: workers at full load for so long; then whether memory, descriptors and commits are flat.

HOURS          how long; a third of an hour by default
BENCH_BROKER, BENCH_WORKERS    see bench/testbed.py; one worker by default
BENCH_RESULTS  the folder of soak.csv and soak.svg; build/ by default
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import curves, generated
from bench.curves import Sample
from bench.testbed import TestBed, open_testbed, workers_wanted
from bench.workers import PATIENCE_SECONDS, Watched

DEFAULT_HOURS = 1 / 3
PARAGRAPHS = 3
WINDOW_RECORDS = 4_000
"""What is always sent and not yet seen again: more than workers hold at a time, so that they never wait."""

MAX_SAMPLES = 720
MIN_PAUSE_SECONDS = 2.0
FEED_SECONDS = 0.1
FORGETFUL = {"retention.bytes": str(256 * 1024 * 1024), "segment.bytes": str(64 * 1024 * 1024)}
"""What is read is forgotten, so that days fit on a disk; it is written and read within seconds."""


def main() -> None:
    """Run, print what was found, and exit 1 where something is missing or not flat."""
    hours = float(os.environ.get("HOURS") or DEFAULT_HOURS)
    console = Console()
    with open_testbed(FORGETFUL) as bed, bed.workers(workers_wanted(1)) as workers:
        samples = _soak(bed, workers, hours * 3600, console)
        _finish(bed)
        ledger = bed.ledger
        console.print(
            f"{ledger.handed_over} articles of {PARAGRAPHS} paragraphs in {hours:g} hours, {len(workers)} workers: "
            f"{ledger.missing} missing, {ledger.duplicates} twice"
        )
        missing = ledger.missing
    folder = Path(os.environ.get("BENCH_RESULTS") or "build")
    folder.mkdir(parents=True, exist_ok=True)
    curves.write_csv(samples, folder / "soak.csv")
    curves.draw(samples, folder / "soak.svg")
    found = curves.growths(samples)
    console.print(curves.table(found), f"every sample: {folder}/soak.csv, as a picture: {folder}/soak.svg")
    sys.exit(0 if missing == 0 and all(each.is_flat for each in found) else 1)


def _soak(bed: TestBed, workers: Sequence[Watched], seconds: float, console: Console) -> list[Sample]:
    """Feed the workers so that they never wait, and look at them now and then."""
    articles = generated.articles(PARAGRAPHS)
    pause_seconds = max(MIN_PAUSE_SECONDS, seconds / MAX_SAMPLES)
    samples: list[Sample] = []
    started = time.monotonic()
    while (now := time.monotonic() - started) < seconds:
        while bed.ledger.handed_over - bed.ledger.seen < WINDOW_RECORDS:
            bed.ledger.send(*next(articles))
        if now >= len(samples) * pause_seconds:
            samples.append(curves.sample(started, workers, bed.ledger))
            if len(samples) % 30 == 0:
                console.print(f"{now / 60:.1f} min: {samples[-1]}", highlight=False)
        time.sleep(FEED_SECONDS)
    return samples


def _finish(bed: TestBed) -> None:
    """Wait until everything that was sent is seen and committed."""
    ledger = bed.ledger
    ledger.flush()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ledger.missing or ledger.committed() < ledger.handed_over:
        if time.monotonic() > deadline:
            break
        time.sleep(1)


if __name__ == "__main__":
    main()
