"""Tests of whether somebody answers at the address of a broker."""

import socket
from collections.abc import Iterator

import pytest

from streams.brokers.reachability import addresses, require_broker
from streams.errors import BrokerUnreachableError, SettingsError
from streams.settings.schema import KafkaSettings


@pytest.fixture
def listening() -> Iterator[str]:
    """Return an address that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def free() -> str:
    """Return an address where nobody listens."""
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


def test_each_refusal_is_told(free: str) -> None:
    """Where nobody answers, address, reason and what to do are said."""
    with pytest.raises(BrokerUnreachableError, match=rf"at {free} \(connection refused\): start it, or name another"):
        require_broker(KafkaSettings(bootstrap_servers=free))


def test_an_unknown_host_is_told() -> None:
    """A host without an address is named."""
    with pytest.raises(BrokerUnreachableError, match=r"the host 'no-such-host.invalid' is unknown"):
        require_broker(KafkaSettings(bootstrap_servers="no-such-host.invalid:9092"))


def test_silence_under_tls_is_told(listening: str) -> None:
    """A broker that does not speak TLS keeps silent, and is given up."""
    with pytest.raises(BrokerUnreachableError, match=r"no answer within 0.1 s"):
        require_broker(KafkaSettings(bootstrap_servers=listening, security_protocol="SSL"), seconds=0.1)


@pytest.mark.parametrize("servers", ["broker:port", ":9092", "broker:90 92"])
def test_an_address_that_is_none_is_told(servers: str) -> None:
    """What is no host and port is a fault of the settings."""
    with pytest.raises(SettingsError, match="is not of the form host:port"):
        addresses(KafkaSettings(bootstrap_servers=servers))


def test_a_port_may_be_left_out() -> None:
    """Kafka's own port is the default."""
    assert addresses(KafkaSettings(bootstrap_servers="broker")) == [("broker", 9092)]
