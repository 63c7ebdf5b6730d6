"""The Kafka topics as they should be: names, partitions and configurations, and what is wrong with those that are.

Nothing here talks to a broker. The names of Kafka's configurations are those of its documentation (topic configs).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from classifiers.topic.taxonomy import Taxonomy
from streams.settings.schema import KIBIBYTE, Settings
from streams.stages.route import routes

ENVELOPE_BYTES = 64 * KIBIBYTE
"""What an output record may hold beyond the raw one: a dead letter's headers, or what was said of an article."""

SAFE_REPLICATION = 3
"""Copies from which on a write may wait for two of them and still survive the loss of one broker."""

DAY_MS = 24 * 60 * 60 * 1000
FOR_EVER = -1
"""Kafka's `retention.ms` of a topic from which nothing is deleted."""

CLEANUP, RETENTION, LARGEST = "cleanup.policy", "retention.ms", "max.message.bytes"
CLOCK = "message.timestamp.type"

BROKERS_CLOCK = "LogAppendTime"
"""What is written has the broker's time. A worker's clock may be wrong: from version 4 on Kafka refuses records of an
hour ahead (`message.timestamp.after.max.ms`), and a look at what came since yesterday would miss those of a day ago."""

Configs: TypeAlias = Mapping[str, str]


class TopicSpec(msgspec.Struct, frozen=True):
    """One Kafka topic as it should be."""

    name: str
    partitions: int
    replication_factor: int
    configs: dict[str, str]


class TopicFound(msgspec.Struct, frozen=True):
    """One Kafka topic as the broker describes it; a config that the broker does not tell is missing from `configs`."""

    partitions: int
    configs: dict[str, str]


def topic_specs(settings: Settings, taxonomy: Taxonomy) -> list[TopicSpec]:
    """Return every Kafka topic that the settings name, the raw one first, routed ones last.

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
        topics.tagged: _written("compact,delete", kept, largest),
        topics.review: _written("delete", kept, largest),
        topics.rejected: _written("delete", kept, largest),
    }
    routed = (name for name in routes(topics, taxonomy).values() if name not in fixed)
    every = fixed | dict.fromkeys(routed, fixed[topics.tagged])
    replicas = topics.replication_factor
    durable = {"min.insync.replicas": "2"} if replicas >= SAFE_REPLICATION else {}
    return [TopicSpec(name, topics.partitions, replicas, configs | durable) for name, configs in every.items()]


def faults(specs: Iterable[TopicSpec], found: Mapping[str, TopicFound]) -> list[str]:
    """Return what is wrong with topics, one sentence for each fault, which names all topics that have it.

    Parameters
    ----------
    specs
        The topics as they should be.
    found
        Those that the broker has, by name.
    """
    topics: dict[str, list[str]] = {}
    for spec in specs:
        for fault in _faults(spec, found.get(spec.name)):
            topics.setdefault(fault, []).append(spec.name)
    return [f"{', '.join(names)}: {fault}" for fault, names in topics.items()]


def unreported_configs(specs: Iterable[TopicSpec], found: Mapping[str, TopicFound]) -> list[str]:
    """Return the configs that the broker does not tell of any topic, so that nothing can be said about them."""
    wanted = {config for spec in specs for config in spec.configs}
    return sorted(wanted - {config for each in found.values() for config in each.configs})


def _faults(spec: TopicSpec, found: TopicFound | None) -> Iterator[str]:
    if found is None:
        yield "missing; create what is missing with: copytaster topics create"
        return
    if found.partitions < spec.partitions:
        yield (
            f"{found.partitions} partitions where topics.partitions asks for {spec.partitions}; add partitions, "
            "or lower the setting"
        )
    for config in sorted(spec.configs.keys() & found.configs.keys()):
        wanted, actual = spec.configs[config], found.configs[config]
        if not _is_enough(config, wanted, actual):
            yield f"{config}={actual} where {wanted} is needed; change it with your broker's tools"


def _configs(cleanup: str, retention_days: int, largest_bytes: int) -> dict[str, str]:
    return {CLEANUP: cleanup, RETENTION: str(retention_days * DAY_MS), LARGEST: str(largest_bytes)}


def _written(cleanup: str, retention_days: int, largest_bytes: int) -> dict[str, str]:
    return {**_configs(cleanup, retention_days, largest_bytes + ENVELOPE_BYTES), CLOCK: BROKERS_CLOCK}


def _is_enough(config: str, wanted: str, actual: str) -> bool:
    """Return whether a config serves: more room or a longer life than asked for is the operator's own choice."""
    if config == CLEANUP:
        return set(actual.replace(" ", "").split(",")) == set(wanted.split(","))
    if config == CLOCK:
        return actual == wanted
    if config == RETENTION and int(actual) == FOR_EVER:
        return True
    return int(actual) >= int(wanted)
