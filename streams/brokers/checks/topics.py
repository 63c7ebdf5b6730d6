"""Checks of the topics: that they exist, and that partitions, replicas, configs, timestamps and ids are as wanted."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from streams.brokers.checks.facts import Facts
from streams.brokers.checks.finding import Finding, Severity
from streams.brokers.layout import CLEANUP, CLOCK, FOR_EVER, IN_SYNC, RETENTION, TopicFound, TopicSpec
from streams.errors import TopicsError
from streams.settings.schema import Settings

Difference: TypeAlias = Callable[[TopicSpec, TopicFound], Iterator[tuple[str, str]]]
"""Yields what is wrong with a topic that exists, and what to do about it."""


def existence(settings: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether every topic exists; a worker creates none."""
    missing = [spec.name for spec in specs if spec.name not in facts.topics]
    if missing:
        error = TopicsError(
            f"the broker at {settings.kafka.bootstrap_servers} has no topic {', '.join(missing)}: "
            "create the topics with: copytaster topics create"
        )
        remedy = "create missing topics with: copytaster topics create"
        yield Finding("topics", Severity.BLOCKING, f"{', '.join(missing)}: missing", remedy, error)
    else:
        yield Finding("topics", Severity.OK, f"all {len(specs)} exist")


def partitions(_: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether every topic has the partitions of the settings, each with a leader."""
    yield from _compare("partitions", "as many as topics.partitions, each with a leader", _partitions, specs, facts)


def replicas(_: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether every topic has the replicas that its writes and the settings require."""
    sound = f"as many as topics.replication_factor and {IN_SYNC} require"
    yield from _compare("replicas", sound, _replicas, specs, facts)


def configs(_: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether cleanup, retention and the largest record of every topic are as wanted."""
    yield from _compare("configs", "cleanup, retention and largest records are as required", _configs, specs, facts)
    yield from _unreported("configs", {name for spec in specs for name in spec.configs if name != CLOCK}, facts)


def timestamps(_: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether records have the timestamps of the broker: those of publishers may be years old, or ahead."""
    yield from _compare("timestamps", "are those of the broker", _timestamps, specs, facts)
    yield from _unreported("timestamps", {CLOCK}, facts)


def ids(_: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether the broker gives topics ids, by which a recreated topic is distinguished from its predecessor."""
    without = [spec.name for spec in specs if spec.name in facts.topics and facts.topics[spec.name].id is None]
    if without:
        message = (
            f"the broker gives no topic ids (before Kafka 2.8): a recreated topic of {len(without)} looks the same"
        )
        yield Finding("topic ids", Severity.WARNING, message, "stop the workers before you recreate a topic")
    elif facts.topics:
        yield Finding("topic ids", Severity.OK, "the broker gives every topic its id")


def _compare(
    check: str, sound: str, differences: Difference, specs: Sequence[TopicSpec], facts: Facts
) -> Iterator[Finding]:
    """Yield one finding for each difference, with all topics that have it, or that there is none."""
    topics: dict[tuple[str, str], list[str]] = {}
    for spec in specs:
        if found := facts.topics.get(spec.name):
            for difference in differences(spec, found):
                topics.setdefault(difference, []).append(spec.name)
    for (message, remedy), names in topics.items():
        yield Finding(check, Severity.PROBLEM, f"{', '.join(names)}: {message}", remedy)
    if facts.topics and not topics:
        yield Finding(check, Severity.OK, sound)


def _unreported(check: str, wanted: set[str], facts: Facts) -> Iterator[Finding]:
    """Yield which configs the broker reports of no topic, so that they are not checked."""
    missing = sorted(wanted - {name for each in facts.topics.values() for name in each.configs})
    if facts.topics and missing:
        message = f"the broker does not report {', '.join(missing)}: not checked"
        yield Finding(check, Severity.UNKNOWN, message, "check them with its own tools, or allow DescribeConfigs")


def _partitions(spec: TopicSpec, found: TopicFound) -> Iterator[tuple[str, str]]:
    if found.partitions < spec.partitions:
        yield (
            f"{found.partitions} partitions where topics.partitions is {spec.partitions}",
            "add partitions, or lower the setting",
        )
    if found.leaderless:
        numbers = ", ".join(map(str, found.leaderless))
        yield f"no broker leads partition {numbers}", "start the brokers that have its replicas"


def _replicas(spec: TopicSpec, found: TopicFound) -> Iterator[tuple[str, str]]:
    if found.replicas is None:
        return
    in_sync = int(found.configs.get(IN_SYNC, "1"))
    if found.replicas < in_sync:
        message = f"{found.replicas} replicas where {IN_SYNC} is {in_sync}"
        yield f"{message}, with which brokers before Kafka 4.1 accept no record", "add replicas, or lower that config"
    elif found.replicas < spec.replication_factor:
        yield (
            f"{found.replicas} replicas where topics.replication_factor is {spec.replication_factor}",
            "add replicas, or lower the setting",
        )


def _configs(spec: TopicSpec, found: TopicFound) -> Iterator[tuple[str, str]]:
    for config in sorted((spec.configs.keys() & found.configs.keys()) - {CLOCK}):
        required, actual = spec.configs[config], found.configs[config]
        if not _is_sufficient(config, required, actual):
            yield f"{config}={actual} where {required} is required", "change it with your broker's tools"


def _timestamps(spec: TopicSpec, found: TopicFound) -> Iterator[tuple[str, str]]:
    required, actual = spec.configs.get(CLOCK), found.configs.get(CLOCK)
    if required and actual and actual != required:
        yield f"{CLOCK}={actual} where {required} is required", "change it with your broker's tools"


def _is_sufficient(config: str, required: str, actual: str) -> bool:
    """Return whether a config meets the requirement; the operator may choose larger limits and a longer retention."""
    if config == CLEANUP:
        return set(actual.replace(" ", "").split(",")) == set(required.split(","))
    if config == RETENTION and int(actual) == FOR_EVER:
        return True
    return int(actual) >= int(required)
