"""Kafka records: bytes, and their place."""

from typing import TypeAlias

import msgspec

Headers: TypeAlias = tuple[tuple[str, bytes | None], ...]
"""The headers of a Kafka record in their order; names may repeat and values may be null."""


class Origin(msgspec.Struct, frozen=True):
    """The place of one record in Kafka."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


class RawRecord(msgspec.Struct, frozen=True):
    """One record as it was consumed; `timestamp_ms` is Unix time in milliseconds, or None where it is missing."""

    origin: Origin
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp_ms: int | None = None


class OutputRecord(msgspec.Struct, frozen=True):
    """One record to publish; a null value is a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
