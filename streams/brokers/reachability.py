"""Whether somebody answers at the address of a broker, asked with a socket alone.

Kafka clients answer every trouble with a connection by trying again in silence. This asks first, so that a mistyped
host or a broker that is not running is known in milliseconds and by its own name.
"""

import socket
import ssl
from collections.abc import Iterator

from streams.brokers.security import ssl_context
from streams.errors import BrokerRefusedError, BrokerUnreachableError, SettingsError
from streams.settings.schema import KafkaSettings

CONNECT_SECONDS = 5.0
"""How long one address may take to accept a connection. A connection over any distance on Earth takes under one second;
the rest is for a host that is busy."""

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
        If none does, with the reason of each.
    BrokerRefusedError
        If one shows a certificate that is not to be trusted: asking again would not help.
    SettingsError
        If the address or a certificate cannot be used.
    """
    context = ssl_context(kafka)
    reasons = list(_refusals(addresses(kafka), context, seconds))
    if None not in reasons:
        raise BrokerUnreachableError(
            f"no Kafka broker can be reached at {kafka.bootstrap_servers} ({'; '.join(map(str, reasons))}): "
            "start it, or name another with --broker HOST:PORT or the setting kafka.bootstrap_servers"
        )


def _refusals(servers: list[tuple[str, int]], context: ssl.SSLContext | None, seconds: float) -> Iterator[str | None]:
    """Yield why each server refuses, up to the first that does not: None."""
    for host, port in servers:
        refusal = _refusal(host, port, context, seconds)
        yield refusal
        if refusal is None:
            return


def _refusal(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> str | None:
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            if context is not None:
                context.wrap_socket(connection, server_hostname=host).close()
    except TimeoutError:
        return f"no answer within {seconds:g} s"
    except ssl.SSLCertVerificationError as error:
        raise BrokerRefusedError(
            f"the certificate of {host}:{port} is not to be trusted ({error.verify_message}): check kafka.ssl_ca_file, "
            "and that kafka.bootstrap_servers calls the broker by the name in its certificate"
        ) from error
    except ssl.SSLError as error:
        return f"TLS failed: {error.reason or error}"
    except socket.gaierror:
        return f"the host {host!r} is unknown"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def _address(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon:
        return server, DEFAULT_PORT
    if not host or not port.isascii() or not port.isdigit():
        raise SettingsError(
            f"wrong settings: kafka.bootstrap_servers: {server!r} is not of the form host:port, such as 127.0.0.1:9092"
        )
    return host.removeprefix("[").removesuffix("]"), int(port)
