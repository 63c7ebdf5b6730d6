"""The Kafka cluster that the settings name, for tools: topics, a producer that counts, readers, lag.

This is the only module that imports kafka-python, and it is synchronous: the worker has Faust. Reading joins no
consumer group and commits nothing, so that a look at a topic never takes anything from a worker.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import kafka
import kafka.errors
from kafka.admin import ConfigResource, ConfigResourceType

from streams.brokers import reading
from streams.brokers.deliveries import Deliveries
from streams.brokers.layout import ENVELOPE_BYTES, TopicFound, TopicSpec
from streams.brokers.reachability import require_broker
from streams.brokers.reading import Partition, Start
from streams.brokers.refusals import refusals_raised
from streams.brokers.security import sasl_options, ssl_context
from streams.errors import BrokerRefusedError, BrokerUnreachableError, TopicsError
from streams.records.origin import Headers, Origin, RawRecord
from streams.settings.schema import KIBIBYTE, KafkaSettings, Settings

CLIENT_ID = "copytaster-tools"
BOOTSTRAP_SECONDS = 10.0
"""How long a broker that accepts connections may take to say who it is; it is milliseconds where all is well."""

BATCH_BYTES = 256 * KIBIBYTE
"""Records sent in one piece. The client's default of 16 KiB holds four articles; docs/faust.md has the measurement."""

LINGER_MS = 20
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
            self._admin = kafka.KafkaAdminClient(**_connection(self._settings.kafka))
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
            _require_seen(rows)
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
        wanted = {spec.name: _new_topic(spec) for spec in specs}
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
        missing = [name for name in names if name not in self.describe(names)]
        if missing:
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
        with _in_one_sentence(self._settings.kafka):
            try:
                self._admin.list_group_offsets({group: [kafka.TopicPartition(topic, 0)]})
            except kafka.errors.GroupAuthorizationFailedError as error:
                raise BrokerRefusedError(f"the user may not read in the consumer group {group}: {_RIGHTS}") from error

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

    def lag(self, group: str, topic: str) -> dict[int, int | None]:
        """Return, by partition, how many records a group has not committed; None where it never committed."""
        with _in_one_sentence(self._settings.kafka), _consumer(self._settings) as consumer:
            partitions = _partitions(consumer, [topic])
            commits = self._admin.list_group_offsets({group: partitions})[group]
            consumer.assign(partitions)
            ends = reading.ends(consumer, partitions)
        return {each.partition: _behind(commits[each].offset, ends[each]) for each in partitions}

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
        except kafka.errors.KafkaError:  # such as a user without the right to see them: the caller says what is untold
            return {}
        return {topic: {name: fact["value"] for name, fact in facts.items()} for topic, facts in answer.items()}


class Producer:
    """Sends records and knows what became of them, for the time of a `with` block.

    Leaving the block waits for the broker to answer for every record, unless an exception leaves it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.deliveries = Deliveries(settings.kafka.bootstrap_servers)

    def __enter__(self) -> Self:
        kafka_settings, limits = self._settings.kafka, self._settings.limits
        require_broker(kafka_settings)
        request_ms, wait_ms = (
            int(seconds * 1000) for seconds in (kafka_settings.request_timeout_seconds, kafka_settings.wait_seconds)
        )
        with _in_one_sentence(kafka_settings):
            self._client = kafka.KafkaProducer(
                **_connection(kafka_settings),
                acks="all",
                compression_type="zstd",
                batch_size=BATCH_BYTES,
                linger_ms=LINGER_MS,
                max_request_size=limits.max_record_bytes + ENVELOPE_BYTES,
                delivery_timeout_ms=max(wait_ms, request_ms + LINGER_MS),
                allow_auto_create_topics=False,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self._close()

    def send(self, topic: str, value: bytes | None, key: bytes | None = None, headers: Headers = ()) -> None:
        """Hand over one record, and wait while too much is unanswered; a header without a value gets an empty one.

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
            future.add_callback(lambda _: self.deliveries.acknowledge(size_bytes))
            future.add_errback(lambda error: self._fail(size_bytes, error))

    def flush(self) -> None:
        """Wait until the broker has answered for every record.

        Raises
        ------
        DeliveryError
            If the broker has stopped to acknowledge records.
        """
        with _in_one_sentence(self._settings.kafka):
            self._client.flush()
        self.deliveries.require_sound()

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


def _connection(kafka_settings: KafkaSettings) -> dict[str, Any]:
    return {
        "bootstrap_servers": [each.strip() for each in kafka_settings.bootstrap_servers.split(",") if each.strip()],
        "client_id": CLIENT_ID,
        "bootstrap_timeout_ms": int(min(BOOTSTRAP_SECONDS, kafka_settings.request_timeout_seconds) * 1000),
        "request_timeout_ms": int(kafka_settings.request_timeout_seconds * 1000),
        "security_protocol": kafka_settings.security_protocol,
        "ssl_context": ssl_context(kafka_settings),
        **sasl_options(kafka_settings),
    }


@contextmanager
def _consumer(settings: Settings) -> Iterator[Any]:
    largest_bytes = settings.limits.max_record_bytes + ENVELOPE_BYTES
    consumer = kafka.KafkaConsumer(
        **_connection(settings.kafka),
        group_id=None,
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=largest_bytes,
    )
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


def _behind(committed: int, end: int) -> int | None:
    return None if committed < 0 else max(0, end - committed)


def _new_topic(spec: TopicSpec) -> dict[str, Any]:
    return {
        "num_partitions": spec.partitions,
        "replication_factor": spec.replication_factor,
        "configs": spec.configs,
    }


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


def _require_seen(rows: Sequence[Mapping[str, Any]]) -> None:
    denied = [row["name"] for row in rows if row["error_code"] == kafka.errors.TopicAuthorizationFailedError.errno]
    if denied:
        raise BrokerRefusedError(f"the user may not use the topic {', '.join(denied)}: {_RIGHTS}")


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


_RIGHTS = "give it the rights that deploy/kafka/acls.sh lists"
_CREATED = (kafka.errors.NoError, kafka.errors.TopicAlreadyExistsError)
_TOO_LARGE = (kafka.errors.MessageSizeTooLargeError, kafka.errors.RecordListTooLargeError)
_REFUSALS = (
    kafka.errors.AuthorizationError,
    kafka.errors.SaslAuthenticationFailedError,
    kafka.errors.UnsupportedSaslMechanismError,
    kafka.errors.IllegalSaslStateError,
)
