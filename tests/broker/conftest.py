"""Kafka topics of its own for each test, on the broker of the whole run.

TEST_BROKER=host:port runs the tests on another broker than the embedded one.
"""

import gc
import os
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.newsroom import Newsroom

# Groups form in half a session's time on the embedded broker; Apache Kafka takes no session under 6 s by default.
EMBEDDED_SESSION = {"worker.session_timeout_seconds": 2, "worker.heartbeat_interval_seconds": 0.5}
KAFKA_SESSION = {"worker.session_timeout_seconds": 6, "worker.heartbeat_interval_seconds": 1.5}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("broker")
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(autouse=True)
def _sockets_that_are_left() -> Iterator[None]:
    """Collect, before the next test, the sockets that kafka-python now and then leaves open when a client closes."""
    yield
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        gc.collect()


@pytest.fixture
def newsroom(bootstrap_servers: str) -> Newsroom:
    """Return Kafka topics and settings that no other test has."""
    room = room_at(bootstrap_servers)
    room.create_topics()
    return room


def room_at(bootstrap_servers: str, **kafka: float) -> Newsroom:
    """Return a newsroom without its topics."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    return Newsroom(
        {
            "kafka.bootstrap_servers": bootstrap_servers,
            "topics.raw": f"{name}.raw",
            "topics.tagged": f"{name}.tagged",
            "topics.review": f"{name}.review",
            "topics.rejected": f"{name}.rejected",
            "topics.routed": f"{name}.topic.{{slug}}",
            "topics.partitions": 2,
            "worker.group": name,
            "worker.batch_size": 16,
            "http.port": 0,
            "logs.format": "json",
            **(KAFKA_SESSION if os.environ.get("TEST_BROKER") else EMBEDDED_SESSION),
            **{f"kafka.{setting}": value for setting, value in kafka.items()},
        }
    )
