"""Offsets that are not what a worker expects: aborted transactions, holes, records deleted, commits beyond the end."""

import signal

import confluent_kafka
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from streams.records.origin import Origin
from tests.broker.ledger import Ledger, article, place
from tests.broker.newsroom import Newsroom, eventually

pytestmark = pytest.mark.smoke

RECOVERY_SECONDS = 40.0


@pytest.fixture
def admin(newsroom: Newsroom) -> AdminClient:
    """Return a client that changes the cluster; what it was asked for is lost when it goes."""
    return AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})


def test_aborted_transactions(newsroom: Newsroom, ledger: Ledger) -> None:
    """Articles of committed transactions are tagged, those of aborted ones leave no trace, markers do not stop it."""
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "transactional.id": newsroom.raw_topic}
    )
    producer.init_transactions(30)
    for transaction in range(10):
        is_aborted = transaction % 2
        producer.begin_transaction()
        for number in range(transaction * 10, transaction * 10 + 10):
            key, value = article(number)
            producer.produce(newsroom.raw_topic, value, key, on_delivery=None if is_aborted else ledger.note_sent)
        producer.flush()
        if is_aborted:
            producer.abort_transaction(30)
        else:
            producer.commit_transaction(30)

    with newsroom.worker() as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        counted = worker.count("copytaster_records_in_total")

    assert (account.sent, account.missing, account.duplicates) == (50, 0, 0)
    assert ledger.outcomes().keys() == ledger.sent
    assert counted == 50


def test_a_compacted_source_with_holes(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """Offsets that compaction has taken away are stepped over, and the last revision of every article is tagged."""
    configure(
        admin,
        newsroom.raw_topic,
        {
            "cleanup.policy": "compact",
            "segment.ms": "100",
            "min.cleanable.dirty.ratio": "0.01",
            "max.compaction.lag.ms": "100",
        },
    )

    def has_holes() -> bool:
        # Compaction leaves alone the segment that is being written; another revision of every article closes it.
        ledger.send(*map(article, range(20)))
        return len(_left(newsroom)) < len(ledger.sent) // 2

    eventually(has_holes, "compaction has made holes")
    ledger.send(*map(article, range(20, 25)))

    with newsroom.worker():
        ledger.wait_for(25)
        ledger.sent &= _left(newsroom)
        account = ledger.settle(RECOVERY_SECONDS)

    assert account.missing == 0
    assert {found.key for found in ledger.found} == {f"example.org:{number}".encode() for number in range(25)}


def test_a_retention_gap(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker that comes back after its commit was deleted resumes with the oldest record that is left."""
    ledger.send(*map(article, range(20)))
    with newsroom.worker():
        ledger.settle(RECOVERY_SECONDS)
    ledger.send(*map(article, range(20, 60)))
    end = {origin.partition: origin.offset for origin in sorted(ledger.sent, key=lambda each: each.offset)}
    gap = [TopicPartition(newsroom.raw_topic, partition, offset - 5) for partition, offset in end.items()]
    for future in admin.delete_records(gap).values():
        future.result(30)
    left = _left(newsroom)
    already = set(ledger.outcomes())
    ledger.sent = {origin for origin in ledger.sent if origin in left or origin in already}

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert len(left) == 6 * newsroom.settings.topics.partitions
    assert (account.sent, account.missing) == (20 + len(left), 0)


def test_offsets_are_reset(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """When an operator resets the group to the beginning, everything is published once more, byte by byte the same."""
    ledger.send(*map(article, range(40)))
    with newsroom.worker() as worker:
        ledger.settle(RECOVERY_SECONDS)
        worker.signal(signal.SIGTERM)  # Kafka refuses to set the offsets of a group that has members
        assert worker.exit_code() == 0
    _commit(admin, newsroom, offset=0)

    with newsroom.worker():
        ledger.send(*map(article, range(40, 60)))
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (60, 0, 40)


def test_a_commit_beyond_the_end(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """A group whose commits are beyond the end, as after a topic was recreated, reads it from the beginning."""
    _commit(admin, newsroom, offset=1_000)
    ledger.send(*map(article, range(40)))

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: newsroom.committed() == 40, "the commits are those of the records that are there")

    assert (account.sent, account.missing) == (40, 0)


def test_partitions_are_added(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """Articles on partitions that are added to the raw topic are tagged within the metadata's age."""
    with newsroom.worker(worker__metadata_max_age_seconds=1) as worker:
        worker.ready()
        new = confluent_kafka.admin.NewPartitions(newsroom.raw_topic, 6)
        for future in admin.create_partitions([new]).values():
            future.result(30)
        eventually(lambda: _partitions(admin, newsroom.raw_topic) == 6, "the broker tells of the new partitions")
        ledger.send(*map(article, range(100)))
        account = ledger.settle(RECOVERY_SECONDS)

    assert {origin.partition for origin in ledger.sent} == set(range(6))
    assert (account.sent, account.missing) == (100, 0)


def _commit(admin: AdminClient, newsroom: Newsroom, offset: int) -> None:
    partitions = range(newsroom.settings.topics.partitions)
    commits = [TopicPartition(newsroom.raw_topic, each, offset) for each in partitions]
    group = confluent_kafka.ConsumerGroupTopicPartitions(newsroom.settings.worker.group, commits)
    for future in admin.alter_consumer_group_offsets([group]).values():
        assert [each.error for each in future.result(30).topic_partitions] == [None] * len(partitions)


def _partitions(admin: AdminClient, topic: str) -> int:
    return len(admin.list_topics(topic, timeout=10).topics[topic].partitions)


def configure(admin: AdminClient, topic: str, configs: dict[str, str]) -> None:
    """Change configurations of a topic, and wait until the broker, which follows its controller, answers with them."""
    entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in configs.items()]
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(30)

    def follows() -> bool:
        """Report whether the broker that answers has all of them."""
        (described,) = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
        answered = described.result(30)
        return all(answered[name].value == value for name, value in configs.items())

    eventually(follows, f"the broker follows the configurations of {topic}")


def _left(newsroom: Newsroom) -> set[Origin]:
    """Return the origins of the raw records that are there (still)."""
    reader = confluent_kafka.Consumer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "group.id": "reads alone",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
        }
    )
    partitions = range(newsroom.settings.topics.partitions)
    reader.assign([TopicPartition(newsroom.raw_topic, each, confluent_kafka.OFFSET_BEGINNING) for each in partitions])
    left: set[Origin] = set()
    ends = 0
    while ends < len(partitions):
        message = reader.poll(10)
        assert message is not None, "the raw topic cannot be read"
        if message.error():
            ends += 1
        else:
            left.add(place(message))
    reader.close()
    return left
