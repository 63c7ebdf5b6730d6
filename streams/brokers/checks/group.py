"""Checks of the consumer group: rights, coordinator, the topic of committed offsets, and the session timeout."""

from collections.abc import Iterator, Sequence

from streams.brokers.checks.facts import Facts
from streams.brokers.checks.finding import Finding, Severity
from streams.brokers.layout import IN_SYNC, TopicSpec
from streams.brokers.rights import denied_rights
from streams.errors import BrokerRefusedError, SettingsError
from streams.settings.schema import Settings

MIN_SESSION, MAX_SESSION = "group.min.session.timeout.ms", "group.max.session.timeout.ms"
OFFSETS_FACTOR = "offsets.topic.replication.factor"


def rights(settings: Settings, specs: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether the user may read the raw topic, read and write that of versions, and write the others."""
    raw = settings.topics.raw
    read = [raw, settings.topics.versions] if settings.versions.enabled else [raw]
    reported = {name: found.operations for name, found in facts.topics.items() if found.operations}
    if facts.topics and not reported:
        remedy = "compare them with deploy/kafka/acls.sh"
        yield Finding("rights", Severity.UNKNOWN, "the broker does not report rights: not checked", remedy)
    elif denied := denied_rights(reported, read, [spec.name for spec in specs if spec.name != raw]):
        yield Finding("rights", Severity.BLOCKING, denied, error=BrokerRefusedError(denied))
    elif reported:
        yield Finding("rights", Severity.OK, f"the user may read {' and '.join(read)} and write the other topics")


def coordinator(settings: Settings, _: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether a broker coordinates the worker's group, and the user may use it."""
    group = settings.worker.group
    if settings.topics.raw not in facts.topics:
        yield Finding("group", Severity.UNKNOWN, f"{group}: not checked without the raw topic")
    elif facts.group_error:
        yield Finding("group", Severity.BLOCKING, str(facts.group_error), error=facts.group_error)
    else:
        yield Finding("group", Severity.OK, f"{group} has a coordinator, and the user its rights")


def offsets_topic(_: Settings, __: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether the topic of committed offsets can be created, and every commit finds a leader and its replicas."""
    found, factor = facts.offsets_topic, facts.broker_configs.get(OFFSETS_FACTOR)
    if found is None and factor is not None and int(factor) > facts.brokers:
        message = (
            f"{OFFSETS_FACTOR} is {factor} where the cluster has {facts.brokers} brokers, and there is no such topic"
        )
        remedy = "start the other brokers, or lower that config on every broker"
        yield Finding("offsets", Severity.PROBLEM, f"{message}: no group can commit", remedy)
    elif found is None:
        yield Finding("offsets", Severity.UNKNOWN, "the broker shows no topic of committed offsets: not checked")
    elif found.leaderless:
        numbers = ", ".join(map(str, found.leaderless))
        message = f"no broker leads partition {numbers} of the topic of committed offsets"
        yield Finding("offsets", Severity.PROBLEM, message, "start the brokers that have its replicas")
    elif found.replicas is not None and found.replicas < int(found.configs.get(IN_SYNC, "1")):
        message = f"the topic of committed offsets has {found.replicas} replicas where {IN_SYNC} is "
        remedy = "add replicas, or lower that config"
        message += f"{found.configs[IN_SYNC]}, with which brokers before Kafka 4.1 store no commit and admit no member"
        yield Finding("offsets", Severity.PROBLEM, message, remedy)
    else:
        yield Finding("offsets", Severity.OK, "every partition of the topic of committed offsets has a leader")


def session_timeout(settings: Settings, _: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether the broker accepts the session timeout of the settings."""
    lowest, highest = (facts.broker_configs.get(name) for name in (MIN_SESSION, MAX_SESSION))
    seconds = settings.worker.session_timeout_seconds
    given = f"worker.session_timeout_seconds is {seconds:g}"
    if lowest is None or highest is None:
        message = f"the broker does not report {MIN_SESSION} and {MAX_SESSION}: not checked"
        yield Finding("session", Severity.UNKNOWN, message, "allow DescribeConfigs on the cluster")
        return
    bounds = f"set it from {int(lowest) / 1000:g} to {int(highest) / 1000:g} seconds"
    exceeded = {MIN_SESSION: lowest} if seconds * 1000 < int(lowest) else {}
    exceeded |= {MAX_SESSION: highest} if seconds * 1000 > int(highest) else {}
    for name, limit in exceeded.items():
        message, remedy = f"{given} where {name} is {limit}", f"the broker refuses the worker: {bounds}"
        yield Finding("session", Severity.BLOCKING, message, remedy, SettingsError(f"{message}: {remedy}"))
    if not exceeded:
        yield Finding("session", Severity.OK, f"{given}, which the broker accepts")
