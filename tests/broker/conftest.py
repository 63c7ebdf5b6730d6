"""Kafka topics of its own for each test, on the broker of the whole run.

TEST_BROKER=kafka runs the tests on Apache Kafka, TEST_BROKER=host:port on a broker of yours.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.brokers.embedded import EmbeddedBroker
from tests.broker.newsroom import Newsroom
from tests.broker.relay import Relay

SESSIONS = {None: 2.0, "kafka": 3.0}
"""Groups form in half a session's time on the embedded broker; our Apache Kafka takes short sessions as well."""

DEFAULT_SESSION = 6.0
"""Apache Kafka takes no shorter session by default."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("broker")


@pytest.fixture
def newsroom(bootstrap_servers: str) -> Newsroom:
    """Return Kafka topics and settings that no other test has."""
    room = room_at(bootstrap_servers)
    room.create_topics()
    return room


@pytest.fixture(scope="session")
def relayed_servers(request: pytest.FixtureRequest, network: Relay) -> Iterator[str]:
    """Return the address of a broker that can be reached by a relay too.

    The embedded broker advertises one address alone, so that everybody comes by the relay, tools and readers included.
    """
    named = os.environ.get("TEST_BROKER")
    if named == "kafka":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
    elif named:
        pytest.skip("TEST_BROKER names a broker that knows nothing of our relay")
    else:
        with EmbeddedBroker(advertised=network.address) as broker:
            network.forward_to(broker.bootstrap_servers)
            yield broker.bootstrap_servers


@pytest.fixture
def relayed(relayed_servers: str, relay: Relay) -> Newsroom:
    """Return Kafka topics as `newsroom` does, whose workers come by the relay."""
    room = room_at(relayed_servers)
    room.create_topics()
    room.flags["kafka.bootstrap_servers"] = relay.address
    return room


def room_at(bootstrap_servers: str, **kafka: float) -> Newsroom:
    """Return a newsroom without its topics."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    session_seconds = SESSIONS.get(os.environ.get("TEST_BROKER"), DEFAULT_SESSION)
    return Newsroom(
        {
            "kafka.bootstrap_servers": bootstrap_servers,
            "topics.raw": f"{name}.raw",
            "topics.tagged": f"{name}.tagged",
            "topics.review": f"{name}.review",
            "topics.rejected": f"{name}.rejected",
            "topics.versions": f"{name}.versions",
            "topics.routed": f"{name}.topic.{{slug}}",
            "topics.partitions": 2,
            "worker.group": name,
            "worker.batch_size": 16,
            "http.port": 0,
            "logs.format": "json",
            "worker.session_timeout_seconds": session_seconds,
            "worker.heartbeat_interval_seconds": session_seconds / 4,
            **{f"kafka.{setting}": value for setting, value in kafka.items()},
        }
    )
