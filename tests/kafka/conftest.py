"""Tests that Apache Kafka alone can run: they stop, kill, freeze and fill up brokers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.conftest import room_at
from tests.broker.newsroom import Newsroom
from tests.kafka.apache import ApacheKafka


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("kafka")


@pytest.fixture
def newsroom(apache_kafka: ApacheKafka) -> Newsroom:
    """Return Kafka topics of its own for each test, on the node that the whole run shares."""
    room = room_at(apache_kafka.bootstrap_servers)
    room.create_topics()
    return room


@pytest.fixture(scope="module")
def three_nodes(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """Return a cluster of three nodes."""
    with ApacheKafka(kafka_jars, nodes=3) as cluster:
        yield cluster
