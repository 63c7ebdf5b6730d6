"""How kafka-python connects, with what the settings say; nothing here imports it."""

from typing import Any

from streams.brokers.security import sasl_options, ssl_context
from streams.settings.schema import KafkaSettings

CLIENT_ID = "copytaster-tools"
BOOTSTRAP_SECONDS = 10.0
"""How long a broker that accepts connections may take to say who it is; it is milliseconds where all is well."""


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
