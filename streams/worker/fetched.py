"""Records as the consumer hands them over: what a batch needs of them, and no more of Faust."""

from collections.abc import Iterable
from typing import Protocol


class FetchedMessage(Protocol):
    """A record as the consumer hands it over; `timestamp` is Unix time in seconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes | None]] | None
    timestamp: float | None


class FetchedEvent(Protocol):
    """A record that is to be acknowledged."""

    @property
    def message(self) -> FetchedMessage:
        """The record as it came; unlike `headers` of a Faust event, its headers may repeat a name."""

    def ack(self) -> bool:
        """Allow the record's offset to be committed."""
