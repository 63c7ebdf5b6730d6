"""Group watch: reports partitions of the raw topic that belong to members of the group that are no workers.

What such a member reads it also commits, so that no worker tags it, and nothing else shows it: the lag is small.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from streams.worker.faust_adapter.group_members import Stranger
from streams.worker.probes.health import Notice

INTERVAL_SECONDS = 5.0
"""Pause between two looks, for the time of an upgrade; each costs the broker two small answers. On the embedded broker,
workers that joined and left beside such requests repeated up to 32 records; on Apache Kafka none."""

logger = logging.getLogger(__name__)


class GroupWatch:
    """Looks for strangers in the group.

    Parameters
    ----------
    ask
        Returns the strangers, None where that is not known; may raise.
    group, raw_topic
        Names, for messages.
    """

    def __init__(self, ask: Callable[[], Awaitable[Sequence[Stranger] | None]], group: str, raw_topic: str) -> None:
        self._ask = ask
        self._group = group
        self._raw_topic = raw_topic
        self._strangers: tuple[Stranger, ...] = ()

    async def look(self) -> None:
        """Ask for the strangers, and log each that is new."""
        try:
            found = await self._ask()
        except Exception:  # the broker may be away, or may not describe groups: the answer stays as it was
            logger.debug("the broker does not describe the group", exc_info=True)
            return
        if found is None:
            return
        for stranger in found:
            if stranger not in self._strangers:
                logger.warning("%s", self._describe(stranger))
        self._strangers = tuple(found)

    def partitions(self) -> int:
        """Return how many partitions belong to strangers, as far as that is known."""
        return sum(len(stranger.partitions) for stranger in self._strangers)

    def notices(self) -> list[Notice]:
        """Return a notice for each stranger."""
        return [
            Notice(self._describe(each), {"client": each.client, "host": each.host, "partitions": each.partitions})
            for each in self._strangers
        ]

    def _describe(self, stranger: Stranger) -> str:
        return (
            f"{len(stranger.partitions)} partitions of {self._raw_topic} belong to a member of the group {self._group} "
            f"that is no worker, the client {stranger.client!r} at {stranger.host}: their articles are not tagged; "
            "stop it, or give it a group of its own"
        )
