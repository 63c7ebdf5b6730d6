"""What has to be true of the broker before a worker starts: it answers, it lets us in, the Kafka topics are there."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import count

from streams.brokers.cluster import Cluster
from streams.errors import BrokerUnreachableError
from streams.settings.schema import Settings
from streams.worker.backoff import Waiting, pause_seconds

FIRST_PAUSE_SECONDS = 0.25
MAX_PAUSE_SECONDS = 5.0
"""Back-off grows between the two, so that a broker that starts beside the worker is noticed at once."""

logger = logging.getLogger(__name__)


async def wait_for_topics(
    settings: Settings,
    names: Sequence[str],
    on_retry: Callable[[], None] = lambda: None,
    check: Callable[[Settings, Sequence[str]], None] | None = None,
    waiting: Waiting = Waiting(),  # noqa: B008  # it never changes
) -> None:
    """Return when the broker answers and has the Kafka topics.

    Parameters
    ----------
    settings
        Where the broker is, and how long it may stay away.
    names
        The topics that are needed.
    on_retry
        Told before the broker is asked again.
    check
        Raises what is wrong; asks the cluster by default. It is called in a thread.
    waiting
        Time and chance.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers for `kafka.wait_seconds`.
    BrokerRefusedError
        If the broker does not accept the credentials, or the user lacks a right.
    TopicsError
        If topics are missing.
    """
    started = waiting.clock()
    for retry in count(1):
        try:
            return await asyncio.to_thread(check or require_topics, settings, names)
        except BrokerUnreachableError as error:
            pause = pause_seconds(retry, FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS, waiting.jitter)
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
        cluster.require_rights(read=[raw], write=[name for name in names if name != raw])
        cluster.require_group(settings.worker.group, raw)
