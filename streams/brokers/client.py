"""Adapter of kafka-python: creates its clients, makes the calls that need its types, translates its errors.

Beside `raw_partition`, this is the only module that imports kafka-python. The library has no types, so that its objects
are `Any` here and protocols elsewhere (`streams.brokers.reading.Consumer`).
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import kafka
import kafka.errors
import kafka.net.transport
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata

from streams.brokers import corrections
from streams.brokers.connection import connection, consumer_options, producer_options
from streams.brokers.reachability import expects_tls, require_advertised
from streams.brokers.reading import Partition
from streams.brokers.refusals import refusals_raised
from streams.brokers.rights import RIGHTS
from streams.errors import BrokerRefusedError, BrokerUnreachableError, TopicsError
from streams.settings.schema import KafkaSettings, Settings

Admin: TypeAlias = Any
"""kafka-python's `KafkaAdminClient`."""

Answer = TypeVar("Answer")

COORDINATOR_ATTEMPTS, COORDINATOR_PAUSE_SECONDS = 20, 0.25
"""A new cluster takes one to three seconds to create the topic of committed offsets when the first group asks."""

ClientError = kafka.errors.KafkaError
"""Base of every error of kafka-python."""


for _transport in (kafka.net.transport.KafkaTCPTransport, kafka.net.transport.KafkaSSLTransport):
    corrections.keep_last_answer(_transport)

# The client logs every failed attempt to connect. Only the final failure matters, which `translated_errors` raises.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


def create_admin(kafka_settings: KafkaSettings) -> Admin:
    """Return a client for administration, connected.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    BrokerRefusedError
        If the broker refuses the credentials.
    """
    with translated_errors(kafka_settings), refusals_raised(_REFUSALS):
        admin = kafka.KafkaAdminClient(**connection(kafka_settings))
    try:
        require_advertised(kafka_settings, [(node.host, node.port) for node in list_brokers(admin)])
    except BrokerUnreachableError:
        admin.close()
        raise
    return admin


def create_producer(settings: Settings) -> Any:  # noqa: ANN401  # kafka-python has no types
    """Return a `KafkaProducer`, connected, that a refused record does not stop; errors as of `create_admin`."""
    with translated_errors(settings.kafka), refusals_raised(_REFUSALS):
        producer = kafka.KafkaProducer(**producer_options(settings))
    corrections.isolate_refused_records(producer, _INVALID, _TOO_LARGE[0])
    return producer


def close_producer(producer: Any, timeout_seconds: float) -> None:  # noqa: ANN401
    """Close a `KafkaProducer`, and discard the records that the broker does not acknowledge in time."""
    try:
        producer.close(timeout=timeout_seconds)
    except kafka.errors.KafkaTimeoutError:
        # The client raises before it has closed its connections; without pending records its second close succeeds.
        producer._accumulator.abort_incomplete_batches()  # noqa: SLF001  # as its own forced close does
        producer.close(timeout=timeout_seconds)


@contextmanager
def open_consumer(settings: Settings) -> Iterator[Any]:
    """Give a `KafkaConsumer` without a consumer group, for the time of a `with` block."""
    consumer = kafka.KafkaConsumer(**consumer_options(settings))
    corrections.end_at_last_stable_offset(consumer)
    corrections.name_corrupt_batches(consumer, _is_corrupt)
    try:
        yield consumer
    finally:
        consumer.close()


def partition(topic: str, number: int) -> Partition:
    """Return the partition of a topic with this number."""
    return kafka.TopicPartition(topic, number)


def list_partitions(consumer: Any, topics: Sequence[str]) -> list[Partition]:  # noqa: ANN401
    """Return all partitions of some topics, in order; a topic that does not exist has none."""
    return [
        partition(topic, number) for topic in topics for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]


def create_topics(admin: Admin, options: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Create the topics that do not exist, and return their names when the brokers know them.

    Parameters
    ----------
    admin
        The client.
    options
        What each topic is created with, by name.

    Raises
    ------
    TopicsError
        If the broker does not create some of them, with the reason of each.
    """
    rows = admin.create_topics(options, raise_errors=False)["topics"]
    _require_created(rows)
    created = [row["name"] for row in rows if row["error_code"] == kafka.errors.NoError.errno]
    admin.wait_for_topics(created)
    return created


def read_topic_configs(admin: Admin, topics: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """Return the configs of some topics, by topic; empty where the user may not read configs."""
    if not topics:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
    try:
        answer = admin.describe_configs(resources, config_filter="all").get("topic", {})
    except kafka.errors.KafkaError:  # the caller reports the configs as missing (`layout.unreported_configs`)
        return {}
    return {topic: {name: fact["value"] for name, fact in facts.items()} for topic, facts in answer.items()}


def list_brokers(admin: Admin) -> list[Any]:
    """Return the brokers of the cluster, as the client learned of them when it connected.

    `describe_cluster`, which is public, fails on brokers before Kafka 3.7 (KeyError: 'endpoint_type').
    """
    return list(admin._manager.cluster.brokers())  # noqa: SLF001  # see above


def read_broker_configs(admin: Admin) -> Mapping[str, str]:
    """Return the configs of a broker; empty where the user may not read them, or the broker reports none."""
    nodes = list_brokers(admin)
    if not nodes:
        return {}
    number = str(nodes[0].node_id)
    resource = ConfigResource(ConfigResourceType.BROKER, number)
    try:
        answer = admin.describe_configs([resource], config_filter="all").get("broker", {})
    except kafka.errors.KafkaError:  # limits that are not reported are not checked (`group_limits`)
        return {}
    return {name: fact["value"] for name, fact in answer.get(number, {}).items() if fact["value"] is not None}


def require_group_access(admin: Admin, group: str, topic: str) -> None:
    """Raise `BrokerRefusedError` where the user may not read a topic in a consumer group."""
    try:
        admin.list_group_offsets({group: [partition(topic, 0)]})
    except kafka.errors.GroupAuthorizationFailedError as error:
        raise BrokerRefusedError(f"the user may not read in the consumer group {group}: {RIGHTS}") from error


def read_commits(admin: Admin, group: str, partitions: Sequence[Partition]) -> dict[int, tuple[int, str]]:
    """Return the committed offset and its metadata, by partition, without partitions where nothing is committed."""
    commits = _when_coordinated(lambda: admin.list_group_offsets({group: partitions}))[group]
    return {
        each.partition: (commits[each].offset, commits[each].metadata or "")
        for each in partitions
        if commits[each].offset >= 0
    }


def commit_offsets(admin: Admin, group: str, topic: str, commits: Mapping[int, tuple[int, str]]) -> None:
    """Commit offsets of a topic with their metadata, by partition, for a consumer group that has no members."""
    wanted = {partition(topic, number): OffsetAndMetadata(*commit, -1) for number, commit in commits.items()}
    for refusal in admin.alter_group_offsets(group, wanted).values():
        if refusal is not kafka.errors.NoError:
            raise refusal


@contextmanager
def translated_errors(kafka_settings: KafkaSettings) -> Iterator[None]:
    """Turn the errors of kafka-python into those of `streams.errors`."""
    address = kafka_settings.bootstrap_servers
    try:
        yield
    except _REFUSALS as error:
        raise BrokerRefusedError(
            f"the broker at {address} refuses this client ({describe_error(error)}): check kafka.security_protocol, "
            "kafka.sasl_username, its password, and the rights of the user"
        ) from error
    except kafka.errors.KafkaTimeoutError as error:
        if expects_tls(kafka_settings):
            raise BrokerUnreachableError(
                f"the broker at {address} expects TLS, and kafka.security_protocol is "
                f"{kafka_settings.security_protocol}: set it to SSL or SASL_SSL, and kafka.ssl_ca_file"
            ) from error
        raise BrokerUnreachableError(
            f"something listens at {address} but does not answer as a Kafka broker in time: check that it is one, "
            f"and that it expects kafka.security_protocol={kafka_settings.security_protocol}"
        ) from error
    except kafka.errors.CoordinatorNotAvailableError as error:
        raise BrokerUnreachableError(
            f"no broker at {address} coordinates consumer groups (CoordinatorNotAvailable): check that the cluster has "
            "the brokers that offsets.topic.replication.factor asks for, and that __consumer_offsets has leaders"
        ) from error
    except kafka.errors.KafkaError as error:
        raise BrokerUnreachableError(
            f"the broker at {address} failed to answer ({describe_error(error)}): check its log, and retry"
        ) from error


def is_known_or_missing(error_code: int) -> bool:
    """Return whether the error of a topic's description means that the topic exists, or that it does not."""
    return error_code in (kafka.errors.NoError.errno, kafka.errors.UnknownTopicOrPartitionError.errno)


def describe_error(error: BaseException) -> str:
    """Return the name of an error of kafka-python, with its message where that adds to the name."""
    name = type(error).__name__.removesuffix("Error")
    return f"{name}: {error}" if str(error) and name not in str(error) else name


def refusal_reason(error: BaseException) -> str | None:
    """Return why the broker will never accept a record, None where the error is not about that record."""
    if isinstance(error, _TOO_LARGE):
        return "larger than limits.max_record_bytes, or than the topic accepts"
    if isinstance(error, kafka.errors.InvalidTimestampError):
        return (
            "the timestamp is outside of the topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms"
        )
    if isinstance(error, kafka.errors.InvalidRecordError):
        return "the topic does not accept the record (InvalidRecord): on a compacted topic every record needs a key"
    return None


def _when_coordinated(call: Callable[[], Answer]) -> Answer:
    """Return what a call returns, once a broker coordinates groups: a new cluster first creates its offsets topic."""
    for _ in range(COORDINATOR_ATTEMPTS - 1):
        with suppress(*_NOT_YET_COORDINATED):
            return call()
        time.sleep(COORDINATOR_PAUSE_SECONDS)
    return call()


def _is_corrupt(error: Exception) -> bool:
    """Return whether an error of a fetch is about the bytes: what unpacks them raises errors of its own, too."""
    return isinstance(error, _CORRUPT) or not isinstance(error, kafka.errors.KafkaError)


def _require_created(rows: Sequence[Mapping[str, Any]]) -> None:
    reasons = {
        row["name"]: row.get("error_message") or describe_error(kafka.errors.for_code(row["error_code"])())
        for row in rows
        if kafka.errors.for_code(row["error_code"]) not in _EXISTS
    }
    if reasons:
        listing = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        raise TopicsError(f"the broker does not create {len(reasons)} of {len(rows)} topics: {listing}")


_EXISTS = (kafka.errors.NoError, kafka.errors.TopicAlreadyExistsError)
_TOO_LARGE = (kafka.errors.MessageSizeTooLargeError, kafka.errors.RecordListTooLargeError)
_INVALID = (kafka.errors.InvalidRecordError, kafka.errors.InvalidTimestampError)
"""Refusals of single records, for which the broker refuses their batch: no key on a compacted topic, a timestamp
outside of the topic's bounds."""
_NOT_YET_COORDINATED = (
    kafka.errors.CoordinatorNotAvailableError,
    kafka.errors.CoordinatorLoadInProgressError,
    kafka.errors.NotCoordinatorError,
)
_CORRUPT = (kafka.errors.CorruptRecordError, kafka.errors.UnsupportedCodecError)
_REFUSALS = (
    kafka.errors.AuthorizationError,
    kafka.errors.SaslAuthenticationFailedError,
    kafka.errors.UnsupportedSaslMechanismError,
    kafka.errors.IllegalSaslStateError,
)
