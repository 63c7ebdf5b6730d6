"""Corrections of kafka-python 3.0.12's clients, for which the library has no option; `docs/faust.md` has the reasons.

They replace private methods of single objects or classes, which `client` hands over: nothing here imports the library.
The tests of the commands against a broker show whether a newer release still needs them.
"""

from collections.abc import Callable
from typing import Any

from streams.errors import CorruptBatchError

Errors = tuple[type[Exception], ...]


def keep_last_answer(transport: Any) -> None:  # noqa: ANN401  # kafka-python has no types
    """Let a class of transports process what it has read before it reports the end of the connection.

    A broker that refuses a password answers and closes. When both arrive in one read, kafka-python drops the answer,
    and the refusal looks like a broker that does not answer. The next read reports the end once more.
    """
    receive = transport._sock_recv  # noqa: SLF001  # the client has no option for it

    def receive_all(self: Any) -> tuple[bytes, Exception | None]:  # noqa: ANN401
        data, error = receive(self)
        return data, None if data else error

    transport._sock_recv = receive_all  # noqa: SLF001


def isolate_refused_records(producer: Any, invalid: Errors, too_large: type[Exception]) -> None:  # noqa: ANN401
    """Let a producer halve a batch that the broker refuses because of some of its records, until those are alone.

    kafka-python does so only for batches that are too large; of other refused batches it fails every record. The
    halves go to the front of the partition's queue, so that the order of records stays.
    """
    sender = producer._sender  # noqa: SLF001  # the client has no option for it
    can_split = sender._can_split  # noqa: SLF001

    def can_split_refused(batch: Any, error: type[Exception]) -> bool:  # noqa: ANN401
        return bool(can_split(batch, too_large if issubclass(error, invalid) else error))

    sender._can_split = can_split_refused  # noqa: SLF001


def end_at_last_stable_offset(consumer: Any) -> None:  # noqa: ANN401
    """Let `highwater` of a consumer of committed records be the last stable offset, where the broker reports it.

    No committed record lies behind that offset, and a reader that waits for the end of the partition would wait until
    the oldest open transaction ends.
    """
    fetcher = consumer._fetcher  # noqa: SLF001  # the client keeps the offset to itself
    parse = fetcher._parse_fetched_data  # noqa: SLF001

    def parse_stable(fetched: Any) -> Any:  # noqa: ANN401
        data = fetched.partition_data
        if data.last_stable_offset >= 0:
            data.high_watermark = min(data.high_watermark, data.last_stable_offset)
        return parse(fetched)

    fetcher._parse_fetched_data = parse_stable  # noqa: SLF001


def name_corrupt_batches(consumer: Any, is_corrupt: Callable[[Exception], bool]) -> None:  # noqa: ANN401
    """Let a consumer raise `CorruptBatchError`, with the place, where it cannot read what the broker has sent."""
    fetcher = consumer._fetcher  # noqa: SLF001  # the client knows the place, and names it in some messages only
    parse, take = fetcher._parse_fetched_data, fetcher.fetched_records  # noqa: SLF001

    def parse_named(fetched: Any) -> Any:  # noqa: ANN401
        try:
            return parse(fetched)
        except Exception as error:
            if is_corrupt(error):
                raise _at(fetched.topic_partition, fetched.fetched_offset, error) from error
            raise

    def take_named(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        try:
            return take(*arguments, **named)
        except CorruptBatchError:
            raise
        except Exception as error:
            # The records that could not be unpacked stay the current ones; those before them are returned already.
            current = fetcher._next_partition_records  # noqa: SLF001
            if current and is_corrupt(error):
                raise _at(current.topic_partition, current.next_fetch_offset, error) from error
            raise

    fetcher._parse_fetched_data, fetcher.fetched_records = parse_named, take_named  # noqa: SLF001


def _at(partition: Any, offset: int, error: Exception) -> CorruptBatchError:  # noqa: ANN401
    reason = type(error).__name__.removesuffix("Error")
    return CorruptBatchError(
        f"partition {partition.partition} of {partition.topic} has a corrupt batch at offset {offset} ({reason}): "
        "restore it from a replica, or start behind it with --since TIME",
        partition,
    )
