"""A worker behind the embedded broker, first with everything it can take, then at an easy pace.

The worker is the command `copytaster worker`, a process of its own; its CPU time counts from when it is ready.
"""

import sys
import time
from collections.abc import Iterator, Sequence

import msgspec

from bench.measures import ThroughWorker, cpu_seconds_of, latency, peak_mebibytes_of
from bench.workers import PATIENCE_SECONDS, POLL_SECONDS, Watched, running, variables
from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import topic_specs
from streams.records.origin import RawRecord
from streams.records.tagged import TaggedArticle
from streams.settings import Settings, load
from streams.stages.dates import received_at

EASY_SHARE = 0.25
"""Pace of the second part, as a share of the full rate: latency without a queue."""

EASY_SECONDS = 15.0


def measure(raw_values: Sequence[bytes], isolation: str) -> ThroughWorker:
    """Return what a worker, its child process included, needs for these raw articles."""
    with EmbeddedBroker() as broker:
        environment = variables(broker.bootstrap_servers, worker__isolation=isolation)
        settings = load(environment=environment)
        with Cluster(settings) as cluster:
            cluster.create(topic_specs(settings, Taxonomy.load(resources.seed("taxonomy.json"))))
            with running(environment) as worker:
                return measure_worker(cluster, worker, settings, raw_values)


def measure_worker(cluster: Cluster, worker: Watched, settings: Settings, raw_values: Sequence[bytes]) -> ThroughWorker:
    """Return what a worker that is ready needs for these raw articles."""
    cpu_started, started = cpu_seconds_of(worker.pid), time.perf_counter()
    produce(cluster, settings.topics.raw, raw_values)
    wait_for(worker, len(raw_values))
    wall_seconds = time.perf_counter() - started
    cpu_ended = cpu_seconds_of(worker.pid)
    cpu_seconds = None if cpu_started is None or cpu_ended is None else cpu_ended - cpu_started
    outputs, rate = worker.count("copytaster_output_records"), len(raw_values) / wall_seconds
    pace = rate * EASY_SHARE
    paced_values = [raw_values[number % len(raw_values)] for number in range(max(50, int(pace * EASY_SECONDS)))]
    produce(cluster, settings.topics.raw, paced_values, pause_seconds=1 / pace)
    wait_for(worker, len(raw_values) + len(paced_values))
    delays = _delays(cluster.records([settings.topics.tagged]))
    return ThroughWorker(
        articles=len(raw_values),
        outputs=outputs,
        wall_seconds=round(wall_seconds, 2),
        articles_per_second=round(rate, 1),
        cpu_seconds=cpu_seconds and round(cpu_seconds, 2),
        articles_per_core_second=cpu_seconds and round(len(raw_values) / cpu_seconds, 1),
        paced_articles_per_second=round(pace, 1),
        paced=latency([delay for offset, delay in delays if offset >= len(raw_values)]),
        peak_mebibytes=(peak := peak_mebibytes_of(worker.pid)) and round(peak, 1),
    )


def produce(cluster: Cluster, topic: str, raw_values: Sequence[bytes], pause_seconds: float = 0.0) -> None:
    """Send the articles, so many seconds apart."""
    started = time.perf_counter()
    with cluster.producer() as producer:
        for number, value in enumerate(raw_values):
            time.sleep(max(0.0, started + number * pause_seconds - time.perf_counter()))
            producer.send(topic, value)


def wait_for(worker: Watched, articles: int) -> None:
    """Wait until the worker has taken so many articles; exit where it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while worker.count("copytaster_records_in") < articles:
        if time.monotonic() > deadline:
            sys.exit("the worker did not finish in time")
        time.sleep(POLL_SECONDS)


def _delays(tagged: Iterator[RawRecord]) -> Iterator[tuple[int, float]]:
    """Yield the raw offset, and the seconds between the raw record's timestamp and the tagged record's."""
    decoder = msgspec.json.Decoder(TaggedArticle)
    for record in tagged:
        if record.value is None:
            continue
        article, published = decoder.decode(record.value), received_at(record)
        if published and article.received_at:
            yield article.provenance.origin.offset, (published - article.received_at).total_seconds()
