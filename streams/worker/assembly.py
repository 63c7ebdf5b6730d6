"""Assembly: a worker put together from its parts, for `run` and for Faust's own command."""

import asyncio
import logging
from typing import NamedTuple

from streams.dead_letters.composer import DeadLetterComposer
from streams.exit_codes import ExitProcess
from streams.metrics import Metrics
from streams.records.rejection import RejectReason
from streams.settings.schema import Settings
from streams.versions.table import VersionTable
from streams.worker.batches import BatchDelivery, BatchProcessor
from streams.worker.classify.executor import Executor, ThreadExecutor
from streams.worker.classify.loading import Loader, ModelFacts, load_and_check
from streams.worker.classify.process import ProcessExecutor
from streams.worker.faust_adapter.app import (
    App,
    FaustOutlet,
    consume,
    consumer_lag,
    create_app,
    oldest_fetch_seconds,
)
from streams.worker.faust_adapter.version_reader import VersionReader
from streams.worker.probes.health import Health
from streams.worker.publish.delivery import Delivery
from streams.worker.publish.ordered import OrderedDelivery, Versions
from streams.worker.publish.publishing import OutputSender

logger = logging.getLogger(__name__)


class Assembly(NamedTuple):
    """An app, and the reader of versions that has to be started before it; None where versions are not ordered."""

    app: App
    versions: VersionReader | None


async def open_executor(
    settings: Settings, loader: Loader, metrics: Metrics, health: Health
) -> tuple[Executor, ModelFacts]:
    """Return an executor with its models loaded, and the facts about them.

    Parameters
    ----------
    settings
        Everything that can be set; `worker.isolation` chooses between a child process and a thread.
    loader
        Loads the models.
    metrics, health
        Observe the executor.

    Raises
    ------
    ClassifierError, OperatorError
        If the operator has to change something.
    CannotTagError, ChildStartError
        If the models cannot be loaded for another reason.
    """
    if settings.worker.isolation == "thread":
        loaded = await asyncio.to_thread(load_and_check, loader, settings)
        health.on_models_loaded()
        return ThreadExecutor(loaded.processor), loaded.facts
    hooks = _ChildHooks(metrics, health)
    executor = ProcessExecutor(settings, loader, hooks)
    try:
        facts = await executor.start()
    except BaseException:
        executor.close()
        raise
    metrics.watch_child(lambda: hooks.pid)
    return executor, facts


def assemble(
    settings: Settings, executor: Executor, metrics: Metrics, health: Health, exit_process: ExitProcess
) -> Assembly:
    """Return an app that processes batches in `executor`.

    Parameters
    ----------
    settings
        Everything that can be set.
    executor
        Where batches are processed.
    metrics, health
        Observe the worker.
    exit_process
        Terminates the process immediately with an exit code.

    Raises
    ------
    OperatorError
        If a certificate cannot be read, or Faust is not compiled.
    """
    app = create_app(settings, _GroupListener(settings.topics.raw, health))
    sender = OutputSender(FaustOutlet(app), settings.worker.publish_attempts, metrics.on_publish_retry)
    outputs = Delivery(sender, DeadLetterComposer(settings.topics.rejected))
    delivery: BatchDelivery = outputs
    versions = None
    if settings.versions.enabled:
        table = VersionTable(settings.topics.raw, settings.versions.max_ids)
        versions = VersionReader(settings, table)
        delivery = OrderedDelivery(
            outputs, sender, Versions(settings.topics.versions, table, versions), executor.process
        )
        health.on_versions(read=False)
    batches = BatchProcessor(executor, delivery, metrics, settings.worker, exit_process)
    consume(app, settings, batches.handle)
    health.watch(lambda: oldest_fetch_seconds(app))
    metrics.watch_oldest_work(health.oldest_work_seconds)
    metrics.watch_lag(lambda: consumer_lag(app))
    return Assembly(app, versions)


async def read_versions(versions: VersionReader | None, health: Health) -> None:
    """Read the versions topic to the end that it has now, before a worker takes raw records.

    Raises
    ------
    OperatorError
        If the topic is missing, or the user may not read it.
    BrokerUnreachableError
        If no broker answers for `kafka.wait_seconds`.
    """
    if versions is not None:
        await versions.start()
        health.on_versions(read=True)


async def stop_versions(versions: VersionReader | None) -> None:
    """Disconnect the reader of versions, started or not."""
    if versions is not None:
        await versions.stop()


class _GroupListener:
    """Reports changes of the consumer group to health and the log."""

    def __init__(self, raw_topic: str, health: Health) -> None:
        self._raw_topic = raw_topic
        self._health = health

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has assigned partitions to the worker, possibly none."""
        self._health.on_assigned(partitions)
        logger.info("ready: reads %d partitions of %s", partitions, self._raw_topic)

    def on_revoked(self) -> None:
        """Call when a rebalance begins."""
        self._health.on_revoked()
        logger.info("the consumer group rebalances")


class _ChildHooks:
    """Reports child processes to metrics, health and the log."""

    def __init__(self, metrics: Metrics, health: Health) -> None:
        self.pid = 0
        self._metrics = metrics
        self._health = health

    def on_child_ready(self, pid: int) -> None:
        """Call when a child can take batches."""
        self.pid = pid
        self._health.on_models_loaded()
        logger.info("process %d classifies", pid)

    def on_child_ended(self, reason: RejectReason) -> None:
        """Call when a child has ended that the worker did not ask to end."""
        self.pid = 0
        self._health.on_models_lost()
        self._metrics.on_child_ended(reason)
