"""Tests of the timeout for a broker that sends nothing."""

import socket
from collections.abc import Sequence

import pytest

from streams.brokers.reading import Watch
from streams.errors import BrokerUnreachableError
from streams.records.origin import Origin, RawRecord
from streams.settings.schema import KafkaSettings

RECORD = RawRecord(Origin("raw", 0, 0), None, b"{}")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def watch_at(address: tuple[str, int]) -> tuple[Watch, Clock]:
    """Return a watch with a timeout of ten seconds, and its clock."""
    clock = Clock()
    host, port = address
    return Watch(KafkaSettings(bootstrap_servers=f"{host}:{port}", wait_seconds=10), clock), clock


def gives_up(watch: Watch, records: Sequence[RawRecord]) -> bool:
    """Return whether a watch raises when it observes these records."""
    try:
        watch.observe(records)
    except BrokerUnreachableError:
        return True
    return False


def test_a_quiet_broker_is_waited_for() -> None:
    """As long as the broker can be reached, silence is no failure."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        watch, clock = watch_at(server.getsockname())
        for seconds in range(0, 100, 5):
            clock.now = seconds
            assert not gives_up(watch, [])


def test_an_absent_broker_times_out() -> None:
    """An absent broker is waited for as long as the settings allow, and no longer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    watch, clock = watch_at(address)
    clock.now = 9
    watch.observe([])
    clock.now = 11.5

    with pytest.raises(BrokerUnreachableError):
        watch.observe([])


def test_records_are_a_sign_of_life() -> None:
    """A reader that gets records does not check the broker."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    watch, clock = watch_at(address)
    clock.now = 100

    assert not gives_up(watch, [RECORD])
    clock.now = 105
    assert not gives_up(watch, [])
