"""What the order of versions costs a worker: rate and latency with `versions.enabled` and without it, in turn.

`python -m bench.order [COUNT]` prints the medians of three rounds over 4,000 generated articles with ids of their own,
one worker. BENCH_BROKER: see bench/testbed.py; Apache Kafka by default.
"""

import sys
from collections.abc import Sequence
from itertools import islice
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from bench import generated, through_worker
from bench.measures import ThroughWorker
from bench.testbed import open_testbed
from streams.brokers.cluster import Cluster

COUNT: Final = 4_000
PARAGRAPHS: Final = 3
ROUNDS: Final = 3
ONE: Final = "1"
"""Partition, so that the offset of a record says to which part of the measurement it belongs."""

LABELS: Final = {"true": "with order", "false": "without"}


def main(arguments: Sequence[str]) -> None:
    """Measure, and print what was measured."""
    count = int(arguments[0]) if arguments else COUNT
    raw_values = [value for _, value in islice(generated.articles(PARAGRAPHS), count)]
    console = Console()
    found: dict[str, list[ThroughWorker]] = {enabled: [] for enabled in LABELS}
    with console.status("a worker with order and without"):
        for _ in range(ROUNDS):
            for enabled, measures in found.items():
                measures.append(_measure(raw_values, enabled))
    console.print(_table(found))


def _measure(raw_values: Sequence[bytes], enabled: str) -> ThroughWorker:
    with (
        open_testbed(topics__partitions=ONE, versions__enabled=enabled) as bed,
        bed.workers(1) as (worker,),
        Cluster(bed.settings) as cluster,
    ):
        return through_worker.measure_worker(cluster, worker, bed.settings, raw_values)


def _table(found: dict[str, list[ThroughWorker]]) -> Table:
    table = Table("", "articles/s", "articles/s per core", "p50 ms at a quarter", "p99 ms")
    for enabled, measures in found.items():
        cores = [each.articles_per_core_second for each in measures if each.articles_per_core_second]
        table.add_row(
            LABELS[enabled],
            f"{median(each.articles_per_second for each in measures):.0f}",
            f"{median(cores):.0f}" if cores else "",
            f"{median(each.paced.p50_ms for each in measures):.0f}",
            f"{median(each.paced.p99_ms for each in measures):.0f}",
        )
    return table


if __name__ == "__main__":
    main(sys.argv[1:])
