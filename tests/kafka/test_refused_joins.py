"""Workers that their consumer group refuses for good: exit 2, and one sentence says what to change."""

import signal
from collections.abc import Iterator
from pathlib import Path

import confluent_kafka
import pytest

from tests.broker.conftest import room_at
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.apache import ApacheKafka

pytestmark = pytest.mark.smoke

MAX_SESSION_SECONDS = 1_800
"""Kafka's default of `group.max.session.timeout.ms`."""


def test_a_session_timeout_that_the_broker_refuses(newsroom: Newsroom) -> None:
    """A worker whose session timeout is outside of the broker's range names the setting and the range, and exits 2."""
    with newsroom.worker(worker__session_timeout_seconds=MAX_SESSION_SECONDS + 1) as worker:
        assert worker.exit_code() == 2

    (entry,) = [each for each in worker.log if each["level"] not in {"info", "warning"}]
    assert "worker.session_timeout_seconds is 1801 where group.max.session.timeout.ms is 1800000" in entry["message"]


def test_another_assignor_in_the_group(newsroom: Newsroom) -> None:
    """A worker whose group has a member with another assignor names the group and the cause, and exits 2."""
    group = newsroom.settings.worker.group
    stranger = confluent_kafka.Consumer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "group.id": group,
            "partition.assignment.strategy": "range",
            "log_level": 0,
        }
    )
    stranger.subscribe([newsroom.settings.topics.tagged])
    try:
        eventually(lambda: stranger.poll(0.1) is None and stranger.assignment(), "the stranger is in the group")
        with newsroom.worker() as worker:
            assert worker.exit_code() == 2
    finally:
        stranger.close()

    assert any(f"the consumer group {group} has a member that is no worker" in entry["message"] for entry in worker.log)


FULL = "as many members as the broker's group.max.size allows (GroupMaxSizeReached)"


@pytest.fixture(scope="module")
def small_groups(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """Return a node whose groups have room for one member."""
    with ApacheKafka(kafka_jars, config={"group.max.size": "1"}) as cluster:
        yield cluster


def test_a_full_group_is_waited_for(small_groups: ApacheKafka) -> None:
    """A worker for which the group has no room names the broker's limit, waits, and joins when a member leaves."""
    newsroom = room_at(small_groups.bootstrap_servers)
    newsroom.create_topics()
    with newsroom.worker() as first, newsroom.worker() as second:
        eventually(lambda: "ready: reads" in str(first.log + second.log), "one worker has joined")
        member, waiting = (first, second) if "ready: reads" in str(first.log) else (second, first)
        eventually(lambda: FULL in str(waiting.log), "the other names the limit")
        assert waiting.get("/readyz")[0] == 503
        member.signal(signal.SIGTERM)
        assert member.exit_code() == 0
        waiting.ready()

    levels = {entry["level"] for entry in waiting.log if FULL in entry["message"]}
    assert levels
    assert "critical" not in levels


def test_a_group_that_stays_full(small_groups: ApacheKafka) -> None:
    """A worker that waits for longer than `kafka.wait_seconds` exits 75, with one sentence and no traceback."""
    newsroom = room_at(small_groups.bootstrap_servers, wait_seconds=3)
    newsroom.create_topics()
    with newsroom.worker() as member:
        member.ready()
        with newsroom.worker() as waiting:
            assert waiting.exit_code() == 75

    assert FULL in waiting.log[-1]["message"]
    assert "Traceback" not in str(waiting.log)
