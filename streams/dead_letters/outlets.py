"""Replay outlets: the raw topic, with committed progress, or a dry run that sends and commits nothing."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from streams.brokers.producer import Producer
from streams.dead_letters.offsets import CommittedOffsets, ReplayRange
from streams.records.origin import Origin, OutputRecord


class ReplayOutlet(Protocol):
    """Where replayed records are sent."""

    def send(self, record: OutputRecord, on_answer: Callable[[str | None], None]) -> None:
        """Send a record; the callback follows with None when the broker has acknowledged it, or with why it refuses."""

    def settle(self, positions: Mapping[int, int], pending: Collection[Origin]) -> None:
        """Wait until the broker has answered for every record, then commit the progress.

        Every letter before `positions` is settled then, except those that are `pending` after the wait.
        """


class RawTopicOutlet:
    """Sends records to the broker and commits the progress.

    Parameters
    ----------
    producer
        Open for the time of the run.
    committed
        The offsets that are committed when the broker has answered for every record.
    letters
        What the run covers.
    """

    def __init__(self, producer: Producer, committed: CommittedOffsets, letters: ReplayRange) -> None:
        self._producer = producer
        self._committed = committed
        self._letters = letters

    @property
    def refused(self) -> Counter[str]:
        """Letters that the broker will never accept, by reason."""
        return self._producer.deliveries.refused

    def send(self, record: OutputRecord, on_answer: Callable[[str | None], None]) -> None:
        """Send a record."""
        self._producer.send(record.topic, record.value, record.key, record.headers, on_answer)

    def settle(self, positions: Mapping[int, int], pending: Collection[Origin]) -> None:
        """Wait until the broker has answered for every record, then commit the progress, never past a pending letter.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        ReplayConflictError
            If another replay has committed offsets meanwhile.
        """
        self._producer.flush()
        self._committed.commit(self._letters.progress(positions, pending))


class DryRunOutlet:
    """Sends and commits nothing; every record counts as acknowledged."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()

    def send(self, record: OutputRecord, on_answer: Callable[[str | None], None]) -> None:
        """Acknowledge the record at once."""
        del record
        on_answer(None)

    def settle(self, positions: Mapping[int, int], pending: Collection[Origin]) -> None:
        """Commit nothing."""
        del positions, pending
