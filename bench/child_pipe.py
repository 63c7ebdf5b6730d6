"""The pipe to the child process: bytes each way and CPU time per article, of one run.

    python -m bench.child_pipe

It prints a `ChildPipe` as JSON: BENCH_ARTICLES raw articles of BENCH_FEED, in batches as a worker forms them, through a
child process with the shipped models. `bench.child_price` compares such runs of two checkouts.
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import msgspec

from bench import feed
from bench.measures import cpu_seconds_of
from streams.records.origin import RawRecord
from streams.records.rejection import RejectReason
from streams.settings import Settings, load
from streams.worker.classify.loading import load as load_models
from streams.worker.classify.process import ProcessExecutor

DEFAULT_ARTICLES = 800


class ChildPipe(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of a run, divided by the number of its articles; bytes are those of the pickled messages."""

    articles: int
    sent_bytes: float
    returned_bytes: float
    child_cpu_ms: float
    worker_cpu_ms: float


class Pids:
    """Remembers the last child process."""

    def __init__(self) -> None:
        self.last = 0

    def on_child_ready(self, pid: int) -> None:
        """Remember a child."""
        self.last = pid

    def on_child_ended(self, reason: RejectReason) -> None:
        """Stop: a child that ends spoils the figures."""
        sys.exit(f"the child process ended: {reason}")


def measure(settings: Settings, batches: Sequence[Sequence[RawRecord]]) -> ChildPipe:
    """Return the figures of a child process; the first batch goes through it twice, and counts once."""
    return asyncio.run(_measure(settings, batches))


async def _measure(settings: Settings, batches: Sequence[Sequence[RawRecord]]) -> ChildPipe:
    pids = Pids()
    executor = ProcessExecutor(settings, load_models, pids)
    try:
        await executor.start()
        await executor.process(batches[0])
        child_started, worker_started = cpu_seconds_of(pids.last), time.process_time()
        results = [await executor.process(batch) for batch in batches]
        child_ended, worker_ended = cpu_seconds_of(pids.last), time.process_time()
    finally:
        executor.close()
    if child_started is None or child_ended is None:
        sys.exit("the CPU time of a child process is read from /proc, which this system does not have")
    articles = sum(map(len, batches))
    return ChildPipe(
        articles=articles,
        sent_bytes=round(sum(map(_pickled_bytes, batches)) / articles, 1),
        returned_bytes=round(sum(map(_pickled_bytes, results)) / articles, 1),
        child_cpu_ms=round(1000 * (child_ended - child_started) / articles, 3),
        worker_cpu_ms=round(1000 * (worker_ended - worker_started) / articles, 3),
    )


def _pickled_bytes(message: object) -> int:
    return len(ForkingPickler.dumps(message))


def main() -> None:
    """Measure, and print the figures."""
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    settings = load(environment={})
    records = list(feed.records(feed.values(path, int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES))))
    size = settings.worker.batch_size
    batches = [records[start : start + size] for start in range(0, len(records), size)]
    print(msgspec.json.encode(measure(settings, batches)).decode())


if __name__ == "__main__":
    main()
