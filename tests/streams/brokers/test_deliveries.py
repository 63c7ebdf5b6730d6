"""Tests of the delivery accounting of a producer."""

import threading

import pytest

from streams.brokers.deliveries import Deliveries
from streams.errors import DeliveryError

ANSWER_SECONDS = 40.0
"""Longer than any answer takes here: only the tests of a silent broker use a shorter one."""


def test_answers_are_counted() -> None:
    """Acknowledged and refused records are counted, refused ones by reason."""
    deliveries = Deliveries("broker:9092", ANSWER_SECONDS)
    for _ in range(3):
        deliveries.begin(10)

    deliveries.acknowledge(10)
    deliveries.refuse(10, "too large")
    deliveries.refuse(10, "too large")

    assert deliveries.acknowledged == 1
    assert deliveries.refused == {"too large": 2}


def test_a_sender_waits_while_too_much_is_unacknowledged() -> None:
    """Beyond the window a record waits for the answer to another (backpressure)."""
    deliveries = Deliveries("broker:9092", ANSWER_SECONDS, window_bytes=15)
    deliveries.begin(10)
    sender = threading.Thread(target=deliveries.begin, args=(10,))
    sender.start()
    sender.join(0.05)
    waits = sender.is_alive()

    deliveries.acknowledge(10)
    sender.join(10)

    assert waits
    assert not sender.is_alive()


def test_a_record_larger_than_the_window_is_sent_alone() -> None:
    """A record larger than the window is sent when nothing else is unacknowledged."""
    deliveries = Deliveries("broker:9092", ANSWER_SECONDS, window_bytes=5)
    deliveries.begin(10)
    deliveries.acknowledge(10)

    assert deliveries.acknowledged == 1


def test_a_failure_ends_the_sending() -> None:
    """After a failure that affects all records every sender gets an error, and the counts stay."""
    deliveries = Deliveries("broker:9092", ANSWER_SECONDS, window_bytes=15)
    deliveries.begin(10)
    deliveries.acknowledge(10)
    deliveries.begin(10)
    deliveries.fail(10, "KafkaTimeout")

    with pytest.raises(DeliveryError):
        deliveries.begin(10)
    with pytest.raises(DeliveryError):
        deliveries.require_answers()
    assert (deliveries.acknowledged, deliveries.failure) == (1, "KafkaTimeout")


def test_a_silent_broker_is_a_failure() -> None:
    """Deliveries fail when no answer arrives in time, even for an empty record."""
    deliveries = Deliveries("broker:9092", 0.01)
    deliveries.begin(0)
    deliveries.acknowledge(0)
    deliveries.require_answers()
    deliveries.begin(0)

    with pytest.raises(DeliveryError):
        deliveries.require_answers()
    assert deliveries.acknowledged == 1
    assert deliveries.failure


def test_a_sender_does_not_wait_without_end_for_room() -> None:
    """A sender that waits for room in the window gets an error when no answer arrives in time."""
    deliveries = Deliveries("broker:9092", 0.01, window_bytes=1)
    deliveries.begin(1)

    with pytest.raises(DeliveryError):
        deliveries.begin(1)
    assert deliveries.acknowledged == 0
    assert deliveries.failure
