"""Workers that their consumer group refuses for good: exit 2, and one sentence says what to change."""

import confluent_kafka
import pytest

from tests.broker.newsroom import Newsroom, eventually

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
