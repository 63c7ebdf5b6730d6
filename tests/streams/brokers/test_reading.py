"""Tests of the timeout for a broker that sends nothing, and of partitions that cannot be read."""

import socket
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from streams.brokers.reading import Watch, until_end
from streams.errors import BrokerUnreachableError, CorruptBatchError
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


class Topic:
    """A consumer of two partitions with two records each; reading some partitions raises."""

    def __init__(self, corrupt: Sequence[int]) -> None:
        self._corrupt = set(corrupt)
        self._positions = {0: 0, 1: 0}

    def poll(self, timeout_ms: int) -> dict[int, list[Any]]:
        """Return the next record of the first partition that has one."""
        del timeout_ms
        for partition, position in self._positions.items():
            if partition in self._corrupt:
                raise CorruptBatchError(f"partition {partition} is corrupt", partition)
            if position < 2:
                self._positions[partition] += 1
                return {partition: [record(partition, position)]}
        return {}

    def pause(self, *partitions: int) -> None:
        """Leave some partitions out."""
        for partition in partitions:
            self._corrupt.discard(partition)
            self._positions[partition] = 2

    def position(self, partition: int) -> int:
        """Return what is read next."""
        return self._positions[partition]

    def end_offsets(self, partitions: Sequence[int]) -> dict[int, int]:
        """Return the ends."""
        return dict.fromkeys(partitions, 2)

    def highwater(self, partition: int) -> int:
        """Return the end."""
        del partition
        return 2


def record(partition: int, offset: int) -> SimpleNamespace:
    """Return a record as the client returns it."""
    return SimpleNamespace(
        topic="raw", partition=partition, offset=offset, timestamp=1, key=None, value=b"", headers=()
    )


def test_a_corrupt_partition_stops_no_other() -> None:
    """Every partition without a corrupt batch is read to its end, and then all corrupt ones are named."""
    consumer: Any = Topic(corrupt=[0])
    found: list[Origin] = []

    def read() -> None:
        for batch in until_end(consumer, [0, 1]):
            found.extend(each.origin for each in batch)

    with pytest.raises(CorruptBatchError, match="partition 0 is corrupt"):
        read()

    assert found == [Origin("raw", 1, 0), Origin("raw", 1, 1)]
