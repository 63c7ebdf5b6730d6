"""The watched buffer: unfinished work, and since when."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import faust
import pytest
from faust.transport.drivers import aiokafka as driver

from streams.worker.faust_adapter.app import is_finished, oldest_fetch_seconds
from tests.streams.worker.faust_adapter.apps import UNSTARTED, settings, with_app

pytestmark = UNSTARTED


def consumer_message(offset: int, fetched_at: float) -> faust.types.tuples.ConsumerMessage:
    """Return a record as Faust keeps it."""
    return faust.types.tuples.ConsumerMessage(
        "raw", 0, offset, 1.0, 0, None, None, b"news", None, time_in=fetched_at, tp=faust.types.TP("raw", 0)
    )


def test_only_unacknowledged_records_are_work() -> None:
    """A record that another worker has committed meanwhile is finished once it is acknowledged."""

    async def look(app: faust.App) -> list[float | None]:
        consumer: Any = app.consumer
        topics: Any = app.topics
        topics._acking_topics.add("raw")
        messages = [consumer_message(offset, fetched_at=100.0 + offset) for offset in (1, 2)]
        for message in messages:
            consumer._unacked_messages.add(message)
        consumer._committed_offset[messages[0].tp] = 2
        before = oldest_fetch_seconds(app)
        consumer.ack(messages[0])
        return [before, oldest_fetch_seconds(app)]

    assert with_app(settings(), look) == [101.0, 102.0]


@pytest.mark.parametrize("rebalancing", [False, True])
def test_a_record_that_cannot_be_handed_over_is_work(monkeypatch: pytest.MonkeyPatch, *, rebalancing: bool) -> None:
    """A fetched record that is not taken up counts as work, except during a rebalance."""

    async def look(app: faust.App) -> list[bool]:
        message = consumer_message(1, fetched_at=0.0)

        async def getmany(*_: object) -> AsyncIterator[tuple[object, object]]:
            yield message.tp, message

        monkeypatch.setattr(driver.Consumer, "getmany", getmany)
        fetched = cast("AsyncIterator[object]", app.consumer.getmany(1.0))
        before = oldest_fetch_seconds(app)
        await anext(fetched)
        app.rebalancing = rebalancing
        meanwhile = oldest_fetch_seconds(app)
        assert [each async for each in fetched] == []
        return [each is not None for each in (before, meanwhile, oldest_fetch_seconds(app))]

    assert with_app(settings(), look) == [False, not rebalancing, False]


def test_committed_records_are_finished() -> None:
    """A record is unfinished from when it is taken up until its commit."""

    async def look(app: faust.App) -> list[bool]:
        consumer = cast("driver.Consumer", app.consumer)
        message = consumer_message(7, fetched_at=0.0)
        found = [is_finished(app)]
        consumer._unacked_messages.add(message)
        found.append(is_finished(app))
        consumer._unacked_messages.discard(message)  # what Faust does when a topic that it reads is acknowledged
        consumer._acked[message.tp].append(message.offset)
        found.append(is_finished(app))
        consumer._committed_offset[message.tp] = 8
        return [*found, is_finished(app)]

    assert with_app(settings(), look) == [True, False, False, True]


def test_records_in_a_commit_are_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit that the broker has not answered yet finishes no record."""

    async def look(app: faust.App) -> list[bool]:
        consumer = cast("driver.Consumer", app.consumer)
        answered = asyncio.Event()

        async def commit_offsets(offsets: Mapping[faust.types.TP, int], **_: object) -> bool:
            await answered.wait()
            consumer._committed_offset.update(offsets)
            return True

        monkeypatch.setattr(consumer, "_commit_offsets", commit_offsets)
        consumer._acked[faust.types.TP("raw", 0)].append(7)
        committing = asyncio.create_task(consumer.commit())
        await asyncio.sleep(0)
        found = [is_finished(app)]
        answered.set()
        return [*found, await committing, is_finished(app)]

    assert with_app(settings(), look) == [False, True, True]
