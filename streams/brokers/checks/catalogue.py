"""Catalogue: the one list of checks, and its run against a cluster."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from streams.brokers.checks import clients, group, topics
from streams.brokers.checks.facts import Facts, ReportingCluster, gather
from streams.brokers.checks.finding import Finding
from streams.brokers.layout import TopicSpec
from streams.settings.schema import Settings

LocalCheck: TypeAlias = Callable[[], Iterator[Finding]]
Check: TypeAlias = Callable[[Settings, Sequence[TopicSpec], Facts], Iterator[Finding]]

LOCAL_CHECKS: tuple[LocalCheck, ...] = (clients.codecs,)
"""Checks that need no broker, so that `doctor` runs them also where none answers."""

CHECKS: tuple[Check, ...] = (
    topics.existence,
    topics.partitions,
    topics.replicas,
    topics.configs,
    topics.timestamps,
    topics.ids,
    group.rights,
    group.coordinator,
    group.offsets_topic,
    group.session_timeout,
    clients.clock,
)
"""In the order in which a worker needs what is checked."""


def examine(
    cluster: ReportingCluster, settings: Settings, specs: Sequence[TopicSpec], *, wait_for_group: bool = True
) -> Iterator[Finding]:
    """Yield the findings of every check; parameters and errors as of `facts.gather`."""
    yield from examine_machine()
    yield from examine_cluster(cluster, settings, specs, wait_for_group=wait_for_group)


def examine_machine() -> Iterator[Finding]:
    """Yield the findings of the checks that need no broker."""
    for check in LOCAL_CHECKS:
        yield from check()


def examine_cluster(
    cluster: ReportingCluster, settings: Settings, specs: Sequence[TopicSpec], *, wait_for_group: bool = True
) -> Iterator[Finding]:
    """Yield the findings of the checks of a cluster; parameters and errors as of `facts.gather`."""
    facts = gather(cluster, settings, specs, wait_for_group=wait_for_group)
    for check in CHECKS:
        yield from check(settings, specs, facts)
