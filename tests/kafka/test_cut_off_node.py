"""The node that leads is cut off from the others, and does not know it: its clients still reach it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.conftest import room_at
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.apache import ApacheKafka

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has loopback addresses without number")

ARTICLES = 300
SLOW_MS = 5
RECOVERY_SECONDS = 90.0
REQUEST_SECONDS = 5


@pytest.fixture(scope="module")
def three_nodes(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """Return a cluster of three nodes of which one can be cut off."""
    with ApacheKafka(kafka_jars, nodes=3, separable=True) as cluster:
        yield cluster


@pytest.fixture
def newsroom(three_nodes: ApacheKafka) -> Newsroom:
    """Return Kafka topics with three copies."""
    flags = room_at(three_nodes.bootstrap_servers, request_timeout_seconds=REQUEST_SECONDS, wait_seconds=60).flags
    room = Newsroom(flags | {"topics.replication_factor": 3})
    room.create_topics()
    return room


def test_the_leader_is_cut_off_from_the_others(three_nodes: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> None:
    """What the old leader takes and cannot copy is not acknowledged; all of it is published by the new one."""
    with newsroom.worker() as worker:
        worker.ready()
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
        ledger.wait_for(ARTICLES // 5)
        old = three_nodes.leader(newsroom.raw_topic)
        other = next(each for each in three_nodes.nodes if each is not old)
        three_nodes.cut_off(old)
        eventually(
            lambda: three_nodes.leader(newsroom.raw_topic, asked=other) is not old, "the others have a leader", 60
        )
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(ARTICLES, 2 * ARTICLES)))
        eventually(lambda: three_nodes.in_step(newsroom.raw_topic) == 2, "the others do without the old leader")
        assert worker.get("/livez")[0] == 200
        three_nodes.rejoin(old)
        ledger.flush()
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
        eventually(lambda: three_nodes.in_step(newsroom.raw_topic) == 3, "all copies are in step again")

    assert (account.sent, account.missing) == (2 * ARTICLES, 0)
