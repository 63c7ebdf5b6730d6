"""Tests of the reachability check of a broker."""

import socket
from collections.abc import Iterator

import pytest

from streams.brokers.reachability import addresses, require_broker
from streams.errors import BrokerUnreachableError, SettingsError
from streams.settings.schema import KafkaSettings


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


@pytest.mark.parametrize("servers", ["broker:port", ":9092", "broker:90 92"])
def test_an_invalid_address_is_an_error_of_the_settings(servers: str) -> None:
    """An address that is not of the form host:port is the operator's to fix."""
    with pytest.raises(SettingsError):
        addresses(KafkaSettings(bootstrap_servers=servers))


def test_a_port_may_be_left_out() -> None:
    """Kafka's own port is the default."""
    assert addresses(KafkaSettings(bootstrap_servers="broker")) == [("broker", 9092)]
