"""Places at which a worker ends itself: a signal sent by chance would hardly ever hit them.

At another one it goes deaf: its agent never asks for a record, and nothing fails.
"""

import asyncio
import functools
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any, NoReturn

import faust
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator

from streams.metrics import Metrics
from streams.worker import assembly
from streams.worker.faust_adapter import app, consumer, topic_identity
from streams.worker.publish.delivery import Delivery
from streams.worker.publish.ordered import OrderedDelivery
from streams.worker.publish.publishing import OutputSender


def install(point: str, count: int) -> None:
    """Let this process end itself, raise, or be deaf, when it comes to a point for the `count`-th time."""
    owner, method, wrap = {**POINTS, **STOPS, **FAULTS, **FREEZES, **SILENCES, **OLD_BROKERS}[point]
    setattr(owner, method, wrap(getattr(owner, method), count))


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError  # the signal does not come back


def _before(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # whatever the method takes
        if next(calls) == count:
            _die()
        return method(*arguments, **named)

    return counted


def _after(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    async def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # as above
        answer = await method(*arguments, **named)
        if next(calls) == count:
            _die()
        return answer

    return counted


def _when_acknowledged(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    async def counted(*arguments: Any) -> Any:  # noqa: ANN401  # as above
        future = await method(*arguments)
        if next(calls) == count:
            future.add_done_callback(lambda _: _die())
        return future

    return counted


def _never(method: Callable[..., Any], _: int) -> Callable[..., Any]:
    @functools.wraps(method)
    async def silent(*_: Any) -> AsyncIterator[Any]:  # noqa: ANN401  # as above
        await asyncio.Event().wait()
        yield

    return silent


def _stop_before(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    async def counted(self: app.App, *arguments: Any) -> Any:  # noqa: ANN401  # as above
        if next(calls) == count:
            os.kill(os.getpid(), signal.SIGTERM)
            await self.wait_until_stopped()
        return await method(self, *arguments)

    return counted


def _raise_before(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    def counted(*arguments: Any) -> Any:  # noqa: ANN401  # as above
        if next(calls) == count:
            raise ZeroDivisionError
        return method(*arguments)

    return counted


def _hang_at(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    async def counted(*arguments: Any) -> Any:  # noqa: ANN401  # as above
        if next(calls) == count:
            await asyncio.Event().wait()
        return await method(*arguments)

    return counted


def _freeze_before(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(method)
    async def counted(*arguments: Any) -> Any:  # noqa: ANN401  # as above
        if next(calls) == count:
            os.kill(os.getpid(), signal.SIGSTOP)
        return await method(*arguments)

    return counted


def _freeze_and_die(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    return _after(_freeze_before(method, count), count)


def _without_ids(method: Callable[..., Any], _: int) -> Callable[..., Any]:
    @functools.wraps(method)
    async def old(*arguments: Any) -> Any:  # noqa: ANN401  # as above
        return (await method(*arguments))._replace(topic_id=None)

    return old


POINTS = {
    "during_start": (assembly._GroupListener, "on_assigned", _before),
    "after_classify": (OrderedDelivery, "deliver", _before),
    "after_claims": (OrderedDelivery, "_append", _after),
    "after_publication": (Delivery, "deliver", _after),
    "after_first_send": (app.FaustOutlet, "send", _when_acknowledged),
    "after_all_sends": (OutputSender, "send_all", _after),
    "after_ack": (Metrics, "on_batch_done", _before),
    "before_commit": (consumer.ConsumerThread, "commit", _before),
    "after_commit": (consumer.ConsumerThread, "commit", _after),
}
"""What stands for a point: a method of ours, and whether the process dies before or after it."""

FREEZES = {
    "frozen": (Delivery, "deliver", _freeze_before),
    "frozen_and_dies": (Delivery, "deliver", _freeze_and_die),
}
"""The same for points at which a process freezes until it is continued."""

SILENCES = {
    "deaf": (faust.Stream, "noack_take", _never),
    "committed_offsets": (GroupCoordinator, "fetch_committed_offsets", _hang_at),
}
"""What never answers, or does not answer one of the calls."""

OLD_BROKERS = {"without_topic_ids": (topic_identity, "look_up", _without_ids)}
"""Brokers that answer as those before Kafka 2.8 do."""

STOPS = {"in_a_rebalance": (app._App, "_on_partitions_revoked", _stop_before)}
"""The same for points at which a process sends itself a stop signal, and continues once the stop has begun."""

FAULTS = {
    "a_task_of_faust": (consumer.WorkerConsumer, "verify_all_partitions_active", _raise_before),
    "a_commit": (consumer.ConsumerThread, "_commit", _raise_before),
    "fetching": (Fetcher, "_get_actions_per_node", _raise_before),
    "the_group": (GroupCoordinator, "_do_heartbeat", _raise_before),
    "reading_commits": (GroupCoordinator, "_maybe_refresh_commit_offsets", _raise_before),
}
"""The same for parts of Faust and of the client that raise unexpected errors."""
