"""Orderly stop: rebalances commit first, and a stop ends also when it meets a rebalance or an outage.

When a rebalance begins, Faust discards acknowledgements that are not committed yet, and only then waits for the batch
in flight: up to a commit interval of work was redelivered. Here it is committed first.

Faust answers a rebalance that begins while its app stops by closing the client at once, from the event loop of the app
although the client lives in that of its thread (`ConsumerThread.close`, faust pull request 23). The batch in flight can
then no longer be committed, the worker does not leave the group, and a pending commit waits indefinitely: aiokafka
stops looking for a coordinator once it is closing (aiokafka issue 659), and retries without an end. Some 3 of 80 such
stops lasted until their grace period was over. Here a stop is the same with or without a rebalance: the batch in flight
is finished and committed before the partitions are given back, and the thread closes its client when no call is
pending.

A fetch that a broker has refused pauses before it is retried. aiokafka cancels it when it closes, and lets the
cancellation escape (aiokafka issue 647); the thread would end without reporting it, and the app would wait for that
report indefinitely.
"""

import asyncio
from contextlib import suppress

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP


class OrderlyStop(faust.App):
    """An app that stops in the same order whether or not its group rebalances."""

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        if self.should_stop:
            await self._consumer_wait_empty(self.consumer, self.log)
        else:
            await super()._on_partitions_revoked(revoked)

    def _on_rebalance_when_stopped(self) -> None:
        """Do nothing: the client is closed at the end of the stop, in its own thread."""


class OrderlyThread(driver.AIOKafkaConsumerThread):
    """The thread of a client, which ends even where closing the client is cancelled."""

    async def on_thread_stop(self) -> None:
        """Close the client; the worker has left the group by the time that a fetch can be cancelled."""
        with suppress(asyncio.CancelledError):
            await super().on_thread_stop()


class OrderlyRebalance(driver.Consumer):
    """Faust's consumer, which commits finished work before it gives partitions back."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit before Faust discards acknowledgements, until none has come meanwhile that a commit does not cover."""
        await self.maybe_wait_for_commit_to_finish()
        before: dict[TP, int] = {}
        # Where a commit changes nothing, the broker is away, or a record before them is in flight: that one is awaited.
        while (pending := uncommitted(self)) != before:
            await self.commit()
            before = pending
        await super().on_partitions_revoked(revoked)


def uncommitted(consumer: driver.Consumer) -> dict[TP, int]:
    """Return the last acknowledged offset, by partition, where it is not committed."""
    # Faust keeps the last acknowledged offset of a partition when it is committed.
    acked = ((tp, max(offsets)) for tp, offsets in list(consumer._acked.items()) if offsets)  # noqa: SLF001  # Faust has no other way to ask
    return {tp: last for tp, last in acked if last >= (consumer._committed_offset.get(tp) or 0)}  # noqa: SLF001  # as above
