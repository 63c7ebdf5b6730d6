"""Lag: the records of each partition that are not committed, of those that there are, and where they become stable.

Lag counts from the later of the commit and the beginning of the partition: records that retention or an operator has
deleted unread are not waiting for anyone. Where nothing is committed, a worker reads from the beginning.
"""

import asyncio
from typing import Any, cast

from aiokafka.errors import KafkaError
from faust.exceptions import ConsumerNotStarted
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.transport.drivers.aiokafka import ensure_aiokafka_TP
from faust.types import TP
from mode import Service

from streams.worker.faust_adapter.client_watch import client_of
from streams.worker.faust_adapter.topic_identity import IdentifyingThread

READ_COMMITTED = "read_committed"

BEGINNINGS_SECONDS = 2.0
"""Interval of requests for the beginnings of partitions with lag; one may take half of it."""


class LaggingConsumer(driver.Consumer):
    """Faust's consumer, which knows its lag."""

    _thread: IdentifyingThread

    def __post_init__(self) -> None:
        super().__post_init__()
        self._beginnings: dict[TP, int] = {}

    def lag(self) -> dict[int, int]:
        """Return the consumer lag by partition; a partition whose end is unknown is left out."""
        return {tp.partition: records for tp, records in self._lag().items()}

    def stable_ends(self) -> dict[int, tuple[int, int]]:
        """Return the last stable offset and the end, by partition, where a fetch has brought both.

        A worker that reads uncommitted records does not stop at the former, which is then not returned.
        """
        if cast("Any", self.transport).isolation_level != READ_COMMITTED:
            return {}
        client = client_of(self)
        ends = {tp: (client.last_stable_offset(tp), client.highwater(tp)) for tp in self._settled_assignment()}
        return {tp.partition: each for tp, each in ends.items() if all(_is_known(end) and end >= 0 for end in each)}

    def _lag(self) -> dict[TP, int]:
        ends = {tp: self.highwater(tp) for tp in self._settled_assignment()}
        first = {tp: max(self._committed_offset.get(tp) or 0, self._beginnings.get(tp, 0)) for tp in ends}
        return {tp: max(0, end - first[tp]) for tp, end in ends.items() if _is_known(end)}

    def _settled_assignment(self) -> set[TP]:
        # A rebalance discards the known commits first, and then waits for the batch in flight: meanwhile the whole
        # partition would count as lag.
        if self.app.rebalancing:
            return set()
        try:
            return self.assignment()
        except ConsumerNotStarted:
            return set()

    async def perform_seek(self) -> None:
        """Discard the known beginnings: the topic may be another one."""
        self._beginnings.clear()
        await super().perform_seek()

    @Service.task
    async def _ask_for_beginnings(self) -> None:
        async for _ in self.itertimer(BEGINNINGS_SECONDS, name="beginnings"):
            if lagging := [ensure_aiokafka_TP(tp) for tp, records in self._lag().items() if records]:
                self._beginnings.update(await self._thread.in_thread(_beginnings(self._thread, lagging)))


async def _beginnings(thread: IdentifyingThread, partitions: list[TP]) -> dict[TP, int]:
    """Return the first offset of each partition; nothing where no broker answers in time."""
    try:
        async with asyncio.timeout(BEGINNINGS_SECONDS / 2):
            found = await thread._ensure_consumer().beginning_offsets(partitions)  # noqa: SLF001  # Faust has no such call
    except (KafkaError, TimeoutError):
        return {}
    return {ensure_TP(each): offset for each, offset in found.items()}


def _is_known(end: int | None) -> bool:
    """Return whether the end is known: by its type it always is, but before the first fetch it is None."""
    return end is not None
