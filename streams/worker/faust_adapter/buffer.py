"""Watched buffer: detects fetched records that no agent takes up.

Faust passes a fetched record on when no rebalance is under way and the producer has room, and puts it into the agent's
queue. Should one of these conditions last, or the agent stop reading, then no record is taken up and nothing fails:
every record that was taken up is acknowledged, and the lag does not measure progress (docs/faust.md).

The age of a record in the buffer means nothing: thousands may wait there while slow articles are tagged. What counts is
that no record is in flight and one waits.
"""

import time
from collections.abc import AsyncIterator
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message

from streams.worker.faust_adapter.orderly_stop import uncommitted


class WatchedBuffer(driver.Consumer):
    """Faust's consumer, which knows since when it has unfinished work, whether taken up or waiting."""

    _moved_seconds = 0.0
    _is_handing_over = False

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's own name
        """Yield the fetched records, and note whether each is taken up."""
        async for tp, message in super().getmany(timeout):
            if not self._has_waiting_records():
                self._moved_seconds = time.monotonic()
            self._is_handing_over = True
            try:
                yield tp, message
            finally:
                self._is_handing_over = False

    def ack(self, message: Message) -> bool:
        """Acknowledge a record: the agent is free for the next one."""
        self._moved_seconds = time.monotonic()
        return bool(super().ack(message))

    def oldest_fetch_seconds(self) -> float | None:
        """Return when the oldest unacknowledged record was taken up, or could have been, on the monotonic clock."""
        # By its type every message has a time, but only the sensor sets it.
        times: list[Any] = [message.time_in for message in self._unacked()]
        return min((each for each in times if each is not None), default=self._waits_since())

    def is_finished(self) -> bool:
        """Return whether every record that was taken up is acknowledged and committed."""
        # A commit under way has taken what it commits out of the acknowledged records already.
        return self._commit_fut is None and not self._unacked() and not uncommitted(self)

    def _unacked(self) -> list[Message]:
        # Faust keeps an acknowledged record in this list where another worker has committed it already.
        return [message for message in list(self._unacked_messages) if not message.acked]

    def _waits_since(self) -> float | None:
        """Return since when, on the monotonic clock, a record could be taken up, or None where none waits.

        During a rebalance none has to be taken up.
        """
        return self._moved_seconds if self._has_waiting_records() and not self.app.rebalancing else None

    def _has_waiting_records(self) -> bool:
        return self._is_handing_over or any(not channel.queue.empty() for channel in self.app.topics)
