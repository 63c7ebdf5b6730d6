"""Kafka topic layout: the required names, partitions and configs (`checks.topics` compares existing topics).

Nothing here talks to a broker. The names of configs are those of Kafka's documentation (topic configs).
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from classifiers.topic.taxonomy import Taxonomy
from streams.settings.schema import KIBIBYTE, Settings
from streams.stages.route import routes

ENVELOPE_BYTES = 64 * KIBIBYTE
"""Size by which an output record may exceed its raw record: a dead letter's headers, or the tags of an article."""

SAFE_REPLICATION = 3
"""Replication factor from which on a write can require two replicas and still succeed after the loss of one broker."""

DAY_MS = 24 * 60 * 60 * 1000
FOR_EVER = -1
"""Kafka's `retention.ms` of a topic from which nothing is deleted."""

CLEANUP, RETENTION, LARGEST = "cleanup.policy", "retention.ms", "max.message.bytes"
COMPACTION_LAG = "min.compaction.lag.ms"
"""How long a claim on the versions topic is kept in any case: as long as its raw record, so that a worker that gets
that record again knows that it may have been published before."""

CLOCK, IN_SYNC = "message.timestamp.type", "min.insync.replicas"

BROKERS_CLOCK = "LogAppendTime"
"""Records get the broker's timestamp, because another clock may be wrong: from version 4 on Kafka refuses timestamps
one hour ahead (`message.timestamp.after.max.ms`), and a reader that begins at a time misses older ones. On the raw
topic, retention would delete imported archives whose timestamps are the articles' own dates before a worker reads
them."""

Configs: TypeAlias = Mapping[str, str]


class TopicSpec(msgspec.Struct, frozen=True):
    """One Kafka topic as the settings require it."""

    name: str
    partitions: int
    replication_factor: int
    configs: dict[str, str]


class TopicFound(msgspec.Struct, frozen=True):
    """One Kafka topic as the broker describes it; `configs` has only the configs that the broker reports.

    `replicas` counts those of the partition with the fewest, None where that is not known; `leaderless` are the
    partitions that no broker leads. `operations` are what the user may do with the topic; empty where the broker does
    not report it.
    """

    partitions: int
    configs: dict[str, str]
    replicas: int | None = None
    leaderless: tuple[int, ...] = ()
    id: str | None = None
    operations: tuple[str, ...] = ()


def topic_specs(settings: Settings, taxonomy: Taxonomy) -> list[TopicSpec]:
    """Return every Kafka topic that the settings name: the raw topic first, routed topics last.

    Raises
    ------
    SettingsError
        If a route names a topic that the taxonomy does not have.
    """
    topics = settings.topics
    largest = settings.limits.max_record_bytes
    kept = topics.output_retention_days
    fixed = {
        topics.raw: _configs("delete", topics.raw_retention_days, largest),
        topics.tagged: _configs("compact,delete", kept, largest + ENVELOPE_BYTES),
        topics.review: _configs("delete", kept, largest + ENVELOPE_BYTES),
        topics.rejected: _configs("delete", kept, largest + ENVELOPE_BYTES),
    }
    if settings.versions.enabled:
        lag_ms = topics.raw_retention_days * DAY_MS
        fixed[topics.versions] = {CLEANUP: "compact", COMPACTION_LAG: str(lag_ms), CLOCK: BROKERS_CLOCK}
    routed = (name for name in routes(topics, taxonomy).values() if name not in fixed)
    every = fixed | dict.fromkeys(routed, fixed[topics.tagged])
    replicas = topics.replication_factor
    # Set in any case: the brokers' own default may ask for more replicas than there are.
    durable = {IN_SYNC: "2" if replicas >= SAFE_REPLICATION else "1"}
    return [TopicSpec(name, topics.partitions, replicas, configs | durable) for name, configs in every.items()]


def _configs(cleanup: str, retention_days: int, largest_bytes: int) -> dict[str, str]:
    retention_ms = retention_days * DAY_MS
    return {CLEANUP: cleanup, RETENTION: str(retention_ms), LARGEST: str(largest_bytes), CLOCK: BROKERS_CLOCK}
