"""Preflight: the broker answers, accepts the credentials, and has the Kafka topics, before a worker starts."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import NamedTuple

from streams.backoff import Backoff
from streams.brokers.checks.catalogue import examine
from streams.brokers.checks.finding import Severity
from streams.brokers.cluster import Cluster
from streams.brokers.layout import topic_specs
from streams.errors import BrokerUnreachableError, OperatorError
from streams.settings.schema import Settings
from streams.stages.configured_taxonomy import load_taxonomy

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
            return await asyncio.to_thread(check or require_cluster, settings, names)
        except BrokerUnreachableError as error:
            pause = waiting.backoff.pause_seconds(retry)
            if waiting.clock() - started + pause > settings.kafka.wait_seconds:
                raise
            if retry == 1:
                logger.warning("waits %g s for a broker: %s", settings.kafka.wait_seconds, error)
        await waiting.sleep(pause)
        on_retry()
    raise AssertionError("count never ends")


def require_cluster(settings: Settings, names: Sequence[str]) -> None:
    """Run every check of the cluster, log what a worker can live with, and raise what stops it.

    Raises
    ------
    OperatorError
        If something has to be fixed first, with every problem of that kind; its type is that of the first.
    BrokerUnreachableError
        If the cluster is not ready yet.
    """
    specs = [spec for spec in topic_specs(settings, load_taxonomy(settings)) if spec.name in names]
    with Cluster(settings) as cluster:
        findings = list(examine(cluster, settings, specs, wait_for_group=False))
    errors = [finding.error for finding in findings if finding.error]
    permanent = [error for error in errors if isinstance(error, OperatorError)]
    if permanent:
        raise type(permanent[0])("; ".join(map(str, permanent)))
    if errors:
        raise errors[0]
    for finding in findings:
        logger.log(_LEVELS[finding.severity], "checked %s: %s", finding.check, finding)


_LEVELS = {
    Severity.OK: logging.DEBUG,
    Severity.UNKNOWN: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.PROBLEM: logging.WARNING,
    Severity.BLOCKING: logging.ERROR,
}
