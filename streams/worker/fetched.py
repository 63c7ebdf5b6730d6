"""Fetched records: the part of the consumer's events that a batch needs, without Faust."""

from collections.abc import Iterable
from typing import Protocol


class FetchedMessage(Protocol):
    """A record as the consumer returns it; `timestamp` is Unix time in seconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes | None]] | None
    timestamp: float | None


class FetchedEvent(Protocol):
    """A record that has to be acknowledged."""

    @property
    def message(self) -> FetchedMessage:
        """The record as the broker sent it; unlike the headers of a Faust event, its headers may repeat a name."""

    def ack(self) -> bool:
        """Acknowledge the record: its offset may be committed."""
