"""Preflight: the broker answers, accepts the credentials, and has the Kafka topics, before a worker starts."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import NamedTuple

from streams.backoff import Backoff
from streams.brokers.cluster import Cluster
from streams.brokers.group_limits import find_group_problems
from streams.errors import BrokerUnreachableError, SettingsError
from streams.settings.schema import Settings

BACKOFF = Backoff(first_seconds=0.25, max_seconds=5.0)
"""The first pause is short, so that a broker that starts together with the worker is noticed at once."""

logger = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """How time passes: monotonic seconds, pauses, and the back-off between attempts."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    backoff: Backoff = BACKOFF


async def wait_for_topics(
    settings: Settings,
    names: Sequence[str],
    on_retry: Callable[[], None] = lambda: None,
    check: Callable[[Settings, Sequence[str]], None] | None = None,
    waiting: Waiting = Waiting(),  # noqa: B008  # it is immutable
) -> None:
    """Return when the broker answers and has the Kafka topics.

    Parameters
    ----------
    settings
        The address of the broker, and how long it may be away.
    names
        The topics that are needed.
    on_retry
        Called before each retry.
    check
        Raises what is wrong; asks the cluster by default. It is called in a thread.
    waiting
        How time passes.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers for `kafka.wait_seconds`.
    BrokerRefusedError
        If the broker does not accept the credentials, or the user lacks a right.
    TopicsError
        If topics are missing.
    SettingsError
        If the broker's limits for consumer groups exclude the settings.
    """
    started = waiting.clock()
    for retry in count(1):
        try:
            return await asyncio.to_thread(check or require_topics, settings, names)
        except BrokerUnreachableError as error:
            pause = waiting.backoff.pause_seconds(retry)
            if waiting.clock() - started + pause > settings.kafka.wait_seconds:
                raise
            if retry == 1:
                logger.warning("waits %g s for a broker: %s", settings.kafka.wait_seconds, error)
        await waiting.sleep(pause)
        on_retry()
    raise AssertionError("count never ends")


def require_topics(settings: Settings, names: Sequence[str]) -> None:
    """Raise `TopicsError` where Kafka topics are missing, and other errors where the broker refuses or is away."""
    with Cluster(settings) as cluster:
        cluster.require_topics(*names)
        raw = settings.topics.raw
        read = [raw, settings.topics.versions] if settings.versions.enabled else [raw]
        cluster.require_rights(read=read, write=[name for name in names if name != raw])
        cluster.require_group(settings.worker.group, raw)
        if problems := list(find_group_problems(settings, cluster.broker_configs())):
            raise SettingsError("; ".join(problems))
