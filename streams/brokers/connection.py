"""Options of the clients of kafka-python, derived from the settings; nothing here imports it."""

from typing import Any

from streams.brokers.layout import ENVELOPE_BYTES, TopicSpec
from streams.brokers.security import sasl_options, ssl_context
from streams.settings.schema import KIBIBYTE, KafkaSettings, Settings

CLIENT_ID = "copytaster-tools"
BOOTSTRAP_SECONDS = 10.0
"""How long a broker that accepts connections may take for the first handshake; a healthy one takes milliseconds."""

BATCH_BYTES = 256 * KIBIBYTE
"""Size of a batch of records. The client's default of 16 KiB holds four articles; docs/faust.md has the measurement."""

LINGER_MS = 20


def connection(kafka_settings: KafkaSettings) -> dict[str, Any]:
    """Return the options that administration, producers and consumers share.

    Raises
    ------
    OperatorError
        If a certificate or the file of the password cannot be read.
    """
    return {
        "bootstrap_servers": [each.strip() for each in kafka_settings.bootstrap_servers.split(",") if each.strip()],
        "client_id": CLIENT_ID,
        "bootstrap_timeout_ms": int(min(BOOTSTRAP_SECONDS, kafka_settings.request_timeout_seconds) * 1000),
        "request_timeout_ms": int(kafka_settings.request_timeout_seconds * 1000),
        "security_protocol": kafka_settings.security_protocol,
        "ssl_context": ssl_context(kafka_settings),
        **sasl_options(kafka_settings),
    }


def producer_options(settings: Settings) -> dict[str, Any]:
    """Return the options of a producer; errors as of `connection`.

    It is not idempotent: an idempotent producer of kafka-python ends its session at the first refused record, and fails
    every later record with the error of that one. Without it, a record whose acknowledgement was lost is sent twice,
    which every reader of these topics has to expect anyway (delivery is at least once). A new producer after each
    refusal would send twice as well, everything that was unacknowledged. One request at a time keeps the order.
    """
    return {
        **connection(settings.kafka),
        "acks": "all",
        "enable_idempotence": False,
        "max_in_flight_requests_per_connection": 1,
        "compression_type": "zstd",
        "batch_size": BATCH_BYTES,
        "linger_ms": LINGER_MS,
        "max_request_size": settings.limits.max_record_bytes + ENVELOPE_BYTES,
        "delivery_timeout_ms": delivery_timeout_ms(settings.kafka),
        "allow_auto_create_topics": False,
    }


def consumer_options(settings: Settings) -> dict[str, Any]:
    """Return the options of a consumer without a group, which sees no aborted record; errors as of `connection`."""
    return {
        **connection(settings.kafka),
        "group_id": None,
        "enable_auto_commit": False,
        "allow_auto_create_topics": False,
        "isolation_level": "read_committed",
        "max_partition_fetch_bytes": settings.limits.max_record_bytes + ENVELOPE_BYTES,
    }


def topic_options(spec: TopicSpec) -> dict[str, Any]:
    """Return the options with which a topic is created."""
    return {
        "num_partitions": spec.partitions,
        "replication_factor": spec.replication_factor,
        "configs": spec.configs,
    }


def delivery_timeout_ms(kafka_settings: KafkaSettings) -> int:
    """Return how long a producer tries to deliver a record, in milliseconds."""
    wait_ms, request_ms = (
        int(seconds * 1000) for seconds in (kafka_settings.wait_seconds, kafka_settings.request_timeout_seconds)
    )
    return max(wait_ms, request_ms + LINGER_MS)
