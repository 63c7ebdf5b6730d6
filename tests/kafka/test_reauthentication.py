"""A broker that closes the connections of clients that have to authenticate again."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker.conftest import room_at
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Logged, Newsroom, eventually
from tests.kafka.apache import ApacheKafka, Listener

USER, PASSWORD = "worker", "correct-horse-battery"
SESSION_MS = 2_000
"""How long a client is authenticated: `connections.max.reauth.ms`."""

SESSIONS = 6
RECOVERY_SECONDS = 60.0


@pytest.fixture
def cluster(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """Return Apache Kafka with a listener that asks for a password again and again."""
    login = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    config = {
        "sasl.enabled.mechanisms": "PLAIN",
        "plain.sasl.jaas.config": login,
        "plain.connections.max.reauth.ms": str(SESSION_MS),
    }
    listener = {f"listener.name.secure.{name}": value for name, value in config.items()}
    with ApacheKafka(kafka_jars, listeners=[Listener("SECURE", "SASL_PLAINTEXT")], config=listener) as cluster:
        yield cluster


@pytest.fixture
def newsroom(cluster: ApacheKafka) -> Newsroom:
    """Return Kafka topics on that cluster."""
    room = room_at(cluster.bootstrap_servers)
    room.create_topics()
    return room


def test_a_connection_that_is_opened_again_is_no_absence(
    cluster: ApacheKafka, newsroom: Newsroom, ledger: Ledger
) -> None:
    """A worker whose connections are closed every few seconds is ready all the time, and loses nothing."""
    secured: dict[str, Any] = {
        "kafka__bootstrap_servers": cluster.servers_of("SECURE"),
        "kafka__security_protocol": "SASL_PLAINTEXT",
        "kafka__sasl_username": USER,
        "kafka__sasl_password": PASSWORD,
    }
    with newsroom.worker(**secured) as worker:
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
        begun = time.monotonic()
        answers: set[int] = set()
        while time.monotonic() - begun < SESSIONS * SESSION_MS / 1000:
            answers.add(worker.get("/readyz")[0])
            ledger.send(article(len(ledger.sent)))
        account = ledger.settle(RECOVERY_SECONDS)

        assert worker.logged(Logged.UNANSWERED) == []
    assert answers == {200}
    assert (account.missing, account.duplicates) == (0, 0)
