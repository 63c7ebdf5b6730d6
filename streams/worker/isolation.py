"""Where articles are classified: the one choice between a child process and a thread."""

import asyncio
import logging

from streams.metrics import Metrics
from streams.records.rejection import RejectReason
from streams.settings.schema import Settings
from streams.worker.classify.executor import Executor, ThreadExecutor
from streams.worker.classify.loading import Facts, Loader, load_proved
from streams.worker.classify.process import ProcessExecutor
from streams.worker.probes.health import Health

logger = logging.getLogger(__name__)


async def open_executor(settings: Settings, loader: Loader, metrics: Metrics, health: Health) -> tuple[Executor, Facts]:
    """Return an executor whose models are loaded, and what is known of them.

    Parameters
    ----------
    settings
        Everything that can be set; `worker.isolation` decides.
    loader
        Loads the models.
    metrics, health
        Who is told.

    Raises
    ------
    ClassifierError, OperatorError
        If a person has to mend something.
    CannotTagError, ChildStartError
        If the models cannot be loaded for another reason.
    """
    if settings.worker.isolation == "thread":
        loaded = await asyncio.to_thread(load_proved, loader, settings)
        health.on_models_loaded()
        return ThreadExecutor(loaded.processor), loaded.facts
    hooks = _Children(metrics, health)
    executor = ProcessExecutor(settings, loader, hooks)
    try:
        facts = await executor.start()
    except BaseException:
        executor.close()
        raise
    metrics.watch_child(lambda: hooks.pid)
    return executor, facts


class _Children:
    """Tells metrics, health and the log about child processes."""

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
        """Call when a child has ended that nobody told to."""
        self.pid = 0
        self._health.on_models_lost()
        self._metrics.on_child_ended(reason)
