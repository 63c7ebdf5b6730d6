"""Faust's configuration, from the settings. `docs/faust.md` has the measurement behind each value."""

import logging
from typing import Any

import faust

from streams.brokers.layout import ENVELOPE_BYTES
from streams.brokers.security import sasl_password, ssl_context
from streams.settings.schema import KIBIBYTE, KafkaSettings, Settings

CLIENT_ID = "copytaster"

FAUST_LOGGER = logging.getLogger("faust.worker")
"""A service logs under the name of its module; services that derive from Faust's log as Faust's, wherever they are."""

MAX_POLL_RECORDS = 500
STREAM_BUFFER_RECORDS = 2_048
"""Records that wait in the worker: some seconds of work, and a bound on its memory."""

PRODUCER_LINGER_SECONDS = 0.005
PRODUCER_BATCH_BYTES = 128 * KIBIBYTE

MAX_REQUEST_BYTES = 2**31 - 1
"""No limit in the client: the broker has its own, and a second one here could only disagree with it."""

BEYOND_SESSION_SECONDS = 5.0
"""Faust refuses to start where a request may take less time than a session."""


def configuration(settings: Settings) -> dict[str, Any]:
    """Return the options of a Faust app.

    Raises
    ------
    OperatorError
        If a certificate or the file of the password cannot be read.
    """
    worker, kafka = settings.worker, settings.kafka
    session_seconds = worker.session_timeout_seconds
    metadata_ms = int(worker.metadata_max_age_seconds * 1000)
    return {
        "broker": [f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",")],
        "broker_credentials": credentials(kafka),
        "broker_client_id": CLIENT_ID,
        "broker_commit_interval": worker.commit_interval_seconds,
        "broker_max_poll_records": MAX_POLL_RECORDS,
        "broker_session_timeout": session_seconds,
        "broker_heartbeat_interval": worker.heartbeat_interval_seconds,
        "broker_request_timeout": max(kafka.request_timeout_seconds, session_seconds + BEYOND_SESSION_SECONDS),
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": settings.limits.max_record_bytes + ENVELOPE_BYTES,
        "consumer_metadata_max_age_ms": metadata_ms,
        "producer_acks": -1,
        "producer_linger": PRODUCER_LINGER_SECONDS,
        "producer_max_batch_size": PRODUCER_BATCH_BYTES,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "producer_request_timeout": kafka.request_timeout_seconds,
        "producer_metadata_max_age_ms": metadata_ms,
        "stream_buffer_maxsize": STREAM_BUFFER_RECORDS,
        "stream_wait_empty": True,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
        "autodiscover": False,
    }


def credentials(kafka: KafkaSettings) -> faust.types.auth.CredentialsT | None:
    """Return Faust's credentials, or None where the connection is not secured.

    Raises
    ------
    OperatorError
        If a certificate or the file of the password cannot be read.
    """
    context = ssl_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=sasl_password(kafka),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None
