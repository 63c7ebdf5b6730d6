"""Tests of broker addresses."""

import pytest

from streams.errors import SettingsError
from streams.settings import load
from streams.settings.addresses import parse_addresses

MALFORMED = [
    "PLAINTEXT://127.0.0.1:9092",
    "kafka://127.0.0.1:9092",
    "127.0.0.1:9092;127.0.0.1:9093",
    "one:9092 two:9092",
    "broker:port",
    ":9092",
    "broker:90 92",
    "broker:",
    "broker:0",
    "broker:65536",
    "::1:9092",
    "broker:9092/topic",
    "user@broker:9092",
]


@pytest.mark.parametrize("servers", MALFORMED)
def test_a_malformed_address_is_refused_when_settings_are_read(servers: str) -> None:
    """An address of another form is an error of the settings, which names the setting, the value and the form."""
    with pytest.raises(SettingsError, match=r"kafka\.bootstrap_servers: .*host:port") as raised:
        load(flags={"kafka.bootstrap_servers": f"good:9092,{servers}"}, environment={})

    assert repr(servers) in str(raised.value)


def test_no_address_at_all_is_refused() -> None:
    """Commas alone name no broker."""
    with pytest.raises(SettingsError, match="names no broker"):
        load(flags={"kafka.bootstrap_servers": ",,,"}, environment={})


def test_a_port_may_be_left_out() -> None:
    """Kafka's own port is the default."""
    assert parse_addresses("broker, kafka_1.internal") == [("broker", 9092), ("kafka_1.internal", 9092)]
