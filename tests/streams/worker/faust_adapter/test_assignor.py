"""The assignor of the workers, and how workers are distinguished from other members."""

import contextlib

import pytest
from aiokafka.cluster import ClusterMetadata
from aiokafka.consumer import group_coordinator
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import InconsistentGroupProtocolError

from streams.worker.faust_adapter.assignor import (
    FormerAssignor,
    UpgradingAssignor,
    WorkerAssignor,
    choose_assignors,
    mark_of,
    offered_protocols,
)
from streams.worker.faust_adapter.group_members import Member, Stranger, strangers_among


class FourPartitions(ClusterMetadata):  # type: ignore[misc]  # aiokafka has no types
    """A cluster whose topics have four partitions."""

    def partitions_for_topic(self, topic: str) -> set[int]:
        """Return the partitions."""
        del topic
        return {0, 1, 2, 3}


def member(client: str, metadata: bytes, *partitions: int) -> Member:
    """Return a member with some partitions of the raw topic, and one of another topic."""
    assignment = ConsumerProtocolMemberAssignment(0, [("raw", list(partitions)), ("other", [9])], b"").encode()
    return Member(f"{client}-1", client, "/127.0.0.1", metadata, assignment)


def test_every_partition_has_one_worker() -> None:
    """The assignor gives every partition to one member, evenly, and marks each assignment."""
    members = {name: WorkerAssignor.metadata(["raw"]) for name in ("one", "two", "three")}

    assigned = WorkerAssignor.assign(FourPartitions(), members)

    given = [dict(each.assignment).get("raw", []) for each in assigned.values()]
    assert sorted(number for numbers in given for number in numbers) == [0, 1, 2, 3]
    assert {len(numbers) for numbers in given} == {1, 2}
    assert {each.user_data for each in assigned.values()} == {b"copytaster"}


@pytest.mark.parametrize(
    ("assignor", "names"),
    [(WorkerAssignor, ["copytaster"]), (UpgradingAssignor, ["copytaster", "roundrobin"])],
    ids=["own name", "both names"],
)
def test_a_request_offers_every_name(assignor: type[WorkerAssignor], names: list[str]) -> None:
    """A worker offers its own name first, and the former one only where the setting asks for it."""
    offered = offered_protocols([(assignor.name, assignor.metadata(["raw"]).encode())])

    assert [name for name, _ in offered] == names
    assert len({metadata for _, metadata in offered}) == 1


def test_requests_of_other_consumers_stay_as_they_are() -> None:
    """A consumer of aiokafka without the mark offers what it offered."""
    protocols = [("roundrobin", RoundRobinPartitionAssignor.metadata(["raw"]).encode())]

    assert offered_protocols(protocols) == protocols


def test_the_client_finds_both_assignors_by_name() -> None:
    """During an upgrade the client has an assignor for either name that the group may choose, and joins once."""
    assert choose_assignors(offer_roundrobin=False) == [WorkerAssignor]
    assert choose_assignors(offer_roundrobin=True) == [UpgradingAssignor, FormerAssignor]
    assert [each.name for each in (UpgradingAssignor, FormerAssignor)] == ["copytaster", "roundrobin"]

    assert group_coordinator.JoinGroupRequest.UNKNOWN_MEMBER_ID == ""
    rebalance = group_coordinator.CoordinatorGroupRebalance(
        type("Coordinator", (), {"_rebalance_timeout_ms": 1}),
        "group",
        1,
        None,
        [UpgradingAssignor, FormerAssignor],
        1,
        1,
    )
    assert rebalance._assignors == [UpgradingAssignor]


@pytest.mark.parametrize(
    ("assignor", "user_data", "is_accepted"),
    [
        (WorkerAssignor, b"copytaster", True),
        (WorkerAssignor, b"", False),
        (WorkerAssignor, None, False),
        (FormerAssignor, b"copytaster", True),
        (FormerAssignor, b"", True),
        (FormerAssignor, None, False),
    ],
)
def test_only_workers_assign(assignor: type[WorkerAssignor], user_data: bytes | None, is_accepted: bool) -> None:
    """An assignment that no worker has made is refused; during an upgrade workers of version 0.1.0 make some."""
    assignment = ConsumerProtocolMemberAssignment(0, [("raw", [0])], user_data)

    with contextlib.nullcontext() if is_accepted else pytest.raises(InconsistentGroupProtocolError):
        assignor.on_assignment(assignment)


def test_members_without_the_mark_are_strangers() -> None:
    """A worker is known by its mark, one of version 0.1.0 by its client; others that hold partitions are strangers."""
    bare = RoundRobinPartitionAssignor.metadata(["raw"]).encode()
    members = [
        member("anything", WorkerAssignor.metadata(["raw"]).encode(), 0),
        member("copytaster", bare, 1),
        member("dashboard", bare, 3, 2),
        member("idle", bare),
    ]

    assert strangers_among(members, "raw") == (Stranger("dashboard", "/127.0.0.1", (2, 3)),)
    assert mark_of(bare) == ()
