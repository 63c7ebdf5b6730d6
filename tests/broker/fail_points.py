"""Places in the life of a batch at which a worker kills itself, as `kill -9` by chance would hardly ever hit them.

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

from streams.metrics import Metrics
from streams.worker import app, assembly
from streams.worker.publishing import Publisher


def install(point: str, count: int) -> None:
    """Let this process kill itself when it comes to a point for the `count`-th time, or be deaf."""
    owner, method, wrap = (POINTS | SILENCES)[point]
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


POINTS = {
    "during_start": (assembly._Group, "on_assigned", _before),
    "after_classify": (Publisher, "deliver", _before),
    "after_first_send": (app.FaustOutlet, "send", _when_acknowledged),
    "after_all_sends": (Publisher, "deliver", _after),
    "after_ack": (Metrics, "on_batch_done", _before),
    "before_commit": (app._ConsumerThread, "commit", _before),
    "after_commit": (app._ConsumerThread, "commit", _after),
}
"""What stands for a point: a method of ours, and whether the process dies before or after it."""

SILENCES = {"deaf": (faust.Stream, "noack_take", _never)}
"""What never answers."""
