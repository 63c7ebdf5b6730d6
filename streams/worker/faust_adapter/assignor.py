"""Assignor: the group protocol that only workers offer, so that a broker refuses every other consumer in their group.

A stranger's `KafkaConsumer(group_id="copytaster")` would get partitions of the raw topic and commit them: articles that
are never tagged. A broker admits a consumer only if it offers a protocol that all members offer
(InconsistentGroupProtocol). Version 0.1.0 offered Kafka's own `roundrobin`; `worker.offer_roundrobin` offers both names
for the time of a rolling upgrade, and the group changes to the new one when its last member offers it.

The mark in the user data of every member and assignment names what a worker offers. It also keeps Kafka from turning
the group into one of the protocol of KIP-848 when such a consumer joins: the broker refuses that where user data would
be lost. In a group that was of that protocol before, the mark is missing, and the worker leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from aiokafka.cluster import ClusterMetadata
from aiokafka.consumer import group_coordinator
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata
from aiokafka.errors import InconsistentGroupProtocolError
from aiokafka.protocol.group import JoinGroupRequest

PROTOCOL: Final = "copytaster"
FORMER_PROTOCOL: Final = RoundRobinPartitionAssignor.name
"""The protocol of version 0.1.0."""


class WorkerAssignor(RoundRobinPartitionAssignor):  # type: ignore[misc]  # aiokafka has no types
    """Round robin over the partitions and the members, under the workers' own name."""

    name = PROTOCOL
    offered: tuple[str, ...] = (PROTOCOL,)

    @classmethod
    def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """Return what a member sends to the group: its topics and the mark."""
        return ConsumerProtocolMemberMetadata(cls.version, list(topics), " ".join(cls.offered).encode())

    @classmethod
    def assign(
        cls, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """Return the partitions of each member, marked."""
        assigned = super().assign(cluster, members)
        return {
            member: ConsumerProtocolMemberAssignment(cls.version, each.assignment, PROTOCOL.encode())
            for member, each in assigned.items()
        }

    @classmethod
    def on_assignment(cls, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Raise `InconsistentGroupProtocolError` where no worker has made the assignment.

        Kafka admits workers to a group of KIP-848, whatever they offer, and assigns the partitions itself.
        """
        if not cls._is_made_by_worker(assignment.user_data):
            raise InconsistentGroupProtocolError

    @classmethod
    def _is_made_by_worker(cls, user_data: bytes | None) -> bool:
        return user_data == PROTOCOL.encode()


class UpgradingAssignor(WorkerAssignor):
    """The same, which also offers the protocol of version 0.1.0."""

    offered = (PROTOCOL, FORMER_PROTOCOL)

    @classmethod
    def _is_made_by_worker(cls, user_data: bytes | None) -> bool:
        return user_data is not None  # that of version 0.1.0 is empty, and the brokers' is null


class FormerAssignor(UpgradingAssignor):
    """The same under the former name, by which the client finds it where the group still uses that."""

    name = FORMER_PROTOCOL


class _JoinRequest(JoinGroupRequest):  # type: ignore[misc]  # aiokafka has no types
    """A request to join a group that offers every protocol which the mark of the member names."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401  # as its base
        *others, protocols = arguments
        super().__init__(*others, offered_protocols(protocols))


class _OneRequest(CoordinatorGroupRebalance):  # type: ignore[misc]  # as above
    """A rebalance that joins once: aiokafka sends a request for each of its assignors, the first without the others."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401  # as its base
        coordinator, group, node, subscription, assignors, *times = arguments
        super().__init__(coordinator, group, node, subscription, assignors[:1], *times)


def choose_assignors(*, offer_roundrobin: bool) -> list[type[WorkerAssignor]]:
    """Return the assignors of a worker, and let the clients of this process offer all of them in one request."""
    group_coordinator.JoinGroupRequest = _JoinRequest
    group_coordinator.CoordinatorGroupRebalance = _OneRequest
    return [UpgradingAssignor, FormerAssignor] if offer_roundrobin else [WorkerAssignor]


def offered_protocols(protocols: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return the protocols of a request, each under every name that its mark offers.

    Examples
    --------
    >>> (first, second) = offered_protocols([("copytaster", UpgradingAssignor.metadata(["raw"]).encode())])
    >>> first[0], second[0], first[1] == second[1]
    ('copytaster', 'roundrobin', True)
    """
    return [(name, metadata) for _, metadata in protocols for name in mark_of(metadata)] or list(protocols)


def mark_of(metadata: bytes) -> tuple[str, ...]:
    """Return the protocols that the mark of a member offers; none for strangers and workers of version 0.1.0."""
    user_data = ConsumerProtocolMemberMetadata.decode(metadata).user_data or b""
    names = tuple(user_data.decode("ascii", "replace").split())
    return names if names[:1] == (PROTOCOL,) else ()
