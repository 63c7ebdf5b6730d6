"""Corrections of kafka-python's consumer, on fetchers that a test fills."""

from types import SimpleNamespace
from typing import Any

import pytest

from streams.brokers.corrections import end_at_last_stable_offset, name_corrupt_batches
from streams.errors import CorruptBatchError

PLACE = SimpleNamespace(topic="rejected", partition=3)


class CodecError(Exception):
    """What a codec raises."""


class Fetcher:
    """A fetcher that raises what a test sets, and keeps what it parsed."""

    def __init__(self) -> None:
        self.in_parsing: Exception | None = None
        self.in_unpacking: Exception | None = None
        self.parsed: list[int] = []
        self._next_partition_records: Any = None

    def _parse_fetched_data(self, fetched: Any) -> None:  # noqa: ANN401  # as kafka-python's
        if self.in_parsing:
            raise self.in_parsing
        self.parsed.append(fetched.partition_data.high_watermark)

    def fetched_records(self) -> str:
        """Return records."""
        if self.in_unpacking:
            raise self.in_unpacking
        return "records"


def fetched(end: int, stable: int) -> SimpleNamespace:
    """Return the answer to a fetch at offset 7."""
    data = SimpleNamespace(high_watermark=end, last_stable_offset=stable)
    return SimpleNamespace(partition_data=data, topic_partition=PLACE, fetched_offset=7)


@pytest.mark.parametrize(("end", "stable", "reported"), [(9, 4, 4), (9, 9, 9), (9, -1, 9)], ids=str)
def test_a_partition_ends_at_its_last_stable_offset(end: int, stable: int, reported: int) -> None:
    """The end of a partition is its last stable offset; where the broker reports none, its high watermark."""
    fetcher: Any = Fetcher()
    end_at_last_stable_offset(SimpleNamespace(_fetcher=fetcher))

    fetcher._parse_fetched_data(fetched(end, stable))

    assert fetcher.parsed == [reported]


def named(fetcher: Any) -> Any:  # noqa: ANN401  # as kafka-python's
    """Return a fetcher that names corrupt batches."""
    name_corrupt_batches(SimpleNamespace(_fetcher=fetcher), lambda error: isinstance(error, CodecError))
    return fetcher


def test_a_batch_that_cannot_be_parsed_is_named() -> None:
    """An answer that cannot be parsed is named with the offset that was asked for."""
    fetcher = named(Fetcher())
    fetcher.in_parsing = CodecError()

    with pytest.raises(CorruptBatchError, match="partition 3 of rejected has a corrupt batch at offset 7 \\(Codec\\)"):
        fetcher._parse_fetched_data(fetched(9, 9))


def test_a_batch_that_cannot_be_unpacked_is_named() -> None:
    """Records that cannot be unpacked are named with the first offset that was not returned."""
    fetcher = named(Fetcher())
    fetcher.in_unpacking = CodecError()
    fetcher._next_partition_records = SimpleNamespace(topic_partition=PLACE, next_fetch_offset=8)

    with pytest.raises(CorruptBatchError, match="at offset 8") as raised:
        fetcher.fetched_records()

    assert raised.value.partition is PLACE


def test_other_errors_stay_as_they_are() -> None:
    """What is not about the bytes of a batch is raised as it is, and records are returned as they are."""
    fetcher = named(Fetcher())
    assert fetcher.fetched_records() == "records"
    fetcher.in_parsing = fetcher.in_unpacking = ConnectionError("away")

    with pytest.raises(ConnectionError):
        fetcher.fetched_records()
    with pytest.raises(ConnectionError):
        fetcher._parse_fetched_data(fetched(9, 9))
