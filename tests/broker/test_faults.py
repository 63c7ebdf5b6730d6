"""Workers that are stopped, killed or left by their broker: nothing is lost, and the exit code says what it was."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from streams.brokers.embedded import EmbeddedBroker
from streams.loopback import LOOPBACK, free_port
from streams.records.origin import RawRecord
from tests.broker.conftest import room_at
from tests.broker.newsroom import Newsroom, Worker, eventually

ARTICLES = 300
SLOW_MS = 10
"""300 articles of 10 ms are 3 s of work: time enough to end a worker in the middle of it."""


def slow_articles() -> Iterator[tuple[bytes, bytes, tuple[()]]]:
    """Yield raw records whose classification takes a while."""
    for number in range(ARTICLES):
        value = {"id": str(number), "publisher": "example.org", "body": f"News of sport {number}. slow={SLOW_MS}"}
        yield str(number).encode(), json.dumps(value).encode(), ()


def wait_for(newsroom: Newsroom, tagged: int) -> None:
    """Wait until the tagged topic has this many records."""
    newsroom.read_until(lambda records: len(records) >= tagged, [newsroom.settings.topics.tagged])


def values_by_key(records: list[RawRecord]) -> dict[bytes | None, set[bytes | None]]:
    """Return every value that a key has had."""
    found: dict[bytes | None, set[bytes | None]] = {}
    for record in records:
        found.setdefault(record.key, set()).add(record.value)
    return found


def test_nothing_is_lost_by_a_stop_and_a_kill(newsroom: Newsroom) -> None:
    """A stop commits what was published, a kill repeats some of it byte by byte, and nothing is missing."""
    tagged_topic = newsroom.settings.topics.tagged
    newsroom.produce(*slow_articles())

    with newsroom.worker() as stopped:
        wait_for(newsroom, 20)
        stopped.signal(signal.SIGTERM)
        assert stopped.exit_code() == 0
    after_stop = len(newsroom.read(tagged_topic))
    assert after_stop < ARTICLES
    assert newsroom.committed() == after_stop

    with newsroom.worker() as killed:
        wait_for(newsroom, after_stop + 40)
        killed.signal(signal.SIGKILL)
        assert killed.exit_code() == -signal.SIGKILL
    assert len(newsroom.read(tagged_topic)) < ARTICLES

    with newsroom.worker():
        newsroom.read_until(lambda records: len({record.key for record in records}) >= ARTICLES, [tagged_topic])
        eventually(lambda: newsroom.committed() == ARTICLES, "everything is committed")

    for topic in (tagged_topic, newsroom.settings.topics.routed.format(slug="sport")):
        values = values_by_key(newsroom.read(topic))
        assert values.keys() == {f"example.org:{number}".encode() for number in range(ARTICLES)}
        assert all(len(copies) == 1 for copies in values.values())


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


def test_a_broker_that_never_comes_is_exit_75() -> None:
    """A worker that finds no broker waits for it as long as it was told to, and exits 75."""
    with nobody_at(wait_seconds=0.6) as worker:
        worker.says("waits 0.6 s for a broker")
        assert worker.exit_code() == 75


def test_a_worker_that_waits_for_its_broker_can_be_stopped() -> None:
    """A worker that was told to stop before it had started exits 0."""
    with nobody_at(wait_seconds=600) as worker:
        worker.says("waits 600 s for a broker")
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0


@pytest.mark.skipif("TEST_BROKER" in os.environ, reason="TEST_BROKER names a broker that is not ours to stop")
def test_a_broker_that_goes_away_is_exit_75() -> None:
    """A worker whose broker goes away is alive, not ready, and exits 75 when the time to wait is over."""
    with EmbeddedBroker() as broker:
        newsroom = room_at(broker.bootstrap_servers, wait_seconds=4)
        newsroom.create_topics()
        with newsroom.worker() as worker:
            worker.ready()
            broker.stop()
            worker.says("the broker does not answer")
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
            eventually(lambda: "articles_in_progress 1.0" in worker.get("/metrics")[1], "the article is in hand")
            broker.stop()
            eventually(lambda: "publish_retries_total 0.0" not in worker.get("/metrics")[1], "retries are counted")

            assert "copytaster_records_in_total 0.0" in worker.get("/metrics")[1]


def nobody_at(wait_seconds: float) -> AbstractContextManager[Worker]:
    """Start a worker whose broker does not exist."""
    return room_at(f"{LOOPBACK}:{free_port()}", wait_seconds=wait_seconds).worker()
