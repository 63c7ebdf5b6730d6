"""Connection security of every Kafka client: the TLS context and SASL credentials from the settings."""

import ssl
from typing import Any

from streams.errors import SettingsError
from streams.settings.schema import KafkaSettings


def ssl_context(kafka: KafkaSettings) -> ssl.SSLContext | None:
    """Return the TLS context that the settings describe, or None where connections are not encrypted.

    Raises
    ------
    SettingsError
        If a certificate or key cannot be read, or the key is encrypted.
    """
    if not kafka.security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_ca_file)
        if kafka.ssl_certificate_file is not None:
            context.load_cert_chain(kafka.ssl_certificate_file, kafka.ssl_key_file, _refuse_pass_phrase)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"kafka.ssl_ca_file, ssl_certificate_file or ssl_key_file cannot be used ({error}): check that the files "
            "exist, can be read, and are PEM"
        ) from error
    return context


def _refuse_pass_phrase() -> str:
    # Without this function, OpenSSL asks for the pass phrase at the terminal, and waits.
    raise SettingsError(
        "kafka.ssl_key_file is encrypted, and no pass phrase can be given: remove it with: "
        "openssl pkey -in KEY -out NEW_KEY, and let only the worker's user read the new file"
    )


def sasl_password(kafka: KafkaSettings) -> str | None:
    """Return the password for SASL, from the settings or the file that they name, or None where there is none.

    Raises
    ------
    SettingsError
        If the file cannot be read.
    """
    if kafka.sasl_password is not None:
        return kafka.sasl_password.get_secret_value()
    if kafka.sasl_password_file is None:
        return None
    try:
        return kafka.sasl_password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"kafka.sasl_password_file cannot be read ({error}): check its path and mode") from error


def sasl_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Return kafka-python's options for authentication; empty where the settings ask for none.

    Raises
    ------
    SettingsError
        If the file of the password cannot be read.
    """
    if not kafka.security_protocol.startswith("SASL"):
        return {}
    return {
        "sasl_mechanism": kafka.sasl_mechanism,
        "sasl_plain_username": kafka.sasl_username,
        "sasl_plain_password": sasl_password(kafka),
    }
