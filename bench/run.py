"""`make bench`: articles per second in memory, by stage, and through a worker; a table, and the same as JSON.

BENCH_FEED      a JSON-lines file of raw articles, plain or gzipped; by default the sample feed, again and again
BENCH_ARTICLES  how many; 2,000 by default
BENCH_JSON      where the JSON goes; nowhere by default
"""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Column, Table

from bench import feed, through_worker
from bench.measures import InMemory, Report, ThroughWorker

DEFAULT_ARTICLES = 2_000


def main() -> None:
    """Measure, and print what was measured."""
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    count = int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES)
    console = Console()
    with console.status("the pipeline in memory"):
        in_memory = _in_memory(path, count)
    with console.status("a worker behind the embedded broker"):
        worker = through_worker.measure(feed.values(path, count), "process")
    with console.status("the same without a child process"):
        in_thread = through_worker.measure(feed.values(path, count), "thread")
    rate, thread_rate = worker.articles_per_core_second, in_thread.articles_per_core_second
    report = Report(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        feed="the sample feed, repeated" if path == feed.sample_feed() else path.name,
        in_memory=in_memory,
        worker=worker,
        worker_to_in_memory=rate and round(rate / in_memory.articles_per_core_second, 2),
        worker_in_thread=in_thread,
        process_to_thread=rate and thread_rate and round(rate / thread_rate, 2),
    )
    _print(console, report)
    if target := os.environ.get("BENCH_JSON"):
        Path(target).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def _in_memory(path: Path, count: int) -> InMemory:
    command = [sys.executable, "-m", "bench.in_memory", str(path), str(count)]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(run.stdout, type=InMemory)


def _print(console: Console, report: Report) -> None:
    memory, worker = report.in_memory, report.worker
    outcomes = ", ".join(f"{number} {name}" for name, number in memory.outcomes.items())
    console.print(f"\n{report.at}, Python {report.python}, {report.machine}")
    console.print(f"{memory.articles} articles of {report.feed}: {memory.words_per_article:g} words each; {outcomes}\n")
    table = Table(Column(no_wrap=True), "articles/s per core", "p50", "p99", "peak memory", title_justify="left")
    one = memory.one_at_a_time
    table.add_row(
        "pipeline in memory",
        f"{memory.articles_per_core_second:.0f}",
        f"{one.p50_ms:.1f} ms",
        f"{one.p99_ms:.1f} ms",
        f"{memory.peak_mebibytes:.0f} MiB",
    )
    for stage, rate in memory.stage_articles_per_core_second.items():
        table.add_row(f"  {stage}", f"{rate:.0f}")
    table.add_row("worker, embedded broker", *_cells(worker))
    table.add_row("  without a child process", *_cells(report.worker_in_thread), end_section=True)
    table.add_row("worker to in memory", "" if report.worker_to_in_memory is None else str(report.worker_to_in_memory))
    table.add_row("with to without a child", "" if report.process_to_thread is None else str(report.process_to_thread))
    console.print(table)
    in_thread = report.worker_in_thread
    console.print(
        f"The worker took {worker.wall_seconds:g} s, {worker.articles_per_second:.0f} articles/s by the clock, for "
        f"{worker.outputs} output records; without a child process {in_thread.wall_seconds:g} s, "
        f"{in_thread.articles_per_second:.0f} articles/s. p50 and p99 of a worker are end to end at a quarter of that "
        f"({worker.paced_articles_per_second:.0f} and {in_thread.paced_articles_per_second:.0f} articles/s); those in "
        "memory are of one article at a time. bench/README.md says how to read this.",
        highlight=False,
    )


def _cells(worker: ThroughWorker) -> Iterator[str]:
    yield "" if worker.articles_per_core_second is None else f"{worker.articles_per_core_second:.0f}"
    yield f"{worker.paced.p50_ms:.0f} ms"
    yield f"{worker.paced.p99_ms:.0f} ms"
    yield "" if worker.peak_mebibytes is None else f"{worker.peak_mebibytes:.0f} MiB"


if __name__ == "__main__":
    main()
