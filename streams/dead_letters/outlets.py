"""Replay outlets: the raw topic, with committed progress, or a dry run that sends and commits nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from streams.brokers.producer import Producer
from streams.dead_letters.offsets import CommittedOffsets
from streams.records.origin import OutputRecord


class ReplayOutlet(Protocol):
    """Where replayed records are sent."""

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Send a record; the callback follows when the broker has acknowledged it."""

    def settle(self, positions: Mapping[int, int]) -> None:
        """Wait until the broker has answered for every record, then commit the offsets to resume from."""


class RawTopicOutlet:
    """Sends records to the broker and commits the progress.

    Parameters
    ----------
    producer
        Open for the time of the run.
    committed
        The offsets that are committed when the broker has answered for every record.
    """

    def __init__(self, producer: Producer, committed: CommittedOffsets) -> None:
        self._producer = producer
        self._committed = committed

    @property
    def refused(self) -> Counter[str]:
        """Letters that the broker will never accept, by reason."""
        return self._producer.deliveries.refused

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Send a record."""
        self._producer.send(record.topic, record.value, record.key, record.headers, on_acknowledged)

    def settle(self, positions: Mapping[int, int]) -> None:
        """Wait until the broker has answered for every record, then commit the offsets.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        ReplayConflictError
            If another replay has committed offsets meanwhile.
        """
        self._producer.flush()
        self._committed.commit(positions)


class DryRunOutlet:
    """Sends and commits nothing; every record counts as acknowledged."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Acknowledge the record at once."""
        del record
        on_acknowledged()

    def settle(self, positions: Mapping[int, int]) -> None:
        """Commit nothing."""
        del positions
