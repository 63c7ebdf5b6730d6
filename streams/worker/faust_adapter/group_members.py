"""Members of the worker's group that are no workers, and the partitions that they hold, as the broker describes them.

The assignor's name keeps strangers out. One can still be in the group while `worker.offer_roundrobin` admits workers of
version 0.1.0, which offer a name that Kafka's own clients offer too.
"""

from typing import NamedTuple, cast

import faust
from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.protocol.admin import DescribeGroupsRequest
from faust.transport.drivers import aiokafka as driver

from streams.worker.faust_adapter.assignor import mark_of
from streams.worker.faust_adapter.configuration import CLIENT_ID

STABLE = "Stable"
"""The state of a group that has assigned its partitions."""


class Member(NamedTuple):
    """A member of a group as the broker describes it."""

    id: str
    client: str
    host: str
    metadata: bytes
    assignment: bytes


class Stranger(NamedTuple):
    """A member that is no worker, and the partitions of the raw topic that it holds."""

    client: str
    host: str
    partitions: tuple[int, ...]


async def find_strangers(app: faust.App, topic: str) -> tuple[Stranger, ...] | None:
    """Return the strangers in the group of an app that hold partitions of a topic; None where that is not known."""
    producer = cast("driver.Producer", app.producer)._producer  # noqa: SLF001  # Faust has no probe of its own
    if producer is None:
        return None
    client: AIOKafkaClient = producer.client
    coordinator = await client.coordinator_lookup(CoordinationType.GROUP, app.conf.id)
    answer = await client.send(coordinator, DescribeGroupsRequest([app.conf.id]))
    error, _, state, _, _, members, *_ = answer.groups[0]
    return strangers_among([Member(*member) for member in members], topic) if not error and state == STABLE else None


def strangers_among(members: list[Member], topic: str) -> tuple[Stranger, ...]:
    """Return the members that hold partitions of a topic and are no workers, in the order of their client ids."""
    held = ((member, _partitions(member.assignment, topic)) for member in members if not _is_worker(member))
    return tuple(sorted(Stranger(each.client, each.host, partitions) for each, partitions in held if partitions))


def _is_worker(member: Member) -> bool:
    # A worker of version 0.1.0 has no mark.
    return bool(member.metadata and mark_of(member.metadata)) or member.client == CLIENT_ID


def _partitions(assignment: bytes, topic: str) -> tuple[int, ...]:
    if not assignment:
        return ()
    topics = dict(ConsumerProtocolMemberAssignment.decode(assignment).assignment)
    return tuple(sorted(topics.get(topic, ())))
