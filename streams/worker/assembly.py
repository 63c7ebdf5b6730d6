"""A worker put together from its parts, for `run` and for those who start it with Faust's own command."""

import logging
from collections.abc import Sequence

from streams.exit_codes import ExitProcess
from streams.metrics import Metrics
from streams.settings.schema import Settings
from streams.worker.batches import BatchProcessor
from streams.worker.classify.executor import Executor
from streams.worker.faust_adapter.app import App, FaustOutlet, consumer_lag, create_app, oldest_fetch_seconds
from streams.worker.fetched import FetchedEvent
from streams.worker.probes.health import Health
from streams.worker.publish.publishing import Publisher

logger = logging.getLogger(__name__)


def assemble(settings: Settings, executor: Executor, metrics: Metrics, health: Health, die: ExitProcess) -> App:
    """Return an app whose batches are processed by `executor` and counted by `metrics`.

    Parameters
    ----------
    settings
        Everything that can be set.
    executor
        Where batches are processed.
    metrics, health
        Who is told.
    die
        Ends the process with an exit code at once.

    Raises
    ------
    OperatorError
        If a certificate cannot be read, or Faust is not compiled.
    """

    async def handle(events: Sequence[FetchedEvent]) -> None:
        await life.handle(events)

    app = create_app(settings, handle, _Group(settings.topics.raw, health))
    publisher = Publisher(FaustOutlet(app), settings.worker.publish_attempts, metrics.on_publish_retry)
    life = BatchProcessor(executor, publisher, metrics, settings.worker.batch_deadline_seconds, die)
    health.watch(lambda: oldest_fetch_seconds(app))
    metrics.watch_oldest_work(health.oldest_work_seconds)
    metrics.watch_lag(lambda: consumer_lag(app))
    return app


class _Group:
    """Tells health and the log about the consumer group."""

    def __init__(self, raw_topic: str, health: Health) -> None:
        self._raw_topic = raw_topic
        self._health = health

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has given the worker its partitions, be it none."""
        self._health.on_assigned(partitions)
        logger.info("ready: reads %d partitions of %s", partitions, self._raw_topic)

    def on_revoked(self) -> None:
        """Call when a rebalance begins."""
        self._health.on_revoked()
        logger.info("the consumer group rebalances")
