"""Topic watch: reports a raw topic that does not exist, and ends the worker when it has been missing for too long.

Kafka clients wait for a missing topic indefinitely: the worker would be in its group, with no partition, and read
nothing. A topic that is created again in time is read without a restart.
"""

import logging
import time
from collections.abc import Callable

from streams.exit_codes import BROKER_AWAY, ExitProcess
from streams.worker.probes.health import Health

logger = logging.getLogger(__name__)


class TopicWatch:
    """Reports to `health` and to the log whether the raw topic exists.

    Parameters
    ----------
    topic
        Its name.
    health
        Gets the state.
    wait_seconds
        How long the topic may be missing.
    exit_process
        Terminates the process: what is unfinished belongs to a topic that is gone, and stays uncommitted.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        topic: str,
        health: Health,
        wait_seconds: float,
        exit_process: ExitProcess,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._topic = topic
        self._health = health
        self._wait_seconds = wait_seconds
        self._exit_process = exit_process
        self._clock = clock
        self._missing_since: float | None = None

    def observe(self, *, exists: bool) -> None:
        """Note what a broker has just reported."""
        now = self._clock()
        self._health.on_topic(missing=not exists)
        if exists:
            if self._missing_since is not None:
                logger.info("the topic %s exists again after %.0f s", self._topic, now - self._missing_since)
            self._missing_since = None
        elif self._missing_since is None:
            self._missing_since = now
            logger.warning(
                "the topic %s does not exist; the worker waits %g s for it: create it with: copytaster topics create",
                self._topic,
                self._wait_seconds,
            )
        elif now - self._missing_since >= self._wait_seconds:
            logger.critical(
                "stops without committing: the topic %s does not exist for %g s", self._topic, self._wait_seconds
            )
            self._exit_process(BROKER_AWAY)
