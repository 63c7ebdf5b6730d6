"""Tests of the reachability check of a broker."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.brokers.reachability import expects_tls, require_advertised, require_broker
from streams.errors import BrokerRefusedError, BrokerUnreachableError
from streams.settings.schema import KafkaSettings
from tests.kafka.secured import certificate_for


@pytest.fixture
def listening() -> Iterator[str]:
    """Return an address that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def free() -> str:
    """Return an address where no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def is_reached(bootstrap_servers: str) -> bool:
    """Return whether a broker can be reached."""
    try:
        require_broker(KafkaSettings(bootstrap_servers=bootstrap_servers))
    except BrokerUnreachableError:
        return False
    return True


def test_one_of_several_is_enough(listening: str, free: str) -> None:
    """A cluster can be reached when one of its brokers can."""
    assert is_reached(f"{free},{listening}")
    assert not is_reached(f"{free},{free}")


def causes(kafka: KafkaSettings, seconds: float = 5.0) -> list[type[OSError]]:
    """Return why no broker can be reached."""
    with pytest.raises(BrokerUnreachableError) as raised:
        require_broker(kafka, seconds)
    return [type(cause) for cause in raised.value.causes]


def test_each_refused_connection_is_a_cause(free: str) -> None:
    """Where no server listens, the error has one cause for each address."""
    assert causes(KafkaSettings(bootstrap_servers=f"{free},{free}")) == [ConnectionRefusedError] * 2


def test_an_unknown_host_is_a_cause() -> None:
    """A host without an address is distinguished from one that refuses connections."""
    assert causes(KafkaSettings(bootstrap_servers="no-such-host.invalid:9092")) == [socket.gaierror]


def test_a_silent_tls_handshake_times_out(listening: str) -> None:
    """A broker that does not answer the TLS handshake is not waited for without end."""
    assert causes(KafkaSettings(bootstrap_servers=listening, security_protocol="SSL"), 0.1) == [TimeoutError]


def test_an_advertised_address_that_is_closed_is_named(listening: str, free: str) -> None:
    """Where no advertised address accepts a connection, the error names it and the broker's setting."""
    kafka = KafkaSettings(bootstrap_servers=listening)
    closed, open_ = (("127.0.0.1", int(each.rpartition(":")[2])) for each in (free, listening))

    require_advertised(kafka, [closed, open_])
    with pytest.raises(BrokerUnreachableError, match=r"advertised\.listeners") as raised:
        require_advertised(kafka, [closed])

    assert free in str(raised.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a certificate for the loopback address; its key stands beside it."""
    return certificate_for("127.0.0.1", tmp_path)


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def demanding(request: pytest.FixtureRequest, certificate: Path) -> Iterator[str]:
    """Return the address of a server that requires a client's certificate, and answers a request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = context.maximum_version = request.param

    def serve(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with (
                    contextlib.suppress(ssl.SSLError),
                    connection,
                    context.wrap_socket(connection, server_side=True) as encrypted,
                ):
                    encrypted.sendall(encrypted.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_client_certificate_that_is_missing_is_named(demanding: str, certificate: Path) -> None:
    """A broker that requires a certificate of the client is reported with the setting to change."""
    kafka = KafkaSettings(bootstrap_servers=demanding, security_protocol="SSL", ssl_ca_file=certificate)

    with pytest.raises((BrokerRefusedError, BrokerUnreachableError), match=r"kafka\.ssl_certificate_file"):
        require_broker(kafka)


def test_a_client_certificate_is_presented(demanding: str, certificate: Path) -> None:
    """A broker that trusts the client's certificate is reached."""
    settings = KafkaSettings(
        bootstrap_servers=demanding,
        security_protocol="SSL",
        ssl_ca_file=certificate,
        ssl_certificate_file=certificate,
        ssl_key_file=certificate.with_name("key.pem"),
    )

    assert problem_of(settings) is None


def problem_of(kafka: KafkaSettings) -> Exception | None:
    """Return what is reported of the broker, None where it is reached."""
    try:
        require_broker(kafka)
    except (BrokerRefusedError, BrokerUnreachableError) as error:
        return error
    return None


def test_a_listener_with_tls_is_recognised(demanding: str, listening: str) -> None:
    """Settings without TLS for a listener that speaks TLS are recognised; a listener that is silent is none."""
    assert expects_tls(KafkaSettings(bootstrap_servers=demanding))
    assert not expects_tls(KafkaSettings(bootstrap_servers=demanding, security_protocol="SSL"))
    assert not expects_tls(KafkaSettings(bootstrap_servers=listening), seconds=0.1)


def test_tls_against_a_listener_without_it_names_the_protocol() -> None:
    """A listener that closes on a TLS handshake, as one without TLS does, is reported with the setting to change."""

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(BrokerUnreachableError, match=r"kafka\.security_protocol to PLAINTEXT"):
            require_broker(KafkaSettings(bootstrap_servers=address, security_protocol="SSL"))
        thread.join()
