"""Faults of partitions: back-off, log, skips, and what health and metrics are given."""

import logging

import pytest

from streams.backoff import Backoff
from streams.brokers.skips import Skip
from streams.worker.partition_faults import MAX_LEADER_SECONDS, SILENCE_SECONDS, Cause, PartitionFaults, Place, Silences
from tests.streams.worker.probes.test_health import Clock

PLACE = Place("raw", 3)
OTHER = Place("raw", 4)
STEADY = Backoff(first_seconds=1, max_seconds=4, jitter=lambda: 1.0)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def faults(clock: Clock) -> PartitionFaults:
    """Return the faults of a worker whose partitions can all be read."""
    return PartitionFaults(backoff=STEADY, clock=clock)


def test_a_partition_that_fails_is_paused_for_longer_each_time(clock: Clock, faults: PartitionFaults) -> None:
    """The pauses before the retries of one partition double up to the longest, and no other partition is paused."""
    pauses = []
    for _ in range(4):
        faults.record_failure(PLACE, 10, Cause.CORRUPT, "a checksum")
        begin = clock.seconds
        while faults.is_waiting(PLACE):
            assert not faults.is_waiting(OTHER)
            clock.seconds += 1
        pauses.append(clock.seconds - begin)

    assert pauses == [1, 2, 4, 4]


def test_a_partition_without_a_leader_is_not_paused_for_long(clock: Clock) -> None:
    """A retry without a leader costs little, so that its pauses have a smaller bound."""
    faults = PartitionFaults(backoff=Backoff(first_seconds=60, max_seconds=60), clock=clock)

    faults.record_failure(PLACE, 10, Cause.NO_LEADER, "no broker leads it")
    clock.seconds += MAX_LEADER_SECONDS

    assert not faults.is_waiting(PLACE)


def test_a_fault_names_everything_that_an_operator_needs(faults: PartitionFaults) -> None:
    """A fault has topic, partition, offset, error and what to do, in fields and in one sentence."""
    faults.record_failure(PLACE, 10, Cause.CORRUPT, "Invalid CRC")

    (fault,) = faults.current()

    assert (fault.place, fault.offset, fault.cause, fault.error) == (PLACE, 10, "corrupt", "Invalid CRC")
    assert fault.sentence == (
        "partition 3 of raw cannot be read from offset 10 (corrupt: Invalid CRC): repair the partition from an intact "
        "replica, or skip the batch with: copytaster partitions skip raw 3"
    )


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_advice(cause: Cause, faults: PartitionFaults) -> None:
    """Whatever the cause is, the fault says what to do, with the partition where a command takes it."""
    faults.record_failure(PLACE, None, cause, "an error")

    (fault,) = faults.current()

    assert fault.advice
    assert "{" not in fault.sentence


def test_a_fault_is_logged_once(faults: PartitionFaults, caplog: pytest.LogCaptureFixture) -> None:
    """Retries of a known fault are not logged; another offset or cause is."""
    for offset, cause in [(10, Cause.CORRUPT), (10, Cause.CORRUPT), (20, Cause.CORRUPT), (20, Cause.NO_LEADER)]:
        faults.record_failure(PLACE, offset, cause, "an error")

    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def test_a_fault_that_changes_keeps_its_age(clock: Clock, faults: PartitionFaults) -> None:
    """The age of a fault is the time since the partition could last be read, whatever the cause is meanwhile."""
    faults.record_failure(PLACE, 10, Cause.CORRUPT, "an error")
    clock.seconds += 5
    faults.record_failure(PLACE, 10, Cause.NO_LEADER, "an error")
    clock.seconds += 2

    assert faults.ages() == {("raw", 3, "no_leader"): 7}


def test_a_partition_that_can_be_read_again_is_resumed(
    clock: Clock, faults: PartitionFaults, caplog: pytest.LogCaptureFixture
) -> None:
    """When a retry succeeds, the fault is gone and a line says after how long; other faults stay."""
    faults.record_failure(PLACE, 10, Cause.CORRUPT, "an error")
    faults.record_failure(OTHER, 10, Cause.CORRUPT, "an error")
    clock.seconds += 60

    with caplog.at_level(logging.INFO):
        faults.record_success(PLACE)

    assert caplog.messages[-1] == "partition 3 of raw can be read again after 60 s"
    assert (faults.cause(PLACE), faults.cause(OTHER), faults.is_waiting(PLACE)) == (None, "corrupt", False)


def test_a_success_without_a_fault_is_not_logged(faults: PartitionFaults, caplog: pytest.LogCaptureFixture) -> None:
    """A partition that is read as always leaves no line."""
    with caplog.at_level(logging.DEBUG):
        faults.record_success(PLACE)

    assert caplog.messages == []


def test_a_skip_resumes_the_partition_and_names_what_is_left_out(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A skip ends the fault, counts the offsets that are left out, and logs the first and the last of them."""
    skipped: list[int] = []
    faults = PartitionFaults(skipped.append, STEADY, clock)
    faults.record_failure(PLACE, 12, Cause.CORRUPT, "an error")

    faults.record_skip(PLACE, 12, Skip(first=10, to=20))

    assert skipped == [8]
    assert "skipped offsets 12 to 19 of partition 3 of raw" in caplog.messages[-1]
    assert faults.current() == []


def test_partitions_that_are_not_assigned_any_more_are_forgotten(faults: PartitionFaults) -> None:
    """After a rebalance the worker reports the faults of its own partitions alone."""
    faults.record_failure(PLACE, 10, Cause.CORRUPT, "an error")
    faults.record_failure(OTHER, 10, Cause.CORRUPT, "an error")

    faults.retain([OTHER])

    assert [fault.place for fault in faults.current()] == [OTHER]


def test_silence_is_a_fault_when_it_lasts(clock: Clock) -> None:
    """A partition that sends nothing is at fault after some seconds at the same offset, and not at another one."""
    silences = Silences(clock)

    assert not silences.lasts(PLACE, 10)
    clock.seconds += SILENCE_SECONDS
    assert silences.lasts(PLACE, 10)
    assert not silences.lasts(PLACE, 11)
    clock.seconds += SILENCE_SECONDS
    silences.end(PLACE)
    assert not silences.lasts(PLACE, 11)
