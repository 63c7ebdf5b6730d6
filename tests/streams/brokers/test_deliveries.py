"""Tests of what is known about records that were handed to a producer."""

import threading

import pytest

from streams.brokers.deliveries import Deliveries
from streams.errors import DeliveryError

PATIENCE_SECONDS = 40.0
"""Longer than any answer takes here: only where silence is tested does it run out."""


def test_answers_are_counted() -> None:
    """Acknowledged and refused records are counted, refused ones by reason."""
    deliveries = Deliveries("broker:9092", PATIENCE_SECONDS)
    for _ in range(3):
        deliveries.begin(10)

    deliveries.acknowledge(10)
    deliveries.refuse(10, "too large")
    deliveries.refuse(10, "too large")

    assert deliveries.acknowledged == 1
    assert deliveries.refused == {"too large": 2}


def test_a_sender_waits_while_too_much_is_unanswered() -> None:
    """Beyond the window a record waits for an answer to another."""
    deliveries = Deliveries("broker:9092", PATIENCE_SECONDS, window_bytes=15)
    deliveries.begin(10)
    sender = threading.Thread(target=deliveries.begin, args=(10,))
    sender.start()
    sender.join(0.05)
    waits = sender.is_alive()

    deliveries.acknowledge(10)
    sender.join(10)

    assert waits
    assert not sender.is_alive()


def test_a_record_larger_than_the_window_goes_alone() -> None:
    """Nothing is too large to be sent when nothing else is unanswered."""
    deliveries = Deliveries("broker:9092", PATIENCE_SECONDS, window_bytes=5)
    deliveries.begin(10)
    deliveries.acknowledge(10)

    assert deliveries.acknowledged == 1


def test_a_broken_delivery_ends_the_sending() -> None:
    """When a fault holds for all records, senders are told how far it went, also those that wait."""
    deliveries = Deliveries("broker:9092", PATIENCE_SECONDS, window_bytes=15)
    deliveries.begin(10)
    deliveries.acknowledge(10)
    deliveries.begin(10)
    deliveries.break_off(10, "KafkaTimeout")

    with pytest.raises(DeliveryError, match=r"acknowledged 1 records and no more \(KafkaTimeout\)"):
        deliveries.begin(10)
    with pytest.raises(DeliveryError):
        deliveries.require_answers()


def test_silence_is_no_answer() -> None:
    """Deliveries break off over a record for which no answer comes in time, however small it is."""
    deliveries = Deliveries("broker:9092", 0.01)
    deliveries.begin(0)
    deliveries.acknowledge(0)
    deliveries.require_answers()
    deliveries.begin(0)

    with pytest.raises(DeliveryError, match=r"acknowledged 1 records and no more \(no answer for 0\.01 s\)"):
        deliveries.require_answers()


def test_a_full_window_is_not_waited_for_in_vain() -> None:
    """Whoever waits for room is told when no answer makes any."""
    deliveries = Deliveries("broker:9092", 0.01, window_bytes=1)
    deliveries.begin(1)

    with pytest.raises(DeliveryError, match="no answer"):
        deliveries.begin(1)
