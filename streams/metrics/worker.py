"""Prometheus metrics of a worker: counted once for each batch, times in seconds, names under `copytaster_`.

The core hands over frozen reports; nothing here decides anything.
Labels are bounded: stages, reasons, fields, topics of the taxonomy, three stances and their abstention, partitions, and
the first publishers of slow articles. A record that is redelivered is counted again.
"""

import platform
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from classifiers.predictions import AbstainReason, StanceLabel
from streams import __version__
from streams.metrics.scraped_gauge import ScrapedGauge
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import CHILD_ENDS, RejectReason, Stage
from streams.records.report import BatchReport
from streams.records.tagged import Release

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
ABSTAINED = "abstained"
"""The label of a stance whose probabilities were below the threshold."""

STAGE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""From a stage of one short article to the deadline of a whole batch, which is 120 s by default."""

LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400)
"""Fine around one second, the target of an article, coarse up to a day, the age of a backlog."""

ARTICLE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
"""From a short article to the budget of the largest record, which is 23 s by default."""

SLOW_SECONDS = 1.0
"""CPU time of an article from which its publisher is named: half of the smallest budget, and no shape of 200,000
characters takes as long (`tests/cost`)."""

MAX_SLOW_PUBLISHERS = 20
"""Publishers that are named, the first of a process: a publisher may choose its name, and each is a series. A dozen
fit into a legend."""

MAX_PUBLISHER_CHARS = 80
"""Characters of a publisher's name that are shown."""

OTHER, UNKNOWN = "other", "unknown"
"""Labels of the publishers that are not named any more, and of records whose publisher is not known."""

BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096)
"""Powers of two up to 1,024, then the maximum of `worker.batch_size`."""


class Metrics:
    """Metrics of one worker, in their own registry.

    Parameters
    ----------
    registry
        Where they are registered; a new one by default.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # Without this, every counter has a second series with its creation time.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left its types out
        self._registry = registry or CollectorRegistry()
        self._slugs: Mapping[str, str] = {}
        self._slow_publishers: set[str] = {UNKNOWN}
        self._define_counters()
        self._define_measures()
        ProcessCollector(registry=self._registry)
        build = Gauge(
            "copytaster_build_info",
            "Versions of Copytaster and Python.",
            ["version", "python"],
            registry=self._registry,
        )
        build.labels(__version__, platform.python_version()).set(1)

    def _define_counters(self) -> None:
        self._in = self._counter("copytaster_records_in", "Raw records whose outputs are all acknowledged.")
        self._tagged = self._counter("copytaster_records_tagged", "Raw records that were tagged.")
        self._withdrawn = self._counter("copytaster_records_withdrawn", "Raw records that withdrew an article.")
        self._rejected = self._counter(
            "copytaster_records_rejected",
            "Raw records sent to the dead-letter topic.",
            "stage",
            "reason",
        )
        self._abstained = self._counter(
            "copytaster_records_abstained", "Tagged records for which the topic model abstained.", "reason"
        )
        self._topics = self._counter("copytaster_topic_predictions", "Tagged records by main topic.", "topic")
        self._stances = self._counter("copytaster_stance_predictions", "Stances towards any target.", "label")
        self._notes = self._counter(
            "copytaster_article_notes",
            "Notes of tagged records: optional fields that could not be used as they came.",
            "field",
            "reason",
        )
        self._outputs = self._counter("copytaster_output_records", "Output records that the broker acknowledged.")
        self._publish_retries = self._counter("copytaster_publish_retries", "Output records that were retried.")
        self._connect_retries = self._counter("copytaster_connect_retries", "Retries to connect at the start.")
        self._slow_seconds = self._counter(
            "copytaster_slow_article_cpu_seconds",
            "CPU time of articles that took more than a second, by publisher: the first ones, and `other`.",
            "publisher",
        )
        self._skipped = self._counter(
            "copytaster_skipped_offsets", "Unreadable offsets of the raw topic that an operator had skipped."
        )
        self._child_ends = self._counter(
            "copytaster_child_ends",
            "Child processes that died, were killed at a deadline or budget, or could not be started again.",
            "reason",
        )
        # A series that is created by its first event has no rate for that event.
        for reason in AbstainReason:
            self._abstained.labels(reason)
        for label in (*StanceLabel, ABSTAINED):
            self._stances.labels(label)
        for end in (*CHILD_ENDS, RejectReason.TOO_SLOW):
            self._child_ends.labels(end)
        for stage in (Stage.DECODE, Stage.CLEAN, Stage.TAG):
            self._rejected.labels(stage, RejectReason.TOO_SLOW)

    def _define_measures(self) -> None:
        self._stage_seconds = self._histogram(
            "copytaster_stage_seconds", "Duration of a stage for one batch.", STAGE_BUCKETS, "stage"
        )
        self._article_seconds = self._histogram(
            "copytaster_article_cpu_seconds", "CPU time of an article in all stages but publishing.", ARTICLE_BUCKETS
        )
        self._latency_seconds = self._histogram(
            "copytaster_end_to_end_seconds",
            "End-to-end latency, from the raw record's timestamp to the acknowledgement of its outputs.",
            LATENCY_BUCKETS,
        )
        self._batch_records = self._histogram("copytaster_batch_records", "Raw records in a batch.", BATCH_BUCKETS)
        self._in_progress = self._gauge(
            "copytaster_records_in_progress", "Raw records in the batch that is processed and not acknowledged."
        )
        self._model_info = self._gauge("copytaster_model_info", "Models in use.", "kind", "name", "version", "digest")
        self._oldest_work_seconds = self._gauge(
            "copytaster_oldest_work_seconds",
            "Age of the oldest record that is fetched and not acknowledged.",
        )
        self._topic_missing = self._gauge(
            "copytaster_raw_topic_missing", "1 while the raw topic does not exist, else 0."
        )
        self._unreadable = self._scraped_gauge(
            "copytaster_partition_unreadable_seconds",
            "How long an assigned partition of the raw topic cannot be read; no series where it can.",
            "topic",
            "partition",
            "cause",
        )
        self._open_transactions = self._scraped_gauge(
            "copytaster_open_transaction_seconds",
            "How long the last stable offset of a partition stands still before an open transaction; no series where "
            "none is open.",
            "topic",
            "partition",
        )
        self._lag = self._scraped_gauge(
            "copytaster_consumer_lag_records",
            "Consumer lag: records between the committed offset, or the beginning if that is later, and the end of the "
            "partition.",
            "partition",
        )
        self._foreign_partitions = self._gauge(
            "copytaster_foreign_partitions",
            "Partitions of the raw topic that belong to members of the group that are no workers.",
        )

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self._registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self._registry)

    def _scraped_gauge(self, name: str, meaning: str, *labels: str) -> ScrapedGauge:
        gauge = ScrapedGauge(name, meaning, labels)
        self._registry.register(gauge)
        return gauge

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(name, meaning, labels, registry=self._registry, buckets=buckets)

    def on_batch_start(self, size: int) -> None:
        """Record that a batch of this size is being processed."""
        self._in_progress.set(size)
        self._batch_records.observe(size)

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
        for publisher, seconds in zip(report.publishers, report.cpu_seconds, strict=False):
            self._article_seconds.observe(seconds)
            if seconds > SLOW_SECONDS:
                self._slow_seconds.labels(self._slow_publisher(publisher)).inc(seconds)
        self._count_outcomes(report.outcomes)

    def on_publish_retry(self, records: int) -> None:
        """Count output records that are retried, at once."""
        self._publish_retries.inc(records)

    def on_connect_retry(self) -> None:
        """Count a connection retry."""
        self._connect_retries.inc()

    def on_skipped(self, offsets: int) -> None:
        """Count offsets that were skipped."""
        self._skipped.inc(offsets)

    def on_child_ended(self, reason: RejectReason) -> None:
        """Count a child process that died, was killed at a deadline, or could not be started again."""
        self._child_ends.labels(reason).inc()

    def watch_child(self, pid: Callable[[], int]) -> None:
        """Export CPU, memory and open files of the child process; `pid` returns its id, 0 where there is none."""
        ProcessCollector(namespace="copytaster_child", pid=pid, registry=self._registry)

    def on_loaded(self, release: Release, slugs: Mapping[str, str]) -> None:
        """Export the loaded models; `slugs` are the short names of the topics by id, used as label values."""
        self._slugs = slugs
        for kind, model in (("topic", release.models.topic), ("stance", release.models.stance)):
            self._model_info.labels(kind, model.name, model.version, model.digest).set(1)

    def watch_lag(self, lag: Callable[[], Mapping[int, int]]) -> None:
        """Export the consumer lag, which `lag` returns by partition at each scrape."""
        self._lag.watch(lambda: {(str(partition),): records for partition, records in lag().items()})

    def watch_strangers(self, partitions: Callable[[], int]) -> None:
        """Export how many partitions members hold that are no workers, which `partitions` returns at each scrape."""
        self._foreign_partitions.set_function(partitions)

    def watch_transactions(self, topic: str, seconds: Callable[[], Mapping[int, float]]) -> None:
        """Export how long transactions stay open, which `seconds` returns by partition at each scrape."""
        self._open_transactions.watch(lambda: {(topic, str(partition)): age for partition, age in seconds().items()})

    def watch_oldest_work(self, age_seconds: Callable[[], float]) -> None:
        """Export the age of the oldest unfinished record, which `age_seconds` returns at each scrape."""
        self._oldest_work_seconds.set_function(age_seconds)

    def watch_topic(self, is_missing: Callable[[], bool]) -> None:
        """Export whether the raw topic is missing, which `is_missing` returns at each scrape."""
        self._topic_missing.set_function(is_missing)

    def watch_unreadable_partitions(self, seconds: Callable[[], Mapping[tuple[str, int, str], float]]) -> None:
        """Export for how many seconds partitions cannot be read, by topic, partition and cause, at each scrape."""
        self._unreadable.watch(
            lambda: {(topic, str(partition), cause): age for (topic, partition, cause), age in seconds().items()}
        )

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
        for (field, cause), count in Tally(note for each in tagged for note in each.notes).items():
            self._notes.labels(field, cause).inc(count)
        _count(self._abstained, (each.abstained for each in tagged if each.abstained))
        _count(self._topics, (self._slug(each.main_topic) for each in tagged if each.main_topic))
        _count(self._stances, (label or ABSTAINED for each in tagged for label in each.stances))

    def _slow_publisher(self, publisher: str | None) -> str:
        """Return the label of a publisher of a slow article: its name, as long as there are few."""
        name = (publisher or UNKNOWN)[:MAX_PUBLISHER_CHARS]
        if len(self._slow_publishers) <= MAX_SLOW_PUBLISHERS:
            self._slow_publishers.add(name)
        return name if name in self._slow_publishers else OTHER

    def _slug(self, topic_id: str) -> str:
        return self._slugs.get(topic_id, topic_id)


def _count(counter: Counter, labels: Iterable[str]) -> None:
    for label, count in Tally(labels).items():
        counter.labels(label).inc(count)
