"""Reachability check: whether a broker accepts connections at its address, with a plain socket.

Kafka clients retry every failed connection silently. This check comes before them, so that a mistyped host or a
broker that is not running is reported within milliseconds, with its cause.
"""

import socket
import ssl
import struct
from collections.abc import Sequence

from streams.brokers.security import ssl_context
from streams.errors import BrokerRefusedError, BrokerUnreachableError
from streams.settings.addresses import format_address, parse_addresses
from streams.settings.schema import KafkaSettings

_WITHOUT_TLS = "if the listener has no TLS, set kafka.security_protocol to PLAINTEXT or SASL_PLAINTEXT"
_WITHOUT_CERTIFICATE = "if the broker asks for a certificate, set kafka.ssl_certificate_file and kafka.ssl_key_file"
_CERTIFICATE_ALERTS = ("CERTIFICATE", "UNKNOWN_CA")
"""Parts of the names of TLS alerts about a client's certificate (RFC 8446, section 6.2): required, bad, expired ..."""

CONNECT_SECONDS = 5.0
"""Timeout for one connection. A connection takes under one second over any distance on Earth; the rest is for a busy
host."""

API_VERSIONS_REQUEST = struct.pack(">ihhih", 10, 18, 0, 1, -1)
"""The Kafka request that a broker answers before authentication: its length, ApiVersions (18) version 0, a correlation
id, no client id."""


def require_broker(kafka: KafkaSettings, seconds: float = CONNECT_SECONDS) -> None:
    """Return when one of the brokers accepts a connection, with TLS where the settings ask for it.

    Raises
    ------
    BrokerUnreachableError
        If none does, with the cause of each.
    BrokerRefusedError
        If one presents a certificate that is not trusted, or does not accept the client's: a retry would not help.
    SettingsError
        If a certificate cannot be used.
    """
    context = ssl_context(kafka)
    causes: list[OSError] = []
    descriptions: list[str] = []
    for host, port in parse_addresses(kafka.bootstrap_servers):
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


def require_advertised(
    kafka: KafkaSettings, nodes: Sequence[tuple[str, int]], seconds: float = CONNECT_SECONDS
) -> None:
    """Return when one of the addresses that the brokers advertise accepts a connection.

    A client uses the bootstrap servers only to ask for these, and connects to them from then on.

    Raises
    ------
    BrokerUnreachableError
        If none does.
    """
    causes: list[OSError] = []
    descriptions: list[str] = []
    for host, port in nodes:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
        except OSError as error:
            causes.append(error)
            descriptions.append(f"{format_address(host, port)}: {_description(error, host, seconds)}")
        else:
            return
    if descriptions:
        raise BrokerUnreachableError(
            f"the broker at {kafka.bootstrap_servers} answers, and the address that it advertises cannot be reached "
            f"({'; '.join(descriptions)}): correct advertised.listeners of the broker, or open that address",
            causes,
        )


def expects_tls(kafka: KafkaSettings, seconds: float = CONNECT_SECONDS) -> bool:
    """Return whether settings without TLS name a listener that speaks TLS; nothing but the handshake is sent."""
    if kafka.security_protocol.endswith("SSL"):
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # whoever answers with TLS, nothing is sent
    return any(_speaks_tls(host, port, context, seconds) for host, port in parse_addresses(kafka.bootstrap_servers))


def _speaks_tls(host: str, port: int, context: ssl.SSLContext, seconds: float) -> bool:
    try:
        with (
            socket.create_connection((host, port), timeout=seconds) as connection,
            context.wrap_socket(connection, server_hostname=host),
        ):
            return True
    except ssl.SSLError as error:  # an alert is an answer in TLS, such as one that asks for a certificate
        return "ALERT" in (error.reason or "")
    except OSError:
        return False


def _connect(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> None:
    """Return when the address accepts a connection.

    With TLS, the broker also has to answer a request: in TLS 1.3 the handshake of a client ends before the broker has
    checked the client's certificate. A broker that closes while it has not read the request may lose its own alert, so
    that a second connection sends none.
    """
    try:
        if not _is_answered(host, port, context, seconds, API_VERSIONS_REQUEST):
            _is_answered(host, port, context, seconds, b"")
    except ssl.SSLCertVerificationError as error:
        raise BrokerRefusedError(
            f"the certificate of {host}:{port} is not trusted ({error.verify_message}): check kafka.ssl_ca_file, "
            "and that kafka.bootstrap_servers names the broker as its certificate does"
        ) from error
    except ssl.SSLError as error:
        if not any(each in (error.reason or "") for each in _CERTIFICATE_ALERTS):
            raise
        raise BrokerRefusedError(
            f"the broker at {format_address(host, port)} does not accept this client's certificate, or asks "
            f"for one and gets none ({error.reason}): set kafka.ssl_certificate_file and kafka.ssl_key_file"
        ) from error


def _is_answered(host: str, port: int, context: ssl.SSLContext | None, seconds: float, request: bytes) -> bool:
    """Return whether a broker answers a request over TLS, or only ends the connection; without TLS, do not ask."""
    with socket.create_connection((host, port), timeout=seconds) as connection:
        if context is None:
            return True
        with context.wrap_socket(connection, server_hostname=host) as encrypted:
            try:
                encrypted.sendall(request)
                return bool(encrypted.recv(1))
            except ssl.SSLError as error:
                if isinstance(error, ssl.SSLEOFError):
                    return False
                raise
            except OSError:  # the client reports a broker that stays silent or ends connections
                return False


def _description(error: OSError, host: str, seconds: float) -> str:
    match error:
        case TimeoutError():
            return f"no answer within {seconds:g} s"
        case ssl.SSLError() if "ALERT" in (error.reason or ""):
            return f"TLS failed: {error.reason}; {_WITHOUT_CERTIFICATE}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or error}; {_WITHOUT_TLS}"
        case socket.gaierror():
            return f"the host {host!r} is unknown"
        case _:
            return (error.strerror or str(error)).lower()
