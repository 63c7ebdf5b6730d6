"""What Prometheus sees: read back in its own text format."""

import os
import sys

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from classifiers.predictions import StanceLabel, TopicScore
from streams.metrics.worker import MAX_PUBLISHER_CHARS, MAX_SLOW_PUBLISHERS, Metrics
from streams.records.article import Note
from streams.records.outcome import Outcome, Rejected, Withdrawn
from streams.records.rejection import RejectReason, Stage
from streams.records.report import BatchReport
from tests.streams.worker.records import RELEASE, stance, tagged

REJECTED = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "not JSON")


def report(*outcomes: Outcome, received_ms: tuple[int | None, ...] | None = None) -> BatchReport:
    """Return the report of a batch that was acknowledged two seconds into the epoch."""
    return BatchReport(
        outcomes=outcomes,
        received_ms=received_ms or (1_000,) * len(outcomes),
        stage_seconds={Stage.TAG: 0.02, Stage.PUBLISH: 0.01},
        acknowledged_ms=2_000,
        outputs=2 * len(outcomes),
    )


def read(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Return every sample by its name and the values of its labels, in the order of their names."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def after(*reports: BatchReport) -> dict[tuple[str, ...], float]:
    """Return the samples of a worker that has seen these batches."""
    metrics = Metrics()
    metrics.on_loaded(RELEASE, {"medtop:11000000": "politics"})
    for each in reports:
        metrics.on_batch_start(len(each.outcomes))
        metrics.on_batch_done(each)
    return read(metrics)


def test_outcomes_are_counted() -> None:
    """Records in are the sum of those tagged, rejected by stage and reason, and withdrawn."""
    samples = after(report(tagged(), REJECTED, Withdrawn("a")), report(tagged(), REJECTED))

    assert samples["copytaster_records_in_total",] == 5
    assert samples["copytaster_records_tagged_total",] == 2
    assert samples["copytaster_records_withdrawn_total",] == 1
    assert samples["copytaster_records_rejected_total", "not_json", "decode"] == 2


def test_predictions_are_counted_by_label() -> None:
    """Main topics are counted by their short name, stances by their label, and those without one as abstained."""
    stances = (stance(StanceLabel.FAVOR), stance(StanceLabel.FAVOR), stance(None))
    samples = after(report(tagged(stances=stances), tagged()))

    assert samples["copytaster_topic_predictions_total", "politics"] == 2
    assert samples["copytaster_stance_predictions_total", "favor"] == 2
    assert samples["copytaster_stance_predictions_total", "abstained"] == 1


def test_a_topic_without_a_short_name_is_counted_by_its_id() -> None:
    """A topic that the taxonomy does not shorten is labelled with its id."""
    samples = after(report(tagged(topics=(TopicScore("medtop:1", "other", 0.9),))))

    assert samples["copytaster_topic_predictions_total", "medtop:1"] == 1


def test_abstentions_are_counted_by_reason() -> None:
    """An article without a topic counts under the reason of the abstention."""
    samples = after(report(tagged(topics=())))

    assert samples["copytaster_records_abstained_total", "too_little_text"] == 1


def test_notes_are_counted_by_field_and_reason() -> None:
    """A note counts under its field and reason, and never under its value, so that labels are bounded."""
    notes = (Note("published_at", "not_a_date", "next week"), Note("url", "not_a_url", "a"))
    samples = after(report(tagged(notes=notes), tagged(notes=notes[:1]), REJECTED))

    assert samples["copytaster_article_notes_total", "published_at", "not_a_date"] == 2
    assert samples["copytaster_article_notes_total", "url", "not_a_url"] == 1
    assert not any("next week" in name for name in samples)


def test_known_labels_begin_at_zero() -> None:
    """Reasons of abstention and stances have a series before their first event."""
    samples = after()

    assert samples["copytaster_records_abstained_total", "language_not_supported"] == 0
    assert samples["copytaster_stance_predictions_total", "against"] == 0


def test_durations_are_in_seconds() -> None:
    """Stages are timed by batch and articles from their timestamp to their acknowledgement, in seconds."""
    samples = after(report(tagged(), tagged()))

    assert samples["copytaster_stage_seconds_sum", "tag"] == pytest.approx(0.02)
    assert samples["copytaster_stage_seconds_count", "publish"] == 1
    assert (samples["copytaster_end_to_end_seconds_sum",], samples["copytaster_end_to_end_seconds_count",]) == (2, 2)


def measured(*articles: tuple[str | None, float]) -> BatchReport:
    """Return the report of a batch of publishers and the CPU seconds of their articles."""
    return msgspec.structs.replace(
        report(*[tagged() for _ in articles]),
        publishers=tuple(publisher for publisher, _ in articles),
        cpu_seconds=tuple(seconds for _, seconds in articles),
    )


def test_the_cpu_time_of_articles_is_measured() -> None:
    """Each article is observed, and the time of slow ones is counted by publisher."""
    samples = after(measured(("quick", 0.25), ("slow", 1.5), ("slow", 2.0), (None, 4.0)))

    assert (samples["copytaster_article_cpu_seconds_count",], samples["copytaster_article_cpu_seconds_sum",]) == (
        4,
        7.75,
    )
    named = {
        labels[1]: value
        for labels, value in samples.items()
        if labels[0] == "copytaster_slow_article_cpu_seconds_total"
    }
    assert named == {"slow": 3.5, "unknown": 4.0}


def test_few_publishers_are_named() -> None:
    """However many publishers send slow articles, the first of them are named, and the others counted together."""
    samples = after(measured(*[(f"{number}{'x' * 500}", 2.0) for number in range(1_000)]))

    named = {
        labels[1]: value
        for labels, value in samples.items()
        if labels[0] == "copytaster_slow_article_cpu_seconds_total"
    }
    assert len(named) == MAX_SLOW_PUBLISHERS + 1
    assert named["other"] == 2.0 * (1_000 - MAX_SLOW_PUBLISHERS)
    assert max(map(len, named)) == MAX_PUBLISHER_CHARS


def test_clocks_that_disagree_give_no_negative_latency() -> None:
    """A timestamp from the future counts as no latency, and a record without one is left out."""
    samples = after(report(tagged(), tagged(), received_ms=(9_000, None)))

    assert (samples["copytaster_end_to_end_seconds_sum",], samples["copytaster_end_to_end_seconds_count",]) == (0, 1)


def test_publishing_is_counted() -> None:
    """Output records are counted when the broker has them."""
    assert after(report(tagged()))["copytaster_output_records_total",] == 2


def test_retries_are_counted_at_once() -> None:
    """What is tried again is counted when it is, and not when it has succeeded."""
    metrics = Metrics()
    metrics.on_publish_retry(3)
    metrics.on_publish_retry(1)
    metrics.on_connect_retry()

    samples = read(metrics)

    assert (samples["copytaster_publish_retries_total",], samples["copytaster_connect_retries_total",]) == (4, 1)


def test_work_in_progress_is_seen() -> None:
    """Between its start and its end a batch is in progress."""
    metrics = Metrics()
    metrics.on_batch_start(3)
    before = read(metrics)
    metrics.on_batch_done(report(tagged(), tagged(), tagged()))

    assert before["copytaster_records_in_progress",] == 3
    assert read(metrics)["copytaster_records_in_progress",] == 0
    assert read(metrics)["copytaster_batch_records_sum",] == 3


def test_models_and_build_are_named() -> None:
    """Which models answer and which code runs can be read."""
    samples = after()

    assert samples["copytaster_model_info", "sha256:0", "topic", "topic", "1"] == 1
    assert any(name[0] == "copytaster_build_info" for name in samples)


def test_ends_of_children_are_counted() -> None:
    """An end is counted by its reason, and every reason begins at zero."""
    metrics = Metrics()

    metrics.on_child_ended(RejectReason.DEADLINE)

    samples = read(metrics)
    assert samples["copytaster_child_ends_total", "deadline"] == 1
    assert samples["copytaster_child_ends_total", "process_died"] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_child_is_shown_beside_its_worker() -> None:
    """What the system says of the child process has names of its own; without a child there is nothing to say."""
    pid = os.getpid()
    metrics = Metrics()
    metrics.watch_child(lambda: pid)

    assert read(metrics)["copytaster_child_process_resident_memory_bytes",] > 0
    pid = 0
    assert ("copytaster_child_process_resident_memory_bytes",) not in read(metrics)


def test_lag_and_age_are_asked_for_when_read() -> None:
    """Lag by partition and the age of the oldest work are those of the moment of reading."""
    metrics = Metrics()
    lag = {0: 5}
    metrics.watch_lag(lambda: lag)
    metrics.watch_oldest_work(lambda: 1.5)
    lag[1] = 7

    samples = read(metrics)

    assert (samples["copytaster_consumer_lag_records", "0"], samples["copytaster_consumer_lag_records", "1"]) == (5, 7)
    assert samples["copytaster_oldest_work_seconds",] == 1.5


def test_labels_are_bounded() -> None:
    """No metric has a label that could hold the text of an article, or grow with the feed."""
    metrics = Metrics()
    metrics.on_loaded(RELEASE, {})
    metrics.on_batch_done(report(tagged(), REJECTED))
    metrics.on_batch_done(measured(("example.org", 2.0)))
    metrics.watch_lag(lambda: {0: 1})

    families = text_string_to_metric_families(metrics.render().decode())
    labels = {name for family in families for sample in family.samples for name in sample.labels}

    about_articles = {"stage", "reason", "topic", "label", "publisher"}
    assert labels == about_articles | {"partition", "kind", "name", "version", "digest", "python", "le"}


def test_workers_do_not_share_metrics() -> None:
    """Two workers in one process count apart."""
    first, second = Metrics(), Metrics()
    first.on_batch_done(report(tagged()))

    assert read(second)["copytaster_records_in_total",] == 0


def test_unreadable_partitions_have_a_series_while_they_are() -> None:
    """A partition that cannot be read has a series with its age, which goes when it can be read again."""
    metrics = Metrics()
    ages = {("raw", 3, "corrupt"): 7.5}
    metrics.watch_unreadable_partitions(lambda: ages)
    metrics.on_skipped(10)

    samples = read(metrics)
    ages.clear()

    assert samples["copytaster_partition_unreadable_seconds", "corrupt", "3", "raw"] == 7.5
    assert samples["copytaster_skipped_offsets_total",] == 10
    assert not [labels for labels in read(metrics) if labels[0] == "copytaster_partition_unreadable_seconds"]


def test_what_keeps_partitions_from_workers_is_exported() -> None:
    """Open transactions have a series for each partition, and strangers a number of partitions."""
    metrics = Metrics()
    open_seconds = {3: 12.5}
    metrics.watch_transactions("raw", lambda: open_seconds)
    metrics.watch_strangers(lambda: 2)

    rendered = metrics.render().decode()
    open_seconds.clear()

    assert 'copytaster_open_transaction_seconds{partition="3",topic="raw"} 12.5' in rendered
    assert "copytaster_foreign_partitions 2.0" in rendered
    assert "copytaster_open_transaction_seconds{" not in metrics.render().decode()
