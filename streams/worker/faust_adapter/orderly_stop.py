"""Rebalances of the group, and stops that meet one or a broker that is away, in good order.

As a rebalance begins, Faust forgets what is acknowledged and not committed yet, and waits for the batch in hand only
then: up to a commit interval of work came twice. Here it is committed first.

Faust answers a rebalance that begins while its app stops by closing the client at once, from the event loop of the
app although the client lives in that of its thread (`ConsumerThread.close`, faust pull request 23). What is in hand can
then no longer be committed, the group is not left, and whoever still asks for a commit asks for ever: aiokafka looks
for no coordinator any more once it is closing (aiokafka issue 659), and its loop around that knows no end. Some 3 of 80
such stops lasted until their grace period was over. Here a stop is a stop, with or without a rebalance: the batch in
hand is finished and committed before the partitions are given back, and the thread closes its client when nothing asks
it any more.

A fetch that a broker has refused waits a moment before it is sent again. aiokafka cancels it when it closes, and lets
the cancellation out (aiokafka issue 647); the thread would end by it without saying so, and the app would wait for its
word for ever.
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
        """Do nothing: the end of the stop closes the client, in its own thread."""


class OrderlyThread(driver.AIOKafkaConsumerThread):
    """The thread of a client, which ends whatever the client does when it closes."""

    async def on_thread_stop(self) -> None:
        """Close the client; the group has been left by the time that a fetch can be cancelled."""
        with suppress(asyncio.CancelledError):
            await super().on_thread_stop()


class OrderlyRebalance(driver.Consumer):
    """Faust's consumer, which has committed what is finished by the time that it gives partitions back."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit before Faust forgets what is acknowledged; a commit under way may have begun before the last of it."""
        await self.maybe_wait_for_commit_to_finish()
        await self.commit()
        await super().on_partitions_revoked(revoked)
