"""A raw topic that is deleted and created again: the articles of the new one, and what became of them."""

from collections.abc import Callable

import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

from streams.records.origin import Origin
from tests.broker.ledger import Account, Found, Ledger, article
from tests.broker.newsroom import Newsroom, eventually

FIRST_NUMBER = 1_000_000
"""Articles of the new topic have numbers from here: their places are those of articles of the old one."""


class NewTopicLedger(Ledger):
    """The books of the new topic: outcomes of articles of the old one do not count."""

    def outcomes(self) -> dict[Origin, list[Found]]:
        """Return, by origin, what became of the new articles by now."""
        self._read()
        self.found = [each for each in self.found if _number(each) >= FIRST_NUMBER]
        return super().outcomes()

    def send_new(self, count: int, partition: int) -> None:
        """Send so many new articles to one partition at once."""
        self.hand_over(*map(article, range(FIRST_NUMBER, FIRST_NUMBER + count)), partition=partition)
        self.flush()


class RawTopic:
    """The raw topic of a newsroom, which can be deleted and created."""

    def __init__(self, newsroom: Newsroom, note: Callable[[Account], None]) -> None:
        self._newsroom = newsroom
        self._note = note
        self.admin = AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})

    def delete(self, name: str | None = None) -> None:
        """Delete the topic, and return when the broker no longer knows it."""
        topic = name or self._newsroom.raw_topic
        self.admin.delete_topics([topic])[topic].result(30)
        eventually(lambda: topic not in self.admin.list_topics(timeout=10).topics, "the topic is gone")

    def create(self, partitions: int, name: str | None = None) -> None:
        """Create the topic, and return when it can be written."""
        topic = name or self._newsroom.raw_topic
        self.admin.create_topics([NewTopic(topic, partitions, 1)])[topic].result(30)

        def has_leaders() -> bool:
            found = self.admin.list_topics(topic, timeout=10).topics[topic].partitions
            return len(found) == partitions and all(each.leader > 0 for each in found.values())

        eventually(has_leaders, "the topic has leaders")

    def ledger(self) -> NewTopicLedger:
        """Return books for the new topic, with clients that never saw the old one."""
        return NewTopicLedger(self._newsroom, self._note)

    def committed(self, partition: int) -> int:
        """Return the commit of a partition, 0 where there is none."""
        return max(0, self.commit(partition).offset)

    def commit(self, partition: int) -> confluent_kafka.TopicPartition:
        """Return the commit of a partition with its metadata."""
        wanted = confluent_kafka.TopicPartition(self._newsroom.raw_topic, partition)
        group = confluent_kafka.ConsumerGroupTopicPartitions(self._newsroom.settings.worker.group, [wanted])
        ((_, future),) = self.admin.list_consumer_group_offsets([group]).items()
        found: list[confluent_kafka.TopicPartition] = future.result(30).topic_partitions
        return found[0]

    def put_commit(self, commit: confluent_kafka.TopicPartition) -> None:
        """Commit what was committed before the topic was deleted: the broker itself has deleted it with the topic."""
        group = confluent_kafka.ConsumerGroupTopicPartitions(self._newsroom.settings.worker.group, [commit])
        ((_, future),) = self.admin.alter_consumer_group_offsets([group]).items()
        assert [each.error for each in future.result(30).topic_partitions] == [None]


def _number(found: Found) -> int:
    return int((found.key or b"0").rpartition(b":")[2])
