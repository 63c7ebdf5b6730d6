"""A broker that comes back with an empty disk, as after `docker compose down --volumes`, under a worker elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker.conftest import room_at
from tests.broker.ledger import Account, Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.recreated import RawTopic

RECOVERY_SECONDS = 60.0


@pytest.fixture
def cluster(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """Return Apache Kafka of this test's own, which loses everything."""
    with ApacheKafka(kafka_jars) as cluster:
        yield cluster


@pytest.fixture
def newsroom(cluster: ApacheKafka) -> Newsroom:
    """Return Kafka topics on that cluster."""
    room = room_at(cluster.bootstrap_servers)
    room.create_topics()
    return room


def test_an_empty_disk(cluster: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> None:
    """The same worker reads the topics that are created again, from their beginning."""
    note: Callable[[Account], None] = ledger.note
    (node,) = cluster.nodes
    with newsroom.worker() as worker:
        ledger.send(*map(article, range(300)))
        ledger.settle(RECOVERY_SECONDS)
        node.kill()
        node.wipe()
        node.format()
        node.start()
        cluster.require(node)
        eventually(lambda: worker.count("copytaster_raw_topic_missing"), "the worker misses its topic")
        newsroom.create_topics()
        new = RawTopic(newsroom, note).ledger()
        new.send_new(500, partition=0)
        account = new.settle(RECOVERY_SECONDS)
        new.close()
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")

    assert (account.sent, account.missing, account.duplicates) == (500, 0, 0)
