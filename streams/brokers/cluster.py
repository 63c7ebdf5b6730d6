"""Kafka cluster that the settings name, for tools: topics, rights, readers, a producer, committed offsets, lag.

It is synchronous and no part of the worker's record path, which uses Faust. Reading joins no consumer group, so that it
never takes partitions from a worker; only `commit` commits offsets.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from streams.brokers import client, reading
from streams.brokers.client import open_consumer, translated_errors
from streams.brokers.connection import topic_options
from streams.brokers.layout import TopicFound, TopicSpec
from streams.brokers.producer import Producer
from streams.brokers.raw_partition import RawPartition
from streams.brokers.reachability import require_broker
from streams.brokers.reading import Partition, Start
from streams.brokers.rights import require_visible
from streams.brokers.topic_ids import TopicIdCheck
from streams.errors import BrokerUnreachableError, TopicsError
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import Settings

OFFSETS_TOPIC = "__consumer_offsets"
MAX_TIMESTAMP = -3
"""Asks ListOffsets for the record with the greatest timestamp (KIP-734)."""


class Cluster:
    """A connection to the cluster, for the time of a `with` block.

    Parameters
    ----------
    settings
        Address, security, limits.

    Raises
    ------
    BrokerUnreachableError
        On entering the block, if no broker answers.
    BrokerRefusedError
        On entering the block, if the broker refuses the credentials.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> Self:
        require_broker(self._settings.kafka)
        self._admin = client.create_admin(self._settings.kafka)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._admin.close()

    def describe(self, names: Sequence[str]) -> dict[str, TopicFound]:
        """Return the topics that exist, by name; where the broker does not report configs, they have none.

        Raises
        ------
        BrokerRefusedError
            If the user may not see some of them.
        """
        with translated_errors(self._settings.kafka):
            rows = self._admin.describe_topics(list(names))
            require_visible(rows)
            existing = [row for row in rows if row["error_code"] == 0]
            configs = client.read_topic_configs(self._admin, [row["name"] for row in existing])
        return {row["name"]: _topic_found(row, configs.get(row["name"], {})) for row in existing}

    def describe_offsets_topic(self) -> TopicFound | None:
        """Return the topic of committed offsets; None where there is none yet, or the broker does not show it."""
        with translated_errors(self._settings.kafka):
            (row,) = self._admin.describe_topics([OFFSETS_TOPIC])
            configs = client.read_topic_configs(self._admin, [OFFSETS_TOPIC]) if row["error_code"] == 0 else {}
        return _topic_found(row, configs.get(OFFSETS_TOPIC, {})) if row["error_code"] == 0 else None

    def count_brokers(self) -> int:
        """Return how many brokers the cluster had when the client connected."""
        return len(client.list_brokers(self._admin))

    def newest_timestamp_ms(self, topic: str, partitions: int) -> int | None:
        """Return the greatest timestamp of the records of a topic, in milliseconds of Unix time.

        None where the topic has no record, and where the broker does not report it, as before Kafka 3.0.
        """
        wanted = {client.partition(topic, number): MAX_TIMESTAMP for number in range(partitions)}
        try:
            found = self._admin.list_partition_offsets(wanted)
        except client.ClientError:  # the clock is then reported as not checked (`checks.clients`)
            return None
        return max((each.timestamp for each in found.values() if each.timestamp >= 0), default=None)

    def broker_configs(self) -> Mapping[str, str]:
        """Return the configs of a broker; empty where the user may not read them, or the broker reports none."""
        with translated_errors(self._settings.kafka):
            return client.read_broker_configs(self._admin)

    def create(self, specs: Sequence[TopicSpec]) -> list[str]:
        """Create the topics that do not exist and return their names; existing topics are not changed.

        Raises
        ------
        TopicsError
            If the broker does not create some of them, with the reason of each.
        """
        if not specs:
            return []
        with translated_errors(self._settings.kafka):
            return client.create_topics(self._admin, {spec.name: topic_options(spec) for spec in specs})

    def require_topics(self, *names: str) -> None:
        """Return if all of the topics exist.

        Raises
        ------
        TopicsError
            If some do not.
        """
        found = self.describe(names)
        if missing := [name for name in names if name not in found]:
            raise TopicsError(
                f"the broker at {self._settings.kafka.bootstrap_servers} has no topic {', '.join(missing)}: "
                "create the topics with: copytaster topics create"
            )

    def require_group(self, group: str, topic: str) -> None:
        """Return if the user may read a topic in a consumer group.

        Raises
        ------
        BrokerRefusedError
            If it may not.
        BrokerUnreachableError
            If no broker coordinates groups yet, as for a moment with the first group of a new cluster.
        """
        with translated_errors(self._settings.kafka):
            client.require_group_access(self._admin, group, topic)

    def producer(self) -> Producer:
        """Return a producer, for the time of a `with` block."""
        return Producer(self._settings)

    def batches(
        self, topics: Sequence[str], start: Start = "beginning", *, follow: bool = False
    ) -> Iterator[Sequence[RawRecord]]:
        """Yield the records of some topics as they arrive; records of one partition keep their order.

        Parameters
        ----------
        topics
            Topics that exist.
        start
            Where to begin.
        follow
            Whether to wait for more at the end. Then an empty batch follows each `POLL_SECONDS` without a record.

        Raises
        ------
        BrokerUnreachableError
            If the broker stays away for longer than `kafka.wait_seconds`.
        TopicsError
            If a topic does not exist, or is deleted while its records are followed.
        """
        self.require_topics(*topics)
        with translated_errors(self._settings.kafka), open_consumer(self._settings) as consumer:
            partitions = client.list_partitions(consumer, topics)
            consumer.assign(partitions)
            reading.seek(consumer, partitions, start)
            yield from self._read(consumer, partitions, follow=follow)

    def records(
        self, topics: Sequence[str], start: Start = "beginning", *, follow: bool = False
    ) -> Iterator[RawRecord]:
        """Yield the records of `batches`, one by one."""
        for batch in self.batches(topics, start, follow=follow):
            yield from batch

    def record_at(self, place: Origin) -> RawRecord | None:
        """Return the record at a place, or None where there is none, or none any more."""
        self.require_topics(place.topic)
        with translated_errors(self._settings.kafka), open_consumer(self._settings) as consumer:
            partition = client.partition(place.topic, place.partition)
            if partition not in client.list_partitions(consumer, [place.topic]):
                return None
            consumer.assign([partition])
            return reading.record_at(consumer, partition, place.offset)

    def offsets(self, topic: str, at: Start) -> dict[int, int]:
        """Return, by partition, the offset from which `batches` would read a topic that it reads from `at`."""
        with translated_errors(self._settings.kafka), open_consumer(self._settings) as consumer:
            partitions = client.list_partitions(consumer, [topic])
            consumer.assign(partitions)
            found = reading.offsets(consumer, partitions, at)
        return {each.partition: found[each] for each in partitions}

    def read_range(self, topic: str, first: Mapping[int, int], end: Mapping[int, int]) -> Iterator[Sequence[RawRecord]]:
        """Yield the records of a topic from the first offsets up to, and without, the end, both by partition.

        An empty batch follows each `POLL_SECONDS` without a record.

        Raises
        ------
        BrokerUnreachableError
            If the broker stays away for longer than `kafka.wait_seconds`.
        """
        with translated_errors(self._settings.kafka), open_consumer(self._settings) as consumer:
            ends = {client.partition(topic, partition): offset for partition, offset in end.items()}
            consumer.assign(list(ends))
            for each in ends:
                consumer.seek(each, first[each.partition])
            yield from reading.until(consumer, ends, reading.Watch(self._settings.kafka))

    def raw_partition(self, topic: str, partition: int) -> RawPartition:
        """Return the bytes of a partition; errors as of `RawPartition`."""
        self.require_topics(topic)
        with translated_errors(self._settings.kafka):
            return RawPartition(self._admin, self._settings, topic, partition)

    def lag(self, group: str, topic: str) -> dict[int, int | None]:
        """Return the consumer lag of a group in records, by partition; None where it never committed.

        Records that were deleted before the group had read them do not count.
        """
        commits, ends, first = (
            self.committed(group, topic),
            self.offsets(topic, "end"),
            self.offsets(topic, "beginning"),
        )
        return {
            each: max(0, end - max(commits[each], first[each])) if each in commits else None
            for each, end in ends.items()
        }

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return the committed offsets of a group, by partition, without partitions where it never committed."""
        return {partition: offset for partition, (offset, _) in self.commits(group, topic).items()}

    def commits(self, group: str, topic: str) -> dict[int, tuple[int, str]]:
        """Return the committed offsets of a group with their metadata, as `committed` does."""
        with translated_errors(self._settings.kafka), open_consumer(self._settings) as consumer:
            return client.read_commits(self._admin, group, client.list_partitions(consumer, [topic]))

    def commit(self, group: str, topic: str, commits: Mapping[int, tuple[int, str]]) -> None:
        """Commit offsets with their metadata, by partition, for a group that has no members.

        They may lie before the committed ones.
        """
        with translated_errors(self._settings.kafka):
            client.commit_offsets(self._admin, group, topic, commits)

    def _read(
        self, consumer: reading.Consumer, partitions: Sequence[Partition], *, follow: bool
    ) -> Iterator[Sequence[RawRecord]]:
        if not follow:
            return reading.until_end(consumer, partitions)
        names = sorted({each.topic for each in partitions})
        check = TopicIdCheck(lambda: self._describe_reachable(names))
        return check.guard(reading.follow(consumer, reading.Watch(self._settings.kafka)))

    def _describe_reachable(self, names: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """Return descriptions of topics; none while no broker can be reached, which `reading.Watch` limits."""
        with suppress(BrokerUnreachableError), translated_errors(self._settings.kafka):
            require_broker(self._settings.kafka)
            rows: Sequence[Mapping[str, Any]] = self._admin.describe_topics(names)
            # A broker that has just started reports topics with errors that pass.
            return [row for row in rows if client.is_known_or_missing(row["error_code"])]
        return []


def _topic_found(row: Mapping[str, Any], configs: dict[str, str]) -> TopicFound:
    """Return a topic as kafka-python describes it."""
    partitions = row["partitions"]
    return TopicFound(
        partitions=len(partitions),
        configs=configs,
        replicas=min((len(each["replica_nodes"]) for each in partitions), default=None),
        leaderless=tuple(sorted(each["partition_index"] for each in partitions if each["leader_id"] < 0)),
        id=row["topic_id"],
        operations=tuple(row["authorized_operations"] or ()),
    )
