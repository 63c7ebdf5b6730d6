"""The Kafka cluster that the settings name, for tools: topics, a producer that counts, readers, lag.

This is the only module that imports kafka-python, and it is synchronous: the worker has Faust. Reading joins no
consumer group, so that a look at a topic never takes anything from a worker; nothing is committed but by `commit`.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import kafka
import kafka.errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata

from streams.brokers import reading
from streams.brokers.connection import (
    connection,
    consumer_options,
    delivery_timeout_ms,
    producer_options,
    topic_options,
)
from streams.brokers.deliveries import Deliveries
from streams.brokers.layout import TopicFound, TopicSpec
from streams.brokers.reachability import require_broker
from streams.brokers.reading import Partition, Start
from streams.brokers.refusals import refusals_raised
from streams.brokers.rights import RIGHTS, require_rights, require_seen
from streams.errors import BrokerRefusedError, BrokerUnreachableError, TopicsError
from streams.records.origin import Headers, Origin, RawRecord
from streams.settings.schema import KafkaSettings, Settings

CLOSE_SECONDS = 1.0
"""How long what is unanswered may delay a stop."""

# The client reports every attempt to connect as a warning or an error. What matters is raised below, in one sentence.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


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
        with _in_one_sentence(self._settings.kafka), refusals_raised(_REFUSALS):
            self._admin = kafka.KafkaAdminClient(**connection(self._settings.kafka))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._admin.close()

    def describe(self, names: Sequence[str]) -> dict[str, TopicFound]:
        """Return the topics that exist, by name; a broker that tells no configs leaves them out.

        Raises
        ------
        BrokerRefusedError
            If the user may not see some of them.
        """
        with _in_one_sentence(self._settings.kafka):
            rows = self._admin.describe_topics(list(names))
            require_seen(rows)
            partitions = {row["name"]: len(row["partitions"]) for row in rows if row["error_code"] == 0}
            configs = self._configs(list(partitions))
        return {name: TopicFound(count, configs.get(name, {})) for name, count in partitions.items()}

    def create(self, specs: Sequence[TopicSpec]) -> list[str]:
        """Create the topics that do not exist and return their names; those that exist are left as they are.

        Raises
        ------
        TopicsError
            If the broker does not create one, with every reason.
        """
        wanted = {spec.name: topic_options(spec) for spec in specs}
        if not wanted:
            return []
        with _in_one_sentence(self._settings.kafka):
            rows = self._admin.create_topics(wanted, raise_errors=False)["topics"]
            _require_created(rows)
            created = [row["name"] for row in rows if row["error_code"] == kafka.errors.NoError.errno]
            self._admin.wait_for_topics(created)
        return created

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

    def require_rights(self, *, read: Sequence[str], write: Sequence[str]) -> None:
        """Raise `BrokerRefusedError` where the user may not read or write these topics, as far as the broker tells."""
        with _in_one_sentence(self._settings.kafka):
            rows = self._admin.describe_topics([*read, *write])
        require_rights(rows, read, write)

    def require_group(self, group: str, topic: str) -> None:
        """Return if the user may read a topic in a consumer group.

        Raises
        ------
        BrokerRefusedError
            If it may not.
        BrokerUnreachableError
            If no broker coordinates groups yet, as for a moment with the first group of a new cluster.
        """
        with _in_one_sentence(self._settings.kafka):
            try:
                self._admin.list_group_offsets({group: [kafka.TopicPartition(topic, 0)]})
            except kafka.errors.GroupAuthorizationFailedError as error:
                raise BrokerRefusedError(f"the user may not read in the consumer group {group}: {RIGHTS}") from error

    def producer(self) -> "Producer":
        """Return a producer, for the time of a `with` block."""
        return Producer(self._settings)

    def batches(
        self, topics: Sequence[str], start: Start = "beginning", *, follow: bool = False
    ) -> Iterator[Sequence[RawRecord]]:
        """Yield the records of some topics as they come; records of one partition keep their order.

        Parameters
        ----------
        topics
            Topics that exist.
        start
            Where to begin.
        follow
            Whether to wait for more at the end. Then an empty batch comes whenever nothing has for `POLL_SECONDS`.

        Raises
        ------
        BrokerUnreachableError
            If the broker stays away for longer than `kafka.wait_seconds`.
        TopicsError
            If a topic does not exist.
        """
        self.require_topics(*topics)
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            partitions = _partitions(consumer, topics)
            consumer.assign(partitions)
            reading.seek(consumer, partitions, start)
            yield from self._read(consumer, partitions, follow=follow)

    def records(
        self, topics: Sequence[str], start: Start = "beginning", *, follow: bool = False
    ) -> Iterator[RawRecord]:
        """Yield what `batches` yields, one by one."""
        for batch in self.batches(topics, start, follow=follow):
            yield from batch

    def record_at(self, place: Origin) -> RawRecord | None:
        """Return the record at a place, or None where there is none (any more)."""
        self.require_topics(place.topic)
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            partition = kafka.TopicPartition(place.topic, place.partition)
            if partition not in _partitions(consumer, [place.topic]):
                return None
            consumer.assign([partition])
            return reading.record_at(consumer, partition, place.offset)

    def offsets(self, topic: str, at: Start) -> dict[int, int]:
        """Return, by partition, the offset from which on a topic is read that is read from there."""
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            partitions = _partitions(consumer, [topic])
            consumer.assign(partitions)
            found = reading.offsets(consumer, partitions, at)
        return {each.partition: found[each] for each in partitions}

    def between(self, topic: str, first: Mapping[int, int], end: Mapping[int, int]) -> Iterator[Sequence[RawRecord]]:
        """Yield the records of a topic from the first offsets up to, and without, the end, both by partition.

        An empty batch comes whenever nothing has for `POLL_SECONDS`.

        Raises
        ------
        BrokerUnreachableError
            If the broker stays away for longer than `kafka.wait_seconds`.
        """
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            ends = {kafka.TopicPartition(topic, partition): offset for partition, offset in end.items()}
            consumer.assign(list(ends))
            for each in ends:
                consumer.seek(each, first[each.partition])
            yield from reading.until(consumer, ends, reading.Watch(self._settings.kafka))

    def lag(self, group: str, topic: str) -> dict[int, int | None]:
        """Return, by partition, how many records a group has not committed; None where it never committed."""
        commits, ends = self.committed(group, topic), self.offsets(topic, "end")
        return {each: max(0, end - commits[each]) if each in commits else None for each, end in ends.items()}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return what a group has committed, by partition; one where it never did is left out."""
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            partitions = _partitions(consumer, [topic])
            commits = self._admin.list_group_offsets({group: partitions})[group]
        return {each.partition: commits[each].offset for each in partitions if commits[each].offset >= 0}

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """Let a group that has no members begin at these offsets, by partition, wherever it stood."""
        wanted = {kafka.TopicPartition(topic, each): OffsetAndMetadata(at, "", -1) for each, at in offsets.items()}
        with _in_one_sentence(self._settings.kafka):
            for refusal in self._admin.alter_group_offsets(group, wanted).values():
                if refusal is not kafka.errors.NoError:
                    raise refusal

    def _read(
        self, consumer: reading.Consumer, partitions: Sequence[Partition], *, follow: bool
    ) -> Iterator[Sequence[RawRecord]]:
        if follow:
            return reading.follow(consumer, reading.Watch(self._settings.kafka))
        return reading.until_end(consumer, partitions)

    def _configs(self, names: Sequence[str]) -> Mapping[str, dict[str, str]]:
        if not names:
            return {}
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        try:
            answer = self._admin.describe_configs(asked, config_filter="all").get("topic", {})
        except (
            kafka.errors.KafkaError
        ):  # such as a user without the right to see them: the caller says what is unreported_configs
            return {}
        return {topic: {name: fact["value"] for name, fact in facts.items()} for topic, facts in answer.items()}


class Producer:
    """Sends records and knows what became of them, for the time of a `with` block.

    Leaving the block waits for the broker to answer for every record, unless an exception leaves it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # The client itself gives a record up after its delivery timeout, and knows why.
        patience_seconds = delivery_timeout_ms(settings.kafka) / 1000 + CLOSE_SECONDS
        self.deliveries = Deliveries(settings.kafka.bootstrap_servers, patience_seconds)

    def __enter__(self) -> Self:
        require_broker(self._settings.kafka)
        with _in_one_sentence(self._settings.kafka):
            self._client = kafka.KafkaProducer(**producer_options(self._settings))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self._close()

    def send(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None = None,
        headers: Headers = (),
        on_acknowledged: Callable[[], None] = lambda: None,
    ) -> None:
        """Hand over one record, and wait while too much is unanswered; a header without a value gets an empty one.

        The client's own thread calls `on_acknowledged` when the broker has the record, before `flush` returns.

        Raises
        ------
        DeliveryError
            If the broker has stopped to acknowledge records.
        """
        filled = [(name, content or b"") for name, content in headers]
        size_bytes = len(value or b"") + len(key or b"")
        self.deliveries.begin(size_bytes)
        try:
            future = self._client.send(topic, value=value, key=key, headers=filled)
        except kafka.errors.KafkaError as error:
            self._fail(size_bytes, error)
        else:
            future.add_callback(lambda _: on_acknowledged())
            future.add_callback(lambda _: self.deliveries.acknowledge(size_bytes))
            future.add_errback(lambda error: self._fail(size_bytes, error))

    def flush(self) -> None:
        """Wait until the broker has answered for every record.

        Raises
        ------
        DeliveryError
            If the broker has stopped to acknowledge records.
        """
        self.deliveries.require_answers()

    def _close(self) -> None:
        try:
            self._client.close(timeout=CLOSE_SECONDS)
        except kafka.errors.KafkaTimeoutError:
            # With records unanswered the client gives up before it closes; it closes once nothing is left to wait for.
            self._client._accumulator.abort_incomplete_batches()  # noqa: SLF001  # as its own forced close does
            self._client.close(timeout=CLOSE_SECONDS)

    def _fail(self, size_bytes: int, error: Exception) -> None:
        if isinstance(error, _TOO_LARGE):
            self.deliveries.refuse(size_bytes, "larger than limits.max_record_bytes, or than the topic takes")
        elif isinstance(error, kafka.errors.InvalidRecordError):
            self.deliveries.refuse(size_bytes, _name(error))
        else:
            self.deliveries.break_off(size_bytes, _name(error))


@contextmanager
def _consumer(settings: Settings) -> Iterator[Any]:
    consumer = kafka.KafkaConsumer(**consumer_options(settings))
    try:
        yield consumer
    finally:
        consumer.close()


def _partitions(consumer: Any, topics: Sequence[str]) -> list[Partition]:  # noqa: ANN401  # kafka-python has no types
    return [
        kafka.TopicPartition(topic, number)
        for topic in topics
        for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]


def _require_created(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise what keeps topics from being created; that one exists is no reason."""
    reasons = {
        row["name"]: row.get("error_message") or _name(kafka.errors.for_code(row["error_code"])())
        for row in rows
        if kafka.errors.for_code(row["error_code"]) not in _CREATED
    }
    if reasons:
        listing = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        raise TopicsError(f"the broker does not create {len(reasons)} of {len(rows)} topics: {listing}")


@contextmanager
def _in_one_sentence(kafka_settings: KafkaSettings) -> Iterator[None]:
    """Turn what kafka-python raises into errors of ours."""
    address = kafka_settings.bootstrap_servers
    try:
        yield
    except _REFUSALS as error:
        raise BrokerRefusedError(
            f"the broker at {address} refuses this client ({_name(error)}): check kafka.security_protocol, "
            "kafka.sasl_username and its password, and what the user may do"
        ) from error
    except kafka.errors.KafkaTimeoutError as error:
        raise BrokerUnreachableError(
            f"something listens at {address} but does not answer as a Kafka broker in time: check that it is one, "
            f"and that kafka.security_protocol={kafka_settings.security_protocol} is what it expects"
        ) from error
    except kafka.errors.KafkaError as error:
        raise BrokerUnreachableError(f"the broker at {address} failed to answer ({_name(error)})") from error


def _name(error: BaseException) -> str:
    words = type(error).__name__.removesuffix("Error")
    return f"{words}: {error}" if str(error) and words not in str(error) else words


_CREATED = (kafka.errors.NoError, kafka.errors.TopicAlreadyExistsError)
_TOO_LARGE = (kafka.errors.MessageSizeTooLargeError, kafka.errors.RecordListTooLargeError)
_REFUSALS = (
    kafka.errors.AuthorizationError,
    kafka.errors.SaslAuthenticationFailedError,
    kafka.errors.UnsupportedSaslMechanismError,
    kafka.errors.IllegalSaslStateError,
)
