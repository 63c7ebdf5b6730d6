"""Tests of what is changed in kafka-python: a refusal counts, also when the connection ends with it."""

import socket
import struct
import threading
from collections.abc import Iterator

import kafka.net.transport
import pytest
from pydantic import SecretStr

from streams.brokers.client import create_admin
from streams.errors import BrokerRefusedError
from streams.settings.schema import KafkaSettings

API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE = 18, 17, 36
UNSUPPORTED_VERSION, SASL_AUTHENTICATION_FAILED = 35, 58
PASSWORD = SecretStr("wrong")
SUPPORTED = {
    0: (3, 9),
    1: (4, 12),
    2: (1, 6),
    3: (1, 9),
    API_VERSIONS: (0, 0),
    SASL_HANDSHAKE: (1, 1),
    SASL_AUTHENTICATE: (0, 0),
}
"""Versions of requests that a broker of our own reports; it answers the last three."""


def answer(key: int, version: int) -> bytes:
    """Return the body of an answer, in the formats of Kafka's protocol without tagged fields."""
    if key == API_VERSIONS:
        versions = b"".join(struct.pack(">hhh", each, *range_) for each, range_ in SUPPORTED.items())
        return struct.pack(">hi", UNSUPPORTED_VERSION if version else 0, len(SUPPORTED)) + versions
    if key == SASL_HANDSHAKE:
        return struct.pack(">hih", 0, 1, 5) + b"PLAIN"
    return struct.pack(">hh", SASL_AUTHENTICATION_FAILED, 5) + b"wrong" + struct.pack(">i", 0)


def serve(server: socket.socket) -> None:
    """Answer each connection until its password is refused; the refusal and the end are sent in one go."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # the test has ended
            return
        with connection, connection.makefile("rb") as requests:
            while header := requests.read(4):
                request = requests.read(struct.unpack(">i", header)[0])
                key, version, correlation = struct.unpack(">hhi", request[:8])
                body = struct.pack(">i", correlation) + answer(key, version)
                connection.sendall(struct.pack(">i", len(body)) + body)
                if key == SASL_AUTHENTICATE:
                    break


@pytest.fixture
def refusing() -> Iterator[str]:
    """Return the address of a broker that refuses every password."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_refusal_and_the_end_of_the_connection_in_one_go(refusing: str) -> None:
    """A broker that refuses the password and closes at once is a refusal, and no broker that does not answer."""
    kafka_settings = KafkaSettings(
        bootstrap_servers=refusing,
        security_protocol="SASL_PLAINTEXT",
        sasl_username="user",
        sasl_password=PASSWORD,
        request_timeout_seconds=2,
    )

    with pytest.raises(BrokerRefusedError, match="SaslAuthenticationFailed"):
        create_admin(kafka_settings)


def test_what_was_read_before_the_end_is_processed() -> None:
    """A transport whose last data came together with the end gives the data first, and the end at the next read."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        theirs.sendall(b"the answer")
        theirs.close()
        transport = kafka.net.transport.KafkaTCPTransport(None, ours)

        assert transport._sock_recv() == (b"the answer", None)
        data, error = transport._sock_recv()

    assert data == b""
    assert error is not None
