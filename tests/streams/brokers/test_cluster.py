"""Tests of the cluster's tools against a broker."""

import socket
import uuid
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import kafka
import pytest

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.checks.catalogue import examine
from streams.brokers.cluster import Cluster
from streams.brokers.layout import TopicSpec, topic_specs
from streams.errors import BrokerUnreachableError, TopicsError
from streams.records.origin import Origin
from streams.settings import Settings, load

pytestmark = pytest.mark.broker


@pytest.fixture
def settings(bootstrap_servers: str) -> Settings:
    """Return settings with Kafka topics of their own."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    names = {f"topics.{each}": f"{name}.{each}" for each in ("raw", "tagged", "review", "rejected", "versions")}
    flags = {"kafka.bootstrap_servers": bootstrap_servers, "topics.routed": f"{name}.topic.{{slug}}"}
    return load(flags={**names, **flags, "topics.partitions": 2}, environment={})


def specs(settings: Settings) -> list[TopicSpec]:
    """Return the topics of the settings."""
    return topic_specs(settings, Taxonomy.load(resources.seed("taxonomy.json")))


def produce(settings: Settings, count: int) -> None:
    """Create the topics and put numbered records into the raw one."""
    with Cluster(settings) as cluster:
        cluster.create(specs(settings))
        with cluster.producer() as producer:
            for number in range(count):
                producer.send(settings.topics.raw, b"%d" % number, b"key-%d" % number, (("n", b"1"), ("n", b"2")))
    assert producer.deliveries.acknowledged == count


def test_topics_are_created_once(settings: Settings) -> None:
    """Missing topics are created as specified, and those that exist are left alone."""
    with Cluster(settings) as cluster:
        created = cluster.create(specs(settings))
        again = cluster.create(specs(settings))
        found = cluster.describe([spec.name for spec in specs(settings)])
        findings = list(examine(cluster, settings, specs(settings)))

    assert [str(finding) for finding in findings if finding.severity.is_problem] == []
    assert set(created) == {spec.name for spec in specs(settings)}
    assert again == []
    assert all(found[spec.name].partitions == spec.partitions for spec in specs(settings))


def test_a_missing_topic_is_an_error(settings: Settings) -> None:
    """Reading a topic that does not exist raises an error, and creates nothing."""
    with Cluster(settings) as cluster:
        with pytest.raises(TopicsError):
            list(cluster.records([settings.topics.raw]))

        assert cluster.describe([settings.topics.raw]) == {}


def test_what_is_produced_can_be_read(settings: Settings) -> None:
    """Every acknowledged record is read once, with key, headers, timestamp and its place."""
    produce(settings, 50)

    with Cluster(settings) as cluster:
        records = list(cluster.records([settings.topics.raw]))

    assert sorted(int(record.value or b"") for record in records) == list(range(50))
    assert {record.key for record in records} == {b"key-%d" % number for number in range(50)}
    assert {record.headers for record in records} == {(("n", b"1"), ("n", b"2"))}
    assert {record.origin.partition for record in records} == {0, 1}
    assert all(record.timestamp_ms for record in records)


def test_reading_begins_at_a_time(settings: Settings) -> None:
    """From a time in the past everything after it is read; from one in the future and from the end nothing."""
    produce(settings, 5)
    now = datetime.now(UTC)

    with Cluster(settings) as cluster:
        past = list(cluster.records([settings.topics.raw], now - timedelta(hours=1)))
        future = list(cluster.records([settings.topics.raw], now + timedelta(hours=1)))
        end = list(cluster.records([settings.topics.raw], "end"))

    assert (len(past), len(future), len(end)) == (5, 0, 0)


def test_following_waits_for_more(settings: Settings) -> None:
    """A reader that follows from the end gets empty batches, and then new records."""
    produce(settings, 1)

    with Cluster(settings) as cluster:
        batches = cluster.batches([settings.topics.raw], "end", follow=True)
        assert isinstance(batches, Generator)
        first = next(batches)
        with cluster.producer() as producer:
            producer.send(settings.topics.raw, None, b"withdrawn")
        records = next(batch for batch in batches if batch)
        batches.close()

    assert first == []
    assert [(record.key, record.value) for record in records] == [(b"withdrawn", None)]


@pytest.mark.parametrize("created_again", [False, True], ids=["deleted", "created again"])
def test_following_ends_with_its_topic(settings: Settings, *, created_again: bool) -> None:
    """A reader that waits for records ends with one sentence when its topic is deleted, or created again."""
    produce(settings, 1)
    admin = kafka.KafkaAdminClient(bootstrap_servers=settings.kafka.bootstrap_servers)
    with Cluster(settings) as cluster:
        batches = cluster.batches([settings.topics.raw], follow=True)
        next(batches)
        admin.delete_topics([settings.topics.raw])
        if created_again:
            cluster.create(specs(settings))
        with pytest.raises(TopicsError, match="deleted and created again" if created_again else "was deleted"):
            list(batches)
    admin.close()


def test_one_record_can_be_read(settings: Settings) -> None:
    """A record is found by its place; a place without a record gives None."""
    produce(settings, 9)
    raw = settings.topics.raw

    with Cluster(settings) as cluster:
        found = cluster.record_at(Origin(raw, 0, 1))
        absent = [cluster.record_at(Origin(raw, partition, offset)) for partition, offset in ((0, 99), (7, 0))]

    assert found is not None
    assert found.origin == Origin(raw, 0, 1)
    assert absent == [None, None]


def test_a_record_that_is_too_large_is_counted(settings: Settings) -> None:
    """A record over the limit is counted as refused, and the others are delivered."""
    with Cluster(settings) as cluster:
        cluster.create(specs(settings))
        with cluster.producer() as producer:
            producer.send(settings.topics.raw, b"x" * (settings.limits.max_record_bytes + 2**20))
            producer.send(settings.topics.raw, b"{}")

    assert producer.deliveries.acknowledged == 1
    assert producer.deliveries.refused.total() == 1


def test_lag_is_by_partition(settings: Settings) -> None:
    """Consumer lag is by partition; a group that never committed has none."""
    produce(settings, 5)

    with Cluster(settings) as cluster:
        unknown = cluster.lag("unknown", settings.topics.raw)
        cluster.commit("known", settings.topics.raw, dict.fromkeys((0, 1), (0, "")))
        known = cluster.lag("known", settings.topics.raw)

    assert unknown == {0: None, 1: None}
    assert sum(lag or 0 for lag in known.values()) == 5


def test_a_server_that_is_no_broker_is_an_error() -> None:
    """A server that accepts connections and does not speak the Kafka protocol is no broker."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        flags = {
            "kafka.bootstrap_servers": f"127.0.0.1:{server.getsockname()[1]}",
            "kafka.request_timeout_seconds": 0.3,
        }
        with pytest.raises(BrokerUnreachableError) as raised, Cluster(load(flags=flags, environment={})):
            pass
    assert raised.value.causes == ()


def interrupted(settings: Settings) -> None:
    """Send a record, and raise an interruption before the broker has answered."""
    with Cluster(settings) as cluster:
        cluster.create(specs(settings))
        with cluster.producer() as producer:
            producer.send(settings.topics.raw, b"{}")
            raise KeyboardInterrupt


def test_an_interruption_is_passed_on(settings: Settings) -> None:
    """An interruption leaves the block as it is, with records unacknowledged, and no other error hides it."""
    with pytest.raises(KeyboardInterrupt):
        interrupted(settings)
