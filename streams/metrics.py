"""What Prometheus sees of a worker: counted once for each batch, in seconds, under `copytaster_`.

The only module that knows prometheus_client. The core hands over frozen reports; nothing here decides anything.
Labels are bounded: stages, reasons, topics of the taxonomy, three stances, partitions.
"""

import platform
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from classifiers.predictions import AbstainReason, StanceLabel
from streams import __version__
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import RejectReason
from streams.records.report import BatchReport
from streams.records.tagged import Release

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
UNDECIDED = "undecided"
"""The label of a stance for which no class was probable enough."""

CHILD_ENDS = (RejectReason.DEADLINE, RejectReason.OUT_OF_MEMORY, RejectReason.PROCESS_DIED)

STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""From a stage of one short article to the deadline of a whole batch, which is 120 s by default."""

LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400)
"""Fine around the second that an article should take, coarse up to the day that a backlog may be old."""

BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096)
"""Doubling up to 1,024, then the largest batch that the settings allow."""


class Metrics:
    """The metrics of one worker, in a registry of their own.

    Parameters
    ----------
    registry
        Where they are registered; a fresh one by default.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # Without this, every counter has a second series with the time at which it was made.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left its types out
        self._registry = registry or CollectorRegistry()
        self._slugs: Mapping[str, str] = {}
        self._define_counters()
        self._define_measures()
        ProcessCollector(registry=self._registry)
        build = Gauge("copytaster_build_info", "What runs.", ["version", "python"], registry=self._registry)
        build.labels(__version__, platform.python_version()).set(1)

    def _define_counters(self) -> None:
        registry = self._registry
        self._in = Counter("copytaster_articles_in", "Raw records whose batch is acknowledged.", registry=registry)
        self._tagged = Counter("copytaster_articles_tagged", "Raw records that were tagged.", registry=registry)
        self._withdrawn = Counter("copytaster_articles_withdrawn", "Articles withdrawn.", registry=registry)
        self._rejected = Counter(
            "copytaster_articles_rejected", "Dead letters.", ["stage", "reason"], registry=registry
        )
        self._abstained = Counter(
            "copytaster_articles_abstained", "Tagged without a topic.", ["reason"], registry=registry
        )
        self._topics = Counter("copytaster_topic_predictions", "Articles by main topic.", ["topic"], registry=registry)
        self._stances = Counter(
            "copytaster_stance_predictions", "Stances towards any target.", ["label"], registry=registry
        )
        self._outputs = Counter("copytaster_output_records", "Output records acknowledged.", registry=registry)
        self._publish_retries = Counter("copytaster_publish_retries", "Output records sent again.", registry=registry)
        self._connect_retries = Counter(
            "copytaster_connect_retries", "Times that a broker was looked for again at the start.", registry=registry
        )
        self._child_ends = Counter(
            "copytaster_child_ends",
            "Child processes that ended by themselves or were killed over a batch.",
            ["reason"],
            registry=registry,
        )
        # A series that begins at its first event has no rate for that event.
        for reason in AbstainReason:
            self._abstained.labels(reason)
        for label in (*StanceLabel, UNDECIDED):
            self._stances.labels(label)
        for end in CHILD_ENDS:
            self._child_ends.labels(end)

    def _define_measures(self) -> None:
        registry = self._registry
        self._stage_seconds = Histogram(
            "copytaster_stage_seconds",
            "Time of a stage for one batch.",
            ["stage"],
            registry=registry,
            buckets=STAGE_BUCKETS,
        )
        self._latency_seconds = Histogram(
            "copytaster_end_to_end_seconds",
            "From the raw record's timestamp to the acknowledgement of its outputs.",
            registry=registry,
            buckets=LATENCY_BUCKETS,
        )
        self._batch_articles = Histogram(
            "copytaster_batch_articles", "Records of a batch.", registry=registry, buckets=BATCH_BUCKETS
        )
        self._in_progress = Gauge(
            "copytaster_articles_in_progress", "Records in a batch that is not acknowledged.", registry=registry
        )
        self._model_info = Gauge(
            "copytaster_model_info", "Which model answers.", ["kind", "name", "version", "digest"], registry=registry
        )
        self._oldest_work_seconds = Gauge(
            "copytaster_oldest_work_seconds",
            "Age of the oldest record taken up and not acknowledged, or that could be taken up and is not.",
            registry=registry,
        )

    def on_batch_start(self, size: int) -> None:
        """Note that a batch of so many records is being processed."""
        self._in_progress.set(size)
        self._batch_articles.observe(size)

    def on_batch_done(self, report: BatchReport) -> None:
        """Count a batch whose records are all acknowledged."""
        self._in_progress.set(0)
        self._in.inc(len(report.outcomes))
        self._outputs.inc(report.outputs)
        for stage, seconds in report.stage_seconds.items():
            self._stage_seconds.labels(stage).observe(seconds)
        for received_ms in report.received_ms:
            if received_ms is not None:
                # Two machines' clocks may disagree by more than the latency.
                self._latency_seconds.observe(max(0, report.acknowledged_ms - received_ms) / 1000)
        self._count_outcomes(report.outcomes)

    def on_publish_retry(self, records: int) -> None:
        """Count output records that are sent again, as soon as they are."""
        self._publish_retries.inc(records)

    def on_connect_retry(self) -> None:
        """Count that the worker looks for its broker again."""
        self._connect_retries.inc()

    def on_child_ended(self, reason: RejectReason) -> None:
        """Count a child process that ended before it was told to."""
        self._child_ends.labels(reason).inc()

    def watch_child(self, pid: Callable[[], int]) -> None:
        """Ask this for the id of the child process, 0 where there is none, and show what the system says of it."""
        ProcessCollector(namespace="copytaster_child", pid=pid, registry=self._registry)

    def on_loaded(self, release: Release, slugs: Mapping[str, str]) -> None:
        """Note which models are loaded, and the short names of the topics by their id, for their label."""
        self._slugs = slugs
        for kind, model in (("topic", release.models.topic), ("stance", release.models.stance)):
            self._model_info.labels(kind, model.name, model.version, model.digest).set(1)

    def watch_lag(self, lag: Callable[[], Mapping[int, int]]) -> None:
        """Ask this for the lag by partition whenever metrics are read."""
        self._registry.register(_LagCollector(lag))

    def watch_oldest_work(self, age_seconds: Callable[[], float]) -> None:
        """Ask this for the age of the oldest unfinished work whenever metrics are read."""
        self._oldest_work_seconds.set_function(age_seconds)

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)

    def _count_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        tagged = [outcome for outcome in outcomes if isinstance(outcome, Tagged)]
        self._tagged.inc(len(tagged))
        self._withdrawn.inc(sum(isinstance(outcome, Withdrawn) for outcome in outcomes))
        rejected = ((outcome.stage, outcome.reason) for outcome in outcomes if isinstance(outcome, Rejected))
        for (stage, reason), count in Tally(rejected).items():
            self._rejected.labels(stage, reason).inc(count)
        _count(self._abstained, (each.abstained for each in tagged if each.abstained))
        _count(self._topics, (self._slug(each.main_topic) for each in tagged if each.main_topic))
        _count(self._stances, (label or UNDECIDED for each in tagged for label in each.stances))

    def _slug(self, topic_id: str) -> str:
        return self._slugs.get(topic_id, topic_id)


class _LagCollector(Collector):
    """The consumer's lag, asked for when it is read."""

    def __init__(self, lag: Callable[[], Mapping[int, int]]) -> None:
        self._lag = lag

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the lag by partition."""
        family = GaugeMetricFamily(
            "copytaster_consumer_lag_records", "Records between the commit and the end.", labels=["partition"]
        )
        for partition, records in sorted(self._lag().items()):
            family.add_metric([str(partition)], records)
        yield family

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield nothing: registering must not ask a consumer that has not started."""
        return iter(())


def _count(counter: Counter, labels: Iterable[str]) -> None:
    for label, count in Tally(labels).items():
        counter.labels(label).inc(count)
