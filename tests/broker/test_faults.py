"""Workers that are stopped, killed or left by their broker: nothing is lost, and the exit code says what it was."""

import os
import socket

import pytest

from streams.brokers.embedded import EmbeddedBroker
from tests.broker.conftest import room_at
from tests.broker.newsroom import Logged, Newsroom, eventually


def test_a_port_that_is_taken_is_exit_2(newsroom: Newsroom) -> None:
    """A worker whose port is taken says so in one sentence and exits 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with newsroom.worker(http__port=port) as worker:
            assert worker.exit_code() == 2

    assert [entry["message"].partition(":")[0] for entry in worker.log] == ["127.0.0.1"]
    assert "traceback" not in worker.log[0]


def test_missing_topics_are_exit_2(bootstrap_servers: str) -> None:
    """A worker without its Kafka topics names them, says how to create them, creates none and exits 2."""
    newsroom = room_at(bootstrap_servers)

    with newsroom.worker() as worker:
        assert worker.exit_code() == 2

    entry = worker.log[-1]
    assert newsroom.raw_topic in entry["message"]
    assert "copytaster topics create" in entry["message"]


@pytest.mark.skipif("TEST_BROKER" in os.environ, reason="TEST_BROKER names a broker that is not ours to stop")
def test_a_broker_that_goes_away_is_exit_75() -> None:
    """A worker whose broker goes away is alive, not ready, and exits 75 when the time to wait is over."""
    with EmbeddedBroker() as broker:
        newsroom = room_at(broker.bootstrap_servers, wait_seconds=4)
        newsroom.create_topics()
        with newsroom.worker() as worker:
            worker.ready()
            broker.stop()
            worker.says(Logged.UNANSWERED)
            assert (worker.get("/livez")[0], worker.get("/readyz")[0]) == (200, 503)
            assert worker.exit_code() == 75


@pytest.mark.skipif("TEST_BROKER" in os.environ, reason="TEST_BROKER names a broker that is not ours to stop")
def test_retries_show_while_the_broker_is_away() -> None:
    """What is sent again is counted at once, while its batch is neither acknowledged nor given up."""
    with EmbeddedBroker() as broker:
        newsroom = room_at(broker.bootstrap_servers, wait_seconds=60, request_timeout_seconds=1)
        newsroom.create_topics()
        with newsroom.worker(worker__publish_attempts=100) as worker:
            worker.ready()
            newsroom.produce((b"1", b'{"id": "1", "body": "News of sport. slow=2000"}', ()))
            eventually(lambda: "records_in_progress 1.0" in worker.get("/metrics")[1], "the article is in hand")
            broker.stop()
            eventually(lambda: "publish_retries_total 0.0" not in worker.get("/metrics")[1], "retries are counted")

            assert "copytaster_records_in_total 0.0" in worker.get("/metrics")[1]
