"""Output sender: sends output records together, awaits every acknowledgement, and retries the records that failed.

The last record of a key stays the last: when a record is retried, the records after it in the batch that have its Kafka
topic and key are sent again behind it. Compacted topics keep the last record of a key, so a correction that was
overtaken by its predecessor would stay hidden.

A record that is too large fails permanently. A broker refuses a whole produce request for one such record, or for the
size of the request itself, so the records of a refused round are sent one by one before any is found to be at fault.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol, TypeAlias

from streams.backoff import Backoff
from streams.errors import DeliveryError
from streams.records.origin import OutputRecord

BACKOFF = Backoff(first_seconds=0.1, max_seconds=5.0)
"""Within one attempt the client retries for its request timeout of 20 s already, so that the pauses only have to keep
quick refusals from becoming a storm."""

Parcel: TypeAlias = tuple[int, OutputRecord]
"""An output record with its position among those to deliver."""


class Outlet(Protocol):
    """Where output records go."""

    async def send(self, record: OutputRecord) -> Awaitable[object]:
        """Hand over a record; the returned awaitable resolves when the broker has acknowledged it."""

    def is_too_large(self, error: BaseException) -> bool:
        """Return whether client or broker refused a record, or the request that it was in, for its size."""


class OutputSender:
    """Sends output records with retries.

    Parameters
    ----------
    outlet
        Where output records go.
    attempts
        How often a record is sent, at most.
    on_retry
        Called with the number of records before each retry, so that retries are visible while they happen.
    sleep
        Pauses for a number of seconds.
    backoff
        The pauses between attempts.
    """

    def __init__(
        self,
        outlet: Outlet,
        attempts: int,
        on_retry: Callable[[int], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        backoff: Backoff = BACKOFF,
    ) -> None:
        self._outlet = outlet
        self._attempts = attempts
        self._on_retry = on_retry
        self._sleep = sleep
        self._backoff = backoff

    async def send_all(self, outputs: Sequence[OutputRecord]) -> frozenset[int]:
        """Return the positions of the records that are too large, when the broker has acknowledged all others.

        Raises
        ------
        DeliveryError
            If some records are not acknowledged after all attempts.
        """
        pending: Sequence[Parcel] = list(enumerate(outputs))
        too_large: set[int] = set()
        for attempt in range(self._attempts):
            if attempt:
                self._on_retry(len(pending))
                await self._sleep(self._backoff.pause_seconds(attempt))
            faults = await self._round(pending)
            too_large |= {position for position, error in faults.items() if self._outlet.is_too_large(error)}
            pending = _to_retry(pending, faults.keys() - too_large)
            if not pending:
                return frozenset(too_large)
        error = faults[pending[0][0]]
        raise DeliveryError(
            f"the broker did not acknowledge {len(pending)} of {len(outputs)} output records in {self._attempts} "
            f"attempts, the first for topic {pending[0][1].topic!r}: {type(error).__name__}: {error}"
        ) from error

    async def _round(self, parcels: Sequence[Parcel]) -> dict[int, BaseException]:
        """Send the records together; where a size was refused, send those that failed again, one by one."""
        faults = await self._send_together(parcels)
        if not any(self._outlet.is_too_large(error) for error in faults.values()):
            return faults
        return await self._send_one_by_one(_to_retry(parcels, faults.keys()))

    async def _send_together(self, parcels: Sequence[Parcel]) -> dict[int, BaseException]:
        # One task for each topic: a full producer batch of one topic delays the records behind it of that topic alone.
        by_topic: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            by_topic.setdefault(parcel[1].topic, []).append(parcel)
        faults = await asyncio.gather(*map(self._send_in_order, by_topic.values()))
        return {position: error for part in faults for position, error in part.items()}

    async def _send_in_order(self, parcels: Sequence[Parcel]) -> dict[int, BaseException]:
        handed_over = [await self._hand_over(record) for _, record in parcels]
        results = await asyncio.gather(*handed_over, return_exceptions=True)
        positions = (position for position, _ in parcels)
        return {
            position: result
            for position, result in zip(positions, results, strict=True)
            if isinstance(result, BaseException)
        }

    async def _send_one_by_one(self, parcels: Sequence[Parcel]) -> dict[int, BaseException]:
        faults: dict[int, BaseException] = {}
        for parcel in parcels:
            faults |= await self._send_in_order([parcel])
        return faults

    async def _hand_over(self, record: OutputRecord) -> Awaitable[object]:
        try:
            return await self._outlet.send(record)
        except Exception as error:  # noqa: BLE001  # `send_all` sorts it, together with what the broker answers
            refused: asyncio.Future[object] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused


def _to_retry(parcels: Sequence[Parcel], failed: Collection[int]) -> list[Parcel]:
    """Return the failed records, and those behind one of them that have its topic and key."""
    overtaken: set[tuple[str, bytes]] = set()
    retried = []
    for position, record in parcels:
        place = (record.topic, record.key or b"")
        if position in failed or (record.key is not None and place in overtaken):
            overtaken.add(place)
            retried.append((position, record))
    return retried
