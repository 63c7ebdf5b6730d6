"""Three nodes, and partitions of the raw topic that only one of them has."""

import json
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from tests.broker.conftest import room_at
from tests.broker.ledger import Ledger
from tests.broker.newsroom import Newsroom, Worker, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.damage import send_batch

LOST, KEPT = 0, 1
"""Numbers of the partitions: one is on the node that goes."""

ARTICLES = 60
RECOVERY_SECONDS = 60.0
REQUEST_SECONDS = 5


@pytest.fixture
def newsroom(three_nodes: ApacheKafka) -> Newsroom:
    """Return Kafka topics with three copies, and a raw topic of which each partition is on another node alone."""
    flags = room_at(three_nodes.bootstrap_servers, request_timeout_seconds=REQUEST_SECONDS).flags
    room = Newsroom(flags | {"topics.replication_factor": 3})
    admin = AdminClient({"bootstrap.servers": three_nodes.bootstrap_servers, "log_level": 0})
    first, *_, last = (node.number for node in three_nodes.nodes)
    raw = NewTopic(room.raw_topic, 2, replica_assignment=[[last], [first]])
    for created in admin.create_topics([raw]).values():
        created.result(30)
    room.create_topics()
    return room


def test_a_partition_without_a_leader(three_nodes: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> None:
    """While the only node with a partition is gone, the others are read; when it is back, the partition is too."""
    node = three_nodes.nodes[-1]
    send_batch(newsroom, ledger, LOST, range(10))
    with newsroom.worker(kafka__wait_seconds=60) as worker:
        ledger.settle(RECOVERY_SECONDS)
        node.kill()
        (fault,) = eventually(lambda: unreadable(worker), "the worker reports the partition", RECOVERY_SECONDS)
        send_batch(newsroom, ledger, KEPT, range(10, 10 + ARTICLES))
        ledger.wait_for(10 + ARTICLES)
        assert unreadable(worker)
        node.start()
        three_nodes.require(*three_nodes.nodes)
        send_batch(newsroom, ledger, LOST, range(100, 110))
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: not unreadable(worker), "the worker reports no partition any more", RECOVERY_SECONDS)
        assert worker.runs

    assert (fault["topic"], fault["partition"]) == (newsroom.raw_topic, LOST)
    assert (fault["offset"], fault["cause"]) == (10, "no_leader")
    assert (account.sent, account.missing) == (20 + ARTICLES, 0)


def unreadable(worker: Worker) -> list[dict[str, Any]]:
    """Return the partitions that a worker reports as unreadable."""
    return list(json.loads(worker.get("/healthz")[1]).get("unreadable_partitions", []))
