"""Assembly: a worker put together from its parts, for `run` and for Faust's own command."""

import asyncio
import functools
import logging
from typing import NamedTuple

from streams.brokers.skips import find_skip
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
    repeat,
    stable_ends,
)
from streams.worker.faust_adapter.group_members import find_strangers
from streams.worker.faust_adapter.unreadable_partitions import pause_unreadable_partitions
from streams.worker.faust_adapter.version_reader import VersionReader
from streams.worker.partition_faults import PartitionFaults
from streams.worker.probes import group_watch, transaction_watch
from streams.worker.probes.group_watch import GroupWatch
from streams.worker.probes.health import Health
from streams.worker.probes.topic_watch import TopicWatch
from streams.worker.probes.transaction_watch import Ends, TransactionWatch
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
    faults = PartitionFaults(metrics.on_skipped)
    pause_unreadable_partitions(faults, functools.partial(find_skip, settings))
    topic_watch = TopicWatch(settings.topics.raw, health, settings.kafka.wait_seconds, exit_process)
    app = create_app(settings, _GroupListener(settings.topics.raw, health, topic_watch))
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
    health.watch_partitions(faults.current)
    metrics.watch_oldest_work(health.oldest_work_seconds)
    metrics.watch_lag(lambda: consumer_lag(app))
    metrics.watch_topic(lambda: health.topic_missing)
    metrics.watch_unreadable_partitions(faults.ages)
    _watch_group(app, settings, metrics, health)
    _watch_transactions(app, settings, metrics, health)
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


def _watch_group(app: App, settings: Settings, metrics: Metrics, health: Health) -> None:
    raw_topic = settings.topics.raw
    watch = GroupWatch(lambda: find_strangers(app, raw_topic), settings.worker.group, raw_topic)
    health.watch_notices("strangers", watch.notices)
    metrics.watch_strangers(watch.partitions)
    if settings.worker.offer_roundrobin:  # otherwise the broker refuses every stranger, and there is nothing to ask
        repeat(app, group_watch.INTERVAL_SECONDS, watch.look)


def _watch_transactions(app: App, settings: Settings, metrics: Metrics, health: Health) -> None:
    raw_topic = settings.topics.raw
    watch = TransactionWatch(raw_topic, lambda: {each: Ends(*ends) for each, ends in stable_ends(app).items()})
    health.watch_notices("open_transactions", watch.notices)
    metrics.watch_transactions(raw_topic, watch.open_seconds)

    async def look() -> None:
        watch.look()

    repeat(app, transaction_watch.INTERVAL_SECONDS, look)


class _GroupListener:
    """Reports changes of the consumer group and of its topic to health and the log."""

    def __init__(self, raw_topic: str, health: Health, topic_watch: TopicWatch) -> None:
        self._raw_topic = raw_topic
        self._health = health
        self._topic_watch = topic_watch

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has assigned partitions to the worker, possibly none."""
        self._health.on_assigned(partitions)
        if self._health.topic_missing:
            logger.info("has joined the consumer group, and waits for the topic %s", self._raw_topic)
        else:
            logger.info("ready: reads %d partitions of %s", partitions, self._raw_topic)

    def on_revoked(self) -> None:
        """Call when a rebalance begins."""
        self._health.on_revoked()
        logger.info("the consumer group rebalances")

    def on_topic(self, *, exists: bool) -> None:
        """Call about every second with whether the raw topic exists."""
        self._topic_watch.observe(exists=exists)


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
