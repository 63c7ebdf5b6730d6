"""Whether what was fetched moves on, before an agent takes it up.

Faust hands a fetched record over when no rebalance is under way and the producer has room, and puts it into the agent's
queue. Should one of these stay so, or the agent never ask again, then nothing is taken up, nothing fails, and nobody
would know: what was taken up is acknowledged, and the lag is no measure of progress (docs/faust.md).

How old a record in the buffer is says nothing: thousands may wait there while slow articles are tagged. What counts is
that nothing at all is in hand, and something waits.
"""

import time
from collections.abc import AsyncIterator
from typing import Any

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message


class WatchedBuffer(driver.Consumer):
    """Faust's consumer, which knows since when it has had work that is not finished, be it begun or not."""

    _moved_seconds = 0.0
    _hands_over = False

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's own name
        """Yield what is fetched, and note whether it is taken off our hands."""
        async for tp, message in super().getmany(timeout):
            if not self._something_waits():
                self._moved_seconds = time.monotonic()
            self._hands_over = True
            try:
                yield tp, message
            finally:
                self._hands_over = False

    def ack(self, message: Message) -> bool:
        """Acknowledge a record: the agent has its hands free."""
        self._moved_seconds = time.monotonic()
        return bool(super().ack(message))

    def oldest_fetch_seconds(self) -> float | None:
        """Return when the oldest record was taken up, or could have been, that is not acknowledged."""
        # Faust says that every message has a time and sets it with the sensor alone.
        times: list[Any] = [message.time_in for message in self._unacked()]
        return min((each for each in times if each is not None), default=self._waits_since())

    def is_finished(self) -> bool:
        """Return whether everything that was taken up is acknowledged and committed."""
        # Faust keeps the last acknowledged offset of a partition when it is committed.
        acked = [(tp, max(offsets)) for tp, offsets in list(self._acked.items()) if offsets]
        return not self._unacked() and all(last < (self._committed_offset.get(tp) or 0) for tp, last in acked)

    def _unacked(self) -> list[Message]:
        # Of a record that another worker has committed, Faust notes the acknowledgement and does not strike it off.
        return [message for message in list(self._unacked_messages) if not message.acked]

    def _waits_since(self) -> float | None:
        """Return since when, on the monotonic clock, something may be taken up, or None where nothing waits.

        Nothing has to be taken up while the group rebalances.
        """
        return self._moved_seconds if self._something_waits() and not self.app.rebalancing else None

    def _something_waits(self) -> bool:
        return self._hands_over or any(not channel.queue.empty() for channel in self.app.topics)
