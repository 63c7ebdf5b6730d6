"""A stop that meets a rebalance."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest

from tests.streams.worker.faust_adapter.apps import UNSTARTED, settings, with_app

pytestmark = UNSTARTED


@pytest.mark.parametrize("callback", ["_on_partitions_revoked", "_on_partitions_assigned"])
def test_a_rebalance_does_not_close_the_client(callback: str) -> None:
    """An app that stops keeps its client through a rebalance: without it nothing could be committed."""

    async def look(app: faust.App) -> bool:
        client = SimpleNamespace(_closed=False, assignment=set)
        cast("Any", app.consumer)._thread._consumer = client
        app._stopped.set()
        await getattr(app, callback)(set())
        return bool(client._closed)

    assert with_app(settings(), look) is False


def test_a_cancelled_fetch_does_not_cancel_the_thread() -> None:
    """The thread of a client ends normally even where the closing client lets the cancellation of a fetch escape."""

    async def stop() -> None:
        raise asyncio.CancelledError

    async def look(app: faust.App) -> bool:
        thread = cast("Any", app.consumer)._new_consumer_thread()
        thread._consumer = SimpleNamespace(stop=stop)
        await thread.on_thread_stop()
        return True

    assert with_app(settings(), look)


def test_what_is_acknowledged_while_a_revocation_commits_is_committed() -> None:
    """Records that are acknowledged while a rebalance waits for its commit are committed before the partitions go."""
    tp = faust.types.TP("raw", 0)
    commits: list[int] = []

    async def look(app: faust.App) -> list[int]:
        consumer: Any = app.consumer

        async def commit(offsets: dict[faust.types.TP, int]) -> bool:
            commits.append(offsets[tp])
            if len(commits) == 1:
                consumer._acked[tp] += [8, 9]
            return True

        consumer._commit, consumer.assignment = commit, lambda: {tp}
        app.producer.flush = app.on_rebalance_start = _nothing  # type: ignore[method-assign,assignment]
        consumer._on_partitions_revoked = _nothing
        consumer._acked[tp] += [6, 7]
        await consumer.on_partitions_revoked({tp})
        return commits

    assert with_app(settings(), look) == [8, 10]


async def _nothing(*_: object) -> None:
    """Do nothing."""
