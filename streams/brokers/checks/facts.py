"""Facts of a cluster: everything that the checks need to know, asked once."""

import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from streams.brokers.layout import TopicFound, TopicSpec
from streams.errors import CopytasterError
from streams.settings.schema import Settings


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a cluster reports, without what it does not.

    `group_error` is why the worker's group cannot be used, None where it can or where the raw topic is missing. The
    timestamps are milliseconds of Unix time: that of the newest record of the raw topic, None where there is no record
    or the broker does not report it, and that of this machine.
    """

    topics: Mapping[str, TopicFound]
    brokers: int
    broker_configs: Mapping[str, str]
    offsets_topic: TopicFound | None
    group_error: CopytasterError | None
    newest_ms: int | None
    now_ms: int


class ReportingCluster(Protocol):
    """The part of `streams.brokers.cluster.Cluster` that is asked."""

    def describe(self, names: Sequence[str]) -> dict[str, TopicFound]:
        """Return the topics that exist, by name."""

    def describe_offsets_topic(self) -> TopicFound | None:
        """Return the topic of committed offsets, None where the broker does not show it."""

    def count_brokers(self) -> int:
        """Return how many brokers the cluster has."""

    def broker_configs(self) -> Mapping[str, str]:
        """Return the configs of a broker."""

    def newest_timestamp_ms(self, topic: str, partitions: int) -> int | None:
        """Return the timestamp of the newest record of a topic."""

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return the committed offsets of a group, when it has a coordinator."""

    def require_group(self, group: str, topic: str) -> None:
        """Raise where the group cannot be used."""


def gather(cluster: ReportingCluster, settings: Settings, specs: Sequence[TopicSpec], *, wait_for_group: bool) -> Facts:
    """Return the facts of a cluster.

    Parameters
    ----------
    cluster
        The cluster.
    settings
        Whose topics and group.
    specs
        The topics that have to exist.
    wait_for_group
        Whether to wait some seconds for a coordinator of the group, which a new cluster creates with its first group.

    Raises
    ------
    BrokerUnreachableError
        If the broker goes away.
    BrokerRefusedError
        If the user may not see a topic.
    """
    raw, group = settings.topics.raw, settings.worker.group
    topics = cluster.describe([spec.name for spec in specs])
    found = topics.get(raw)
    return Facts(
        topics=topics,
        brokers=cluster.count_brokers(),
        broker_configs=cluster.broker_configs(),
        group_error=_group_error(cluster, group, raw, wait=wait_for_group) if found else None,
        offsets_topic=cluster.describe_offsets_topic(),
        newest_ms=cluster.newest_timestamp_ms(raw, found.partitions) if found else None,
        now_ms=time.time_ns() // 1_000_000,
    )


def _group_error(cluster: ReportingCluster, group: str, topic: str, *, wait: bool) -> CopytasterError | None:
    try:
        if wait:
            cluster.committed(group, topic)
        cluster.require_group(group, topic)
    except CopytasterError as error:
        return error
    return None
