"""Broker watch: polls whether the broker answers, and reports when it has been away too long.

Faust and its clients wait for a broker indefinitely and without a report; by this watch a worker learns of an outage,
and ends when the outage exceeds `kafka.wait_seconds`.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from streams.worker.probes.health import Health

INTERVAL_SECONDS = 2.0
"""Pause between two probes; one costs the broker a small answer."""

logger = logging.getLogger(__name__)


class BrokerWatch:
    """Probes the broker, and reports outages to `health`.

    Parameters
    ----------
    ask
        Returns whether the broker answers; may raise and may hang.
    health
        Gets the outages.
    wait_seconds
        How long the broker may stay away; one answer may take half of it.
    clock, sleep
        How time passes: monotonic seconds, and pauses.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[bool]],
        health: Health,
        wait_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._ask = ask
        self._health = health
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._sleep = sleep

    async def until_lost(self) -> None:
        """Return when the broker has been away for too long."""
        away_since: float | None = None
        while True:
            asked_at = self._clock()
            if await self._answers():
                self._came_back(away_since)
                away_since = None
            elif away_since is None:
                self._went_away()
                away_since = asked_at
            if away_since is not None and self._clock() - away_since >= self._wait_seconds:
                return
            await self._sleep(min(INTERVAL_SECONDS, self._wait_seconds / 4))

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._wait_seconds / 2):
                return await self._ask()
        except Exception:  # however a probe fails, the broker does not answer
            logger.debug("the broker does not answer", exc_info=True)
            return False

    def _came_back(self, away_since: float | None) -> None:
        if away_since is not None:
            logger.info("the broker answers again after %.0f s", self._clock() - away_since)
            self._health.on_broker(away=False)

    def _went_away(self) -> None:
        logger.warning("the broker does not answer; the worker waits %g s for it", self._wait_seconds)
        self._health.on_broker(away=True)
