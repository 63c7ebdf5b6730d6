"""Reachability check: whether a broker accepts connections at its address, with a plain socket.

Kafka clients retry every failed connection without a word. This check comes before them, so that a mistyped host or a
broker that is not running is reported within milliseconds, with its cause.
"""

import socket
import ssl

from streams.brokers.security import ssl_context
from streams.errors import BrokerRefusedError, BrokerUnreachableError, SettingsError
from streams.settings.schema import KafkaSettings

CONNECT_SECONDS = 5.0
"""Timeout for one connection. A connection takes under one second over any distance on Earth; the rest is for a busy
host."""

DEFAULT_PORT = 9092


def addresses(kafka: KafkaSettings) -> list[tuple[str, int]]:
    """Return host and port of every bootstrap server.

    Raises
    ------
    SettingsError
        If one is not of the form `host:port`.

    Examples
    --------
    >>> addresses(KafkaSettings(bootstrap_servers="one:9092, [::1]:9093"))
    [('one', 9092), ('::1', 9093)]
    """
    return [_address(each.strip()) for each in kafka.bootstrap_servers.split(",") if each.strip()]


def require_broker(kafka: KafkaSettings, seconds: float = CONNECT_SECONDS) -> None:
    """Return when one of the brokers accepts a connection, with TLS where the settings ask for it.

    Raises
    ------
    BrokerUnreachableError
        If none does, with the cause of each.
    BrokerRefusedError
        If one presents a certificate that is not trusted: a retry would not help.
    SettingsError
        If the address or a certificate cannot be used.
    """
    context = ssl_context(kafka)
    causes: list[OSError] = []
    descriptions: list[str] = []
    for host, port in addresses(kafka):
        try:
            _connect(host, port, context, seconds)
        except OSError as error:
            causes.append(error)
            descriptions.append(_description(error, host, seconds))
        else:
            return
    raise BrokerUnreachableError(
        f"no Kafka broker can be reached at {kafka.bootstrap_servers} ({'; '.join(descriptions)}): "
        "start it, or name another with --broker HOST:PORT or the setting kafka.bootstrap_servers",
        causes,
    )


def _connect(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> None:
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            if context is not None:
                context.wrap_socket(connection, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        raise BrokerRefusedError(
            f"the certificate of {host}:{port} is not trusted ({error.verify_message}): check kafka.ssl_ca_file, "
            "and that kafka.bootstrap_servers names the broker as its certificate does"
        ) from error


def _description(error: OSError, host: str, seconds: float) -> str:
    match error:
        case TimeoutError():
            return f"no answer within {seconds:g} s"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or error}"
        case socket.gaierror():
            return f"the host {host!r} is unknown"
        case _:
            return (error.strerror or str(error)).lower()


def _address(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon:
        return server, DEFAULT_PORT
    if not host or not port.isascii() or not port.isdigit():
        raise SettingsError(
            f"wrong settings: kafka.bootstrap_servers: {server!r} is not of the form host:port, such as 127.0.0.1:9092"
        )
    return host.removeprefix("[").removesuffix("]"), int(port)
