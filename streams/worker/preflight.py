"""What has to be true of the broker before a worker starts: it answers, it lets us in, the Kafka topics are there."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from streams.brokers.cluster import Cluster
from streams.errors import BrokerUnreachableError
from streams.settings.schema import Settings

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0
"""Back-off doubles between the two, so that a broker that starts beside the worker is noticed at once."""

logger = logging.getLogger(__name__)


async def wait_for_topics(
    settings: Settings,
    names: Sequence[str],
    check: Callable[[Settings, Sequence[str]], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return when the broker answers and has the Kafka topics.

    Parameters
    ----------
    settings
        Where the broker is, and how long it may stay away.
    names
        The topics that are needed.
    check
        Raises what is wrong; asks the cluster by default. It is called in a thread.
    clock, sleep
        Time.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers for `kafka.wait_seconds`.
    BrokerRefusedError
        If the broker does not accept the credentials, or the user lacks a right.
    TopicsError
        If topics are missing.
    """
    started, pause_seconds, waits = clock(), FIRST_PAUSE_SECONDS, False
    while True:
        try:
            return await asyncio.to_thread(check or require_topics, settings, names)
        except BrokerUnreachableError as error:
            if clock() - started + pause_seconds > settings.kafka.wait_seconds:
                raise
            if not waits:
                logger.warning("waits %g s for a broker: %s", settings.kafka.wait_seconds, error)
            waits = True
        await sleep(pause_seconds)
        pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)


def require_topics(settings: Settings, names: Sequence[str]) -> None:
    """Raise `TopicsError` where Kafka topics are missing, and other errors where the broker refuses or is away."""
    with Cluster(settings) as cluster:
        cluster.require_topics(*names)
        cluster.require_group(settings.worker.group, settings.topics.raw)
