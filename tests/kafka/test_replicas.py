"""Three nodes, three copies, two of them in step: the loss of one is not noticed by the articles."""

import pytest

from tests.broker.conftest import room_at
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.test_one_node import require_metrics

ARTICLES = 300
SLOW_MS = 5
RECOVERY_SECONDS = 60.0
REQUEST_SECONDS = 5
"""How long a request to a node that stands still may take; the default of 20 s would only make the test longer."""


@pytest.fixture
def newsroom(three_nodes: ApacheKafka) -> Newsroom:
    """Return Kafka topics with three copies."""
    flags = room_at(three_nodes.bootstrap_servers, request_timeout_seconds=REQUEST_SECONDS).flags
    room = Newsroom(flags | {"topics.replication_factor": 3})
    room.create_topics()
    return room


@pytest.mark.parametrize("loss", ["stop", "kill", "freeze"])
def test_the_leader_is_lost(loss: str, three_nodes: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> None:
    """The node that leads the raw topic goes in mid-work: the two others continue, and nothing is lost."""
    with newsroom.worker() as worker:
        worker.ready()
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
        ledger.wait_for(ARTICLES // 5)
        leader = three_nodes.leader(newsroom.raw_topic)
        getattr(leader, loss)()
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES, 2 * ARTICLES)))
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (2 * ARTICLES, 0)
        require_metrics(worker, account)
    if leader.runs:
        leader.thaw()
    else:
        leader.start()
    three_nodes.require(*three_nodes.nodes)
    eventually(lambda: three_nodes.in_step(newsroom.raw_topic) == 3, "all copies are in step again")
