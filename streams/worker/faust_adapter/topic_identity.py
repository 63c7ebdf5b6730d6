"""Topic identity: positions and commits belong to the id of the raw topic, not to its name.

A topic that is deleted and created again under its name is another topic. The client knows only names: it continues at
the old position, and a pending commit of the old topic is retried until the new one accepts it, so that as many records
of the new topic are never read. Here

- the id of the topic is read before positions are set, and every commit carries it in its metadata;
- a commit of another id counts as no commit: its partition is read from the beginning;
- before every commit, and every second, the id is compared. When it has changed, or the topic is missing, nothing is
  committed any more, and the worker rejoins its group as soon as the topic exists, which sets all positions again.

Between a look and the commit after it the topic may still be recreated, and records of the new topic may be read from
the old position until the next look. Both are harmless, because the commit names the old id: no worker follows it, and
the new topic is read from its beginning, so that these records are published twice. A broker without topic ids (before
Kafka 2.8) shows a recreated topic only by an end behind the commit; where the new topic has outgrown the commit before
the next look, the records up to there are skipped.

A commit without an id is followed: tools that reset offsets write none, nor did earlier versions.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, TypeVar, cast

from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, TopicAuthorizationFailedError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.transport.drivers.aiokafka import ensure_aiokafka_TP
from faust.types import TP
from mode import Service

from streams.worker.faust_adapter.topic_metadata import Sight, look_up

LOOK_SECONDS = 1.0
"""Interval of looks at the topic; one costs the broker a small answer."""

RETRY_SECONDS = 0.5
"""Pause after a look that no broker answered."""

SEEK_SHARE = 0.5
"""Of the time that Faust gives to setting the positions, the share after which another attempt is made."""

LABEL = "topic-id="
"""Begins the metadata of a commit."""

Answer = TypeVar("Answer")


def label(sight: Sight) -> str:
    """Return the metadata of a commit: the id of its topic, empty where the broker gives none."""
    return LABEL + sight.topic_id if sight.topic_id else ""


def belongs(commit: OffsetAndMetadata, sight: Sight, end: int | None = None) -> bool:
    """Return whether a commit is one of this topic.

    Parameters
    ----------
    commit
        An offset with its metadata.
    sight
        The topic as a broker reports it now.
    end
        The end of the partition, where the broker gives no ids.

    Examples
    --------
    >>> belongs(OffsetAndMetadata(7, "topic-id=A"), Sight(exists=True, topic_id="B"))
    False
    >>> belongs(OffsetAndMetadata(7, ""), Sight(exists=True, topic_id="B"))
    True
    """
    if sight.topic_id and commit.metadata.startswith(LABEL):
        return bool(commit.metadata == label(sight))
    return end is None or commit.offset <= end


class IdentifyingThread(driver.AIOKafkaConsumerThread):
    """The thread of a client, which knows the topic to which its positions belong."""

    bound: Sight | None = None
    """The topic as it was before the positions were set; None while they are not."""
    _seen: Sight | None = None
    """The topic as the latest look saw it that had a consequence."""
    _known: Sight | None = None
    """The latest topic that existed."""
    _must_join = False
    """Whether the group has to be joined again: a request for that is lost where it meets a join."""
    _rewinds = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._reached: dict[TP, int] = {}

    @property
    def is_started(self) -> bool:
        """Whether the client takes part in its group."""
        return self._consumer is not None and self._consumer._coordinator is not None  # noqa: SLF001  # as below

    async def in_thread(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Return what a coroutine returns in this thread's event loop; it does not wait for Faust's pending calls."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Note that a join begins, which finds the topic that there is now."""
        self._must_join = False
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Forget to which topic the positions belonged: they are set again."""
        self.bound = None
        self._reached.clear()
        await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Set every position to its commit, or to the beginning where there is none of this topic.

        Raises
        ------
        IllegalStateError
            If no broker answers in time. Then the group is joined again, which ends in another call.
        """
        return await self.in_thread(self._seek_in_time())

    async def _seek_in_time(self) -> Mapping[TP, int]:
        # When its own, longer deadline is over, Faust's recovery task ends, and no record is read any more.
        try:
            async with asyncio.timeout(self.app.conf.broker_request_timeout * SEEK_SHARE):
                return await self._seek()
        except TimeoutError:
            self.log.warning("no broker reports the committed offsets in time: joins the group again")
            self._ensure_consumer()._coordinator.request_rejoin()  # noqa: SLF001  # the client has no such call
            raise IllegalStateError("the committed offsets are unknown") from None

    async def _seek(self) -> Mapping[TP, int]:
        client = self._ensure_consumer()
        partitions = client.assignment()
        sight = await self._look_until_answered()
        commits = await client._coordinator.fetch_committed_offsets(partitions)  # noqa: SLF001  # with their metadata
        ends = await client.end_offsets(partitions) if sight.exists and not sight.topic_id else {}
        own = {ensure_TP(tp): each.offset for tp, each in commits.items() if belongs(each, sight, ends.get(tp))}
        for each in partitions:
            if each in commits and each not in own:
                self.log.warning("reads %s from its beginning: its commit is of a topic that is gone", each)
            # Also without a commit: the client may have seen one that was deleted with its topic in the meantime.
            client.seek(each, own.get(ensure_TP(each), 0))
        self._reached, self.bound = own, sight
        return dict(own)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit offsets with the id of their topic; give up where that topic is no longer there."""
        bound = cast("IdentifyingConsumer", self.consumer).bound
        # Compared as an object: every join has one of its own, and an acknowledgement counts for that join alone.
        if bound is None or bound is not self.bound or not bound.exists or await self._look_until_answered() != bound:
            return False
        self._reached.update(offsets)
        assigned = self.assignment()
        mine = {
            ensure_aiokafka_TP(tp): OffsetAndMetadata(offset, label(bound))
            for tp, offset in offsets.items()
            if tp in assigned
        }
        self.tp_last_committed_at.update(dict.fromkeys(offsets, time.monotonic()))
        committing = asyncio.ensure_future(self._ensure_consumer().commit(mine))
        # The client retries without end where the topic is missing.
        while not (await asyncio.wait({committing}, timeout=LOOK_SECONDS))[0]:
            if await self._look_until_answered() != bound:
                committing.cancel()
                return False
        return await self._is_committed(committing)

    async def _is_committed(self, committing: "asyncio.Future[None]") -> bool:
        try:
            await committing
        except CommitFailedError as error:
            if "already rebalanced" in str(error):
                return False
            await self._crash_over(error)
        except Exception as error:  # noqa: BLE001  # as Faust: however a commit fails, the worker ends
            await self._crash_over(error)
        else:
            return True
        return False

    async def _crash_over(self, error: Exception) -> None:
        self.log.error("a commit fails: %r", error)
        await self.crash(error)

    async def compare(self) -> Sight:
        """Return the topic as a broker reports it; join the group again where it is not that of the positions.

        Raises
        ------
        KafkaError
            If no broker answers.
        """
        sight = await self._look()
        if not sight.exists:
            self._seen = sight
        elif not self.app.rebalancing:
            self._must_join |= self._is_other(sight)
            self._seen = self._known = sight
            if self._must_join:
                await self._join_again()
        return sight

    def _is_other(self, sight: Sight) -> bool:
        if self._known not in (None, sight):
            self.log.warning("the topic %s was deleted and created again: reads the new one", self._raw_topic)
        is_unbound = bool(self.assignment()) and self.bound != sight
        return is_unbound or self._seen not in (None, sight)

    async def _join_again(self) -> None:
        client = self._ensure_consumer()
        # The leader of the group assigns the partitions that its metadata names.
        await client._client.force_metadata_update()  # noqa: SLF001  # the client has no such call
        client._coordinator.request_rejoin()  # noqa: SLF001  # as above

    async def _look_until_answered(self) -> Sight:
        while True:
            try:
                return await self._look()
            except TopicAuthorizationFailedError:
                raise
            except KafkaError as error:
                self.log.debug("no broker reports the topic: %r", error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _look(self) -> Sight:
        sight = await look_up(self._ensure_consumer()._client, self._raw_topic)  # noqa: SLF001  # as above
        if sight.exists and sight.topic_id is None:
            return sight._replace(rewinds=await self._count_rewinds())
        return sight

    async def _count_rewinds(self) -> int:
        """Return how often an end was behind the commit, as after the topic was recreated or has lost records."""
        reached = {ensure_aiokafka_TP(tp): offset for tp, offset in self._reached.items()}
        ends = await self._ensure_consumer().end_offsets(list(reached)) if reached else {}
        if any(ends[tp] < offset for tp, offset in reached.items()):
            self._rewinds += 1
        return self._rewinds

    @property
    def _raw_topic(self) -> str:
        return str(cast("Any", self.transport).raw_topic)


class IdentifyingConsumer(driver.Consumer):
    """Faust's consumer, which looks at its topic every second."""

    _thread: IdentifyingThread
    bound: Sight | None = None
    """The topic to which the acknowledgements belong that are being committed."""

    _is_joining = False

    async def _commit_tps(self, tps: Iterable[TP], start_new_transaction: bool) -> bool:
        # One commit at a time: Faust has a lock. While it is under way, the group may be joined again.
        self.bound = self._thread.bound
        return bool(await super()._commit_tps(tps, start_new_transaction=start_new_transaction))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Note that a join begins: the batch in flight is of the topic that there was before."""
        self._is_joining = True
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Discard what was acknowledged before this join and could not be committed."""
        for known in (self._acked, self._acked_index, self._gap):
            known.clear()
        self._is_joining = False
        await super().on_partitions_assigned(assigned, generation_id)

    async def perform_seek(self) -> None:
        """Set every position, and discard what was known of partitions without a commit of this topic.

        Faust also calls this during a join, where it has discarded fetched records. The positions are set after it.
        """
        if self._is_joining:
            return
        commits = await self.seek_to_committed()
        for tp in self.assignment():
            self._read_offset[tp] = self._committed_offset[tp] = commits.get(tp) or None

    @Service.task
    async def _watch_topic(self) -> None:
        async for _ in self.itertimer(LOOK_SECONDS, name="topic"):
            if self._thread.is_started:
                await self._look_at_topic()

    async def _look_at_topic(self) -> None:
        try:
            sight = await self._thread.in_thread(self._thread.compare())
        except KafkaError:  # a broker that is away is reported by `probes/broker_watch.py`
            return
        cast("Any", self.app).report_topic(exists=sight.exists)
