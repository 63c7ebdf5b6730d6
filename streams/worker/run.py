"""Run: a worker as a process, from its checks to the exit code that states how it ended.

    0    stopped on request: the batch in flight is finished and committed
    2    the operator has to change the settings, a file, a port or the Kafka topics
    70   an internal fault
    75   the broker is unreachable or does not accept outputs, for longer or more often than configured

Unfinished work stays uncommitted: the worker has to be started again after 70 and 75.
"""

import asyncio
import logging
import os
import sys
from typing import NoReturn

from classifiers.errors import ClassifierError
from streams import logs, stdio
from streams.errors import BrokerUnreachableError, OperatorError
from streams.exit_codes import BROKER_AWAY, INTERNAL_FAULT, SUCCESS, WRONG_USAGE, ExitProcess
from streams.metrics import Metrics
from streams.settings.addresses import format_address
from streams.settings.file_modes import require_closed_files
from streams.settings.loading import SettingsFile
from streams.settings.schema import Settings
from streams.worker.assembly import assemble, open_executor, read_versions, stop_versions
from streams.worker.classify.loading import Loader, load
from streams.worker.classify.process import ChildStartError
from streams.worker.faust_adapter.app import App, broker_answers, is_broker_away, is_finished
from streams.worker.faust_adapter.join_refusals import explain_join_refusal
from streams.worker.preflight import wait_for_topics
from streams.worker.probes.broker_watch import BrokerWatch
from streams.worker.probes.health import Health
from streams.worker.probes.http import HttpServer
from streams.worker.signals import Signals, StoppedEarly

logger = logging.getLogger(__name__)


def run(settings: Settings, loader: Loader = load, settings_file: SettingsFile | None = None) -> int:
    """Run a worker until it is asked to stop, and return the exit code.

    Parameters
    ----------
    settings
        Everything that can be set.
    loader
        Loads the models: a function of a module, because a child process finds it by its name.
    settings_file
        The file that the settings came from, if any; its mode is checked.

    Returns
    -------
    int
        0, 2, 70 or 75. Where unfinished work must not be acknowledged, the process terminates here instead.
    """
    stdio.open_closed()
    logs.configure(settings.logs)
    try:
        require_closed_files(settings, settings_file)
        return asyncio.run(_run(settings, loader, end_process))
    except (OperatorError, ClassifierError) as error:
        logger.error("%s", error)  # noqa: TRY400  # it is the operator's: a traceback would not help
        return WRONG_USAGE
    except BrokerUnreachableError as error:
        logger.error("%s", error)  # noqa: TRY400  # as above
        return BROKER_AWAY
    except ChildStartError as error:
        logger.critical("%s", error)
        return INTERNAL_FAULT
    except Exception:
        logger.exception("the worker fails")
        return INTERNAL_FAULT


def end_process(code: int) -> NoReturn:
    """Terminate the process immediately: nothing is acknowledged, committed or cleaned up any more."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)


async def _run(settings: Settings, loader: Loader, exit_process: ExitProcess) -> int:
    health = Health(settings.worker.stall_seconds)
    metrics = Metrics()
    with Signals(exit_process) as signals:
        async with HttpServer(settings.http, health, metrics.render) as http:
            if http.port is not None:
                place = format_address(settings.http.host, http.port)
                logger.info("serves http://%s/metrics, /livez, /readyz and /healthz", place)
            try:
                executor, facts = await signals.unless_stopped(open_executor(settings, loader, metrics, health))
            except StoppedEarly:
                return SUCCESS
            try:
                metrics.on_loaded(facts.release, facts.slugs)
                await signals.unless_stopped(wait_for_topics(settings, facts.kafka_topics, metrics.on_connect_retry))
                app, versions = assemble(settings, executor, metrics, health, exit_process)
                try:
                    await signals.unless_stopped(read_versions(versions, health))
                    return await _Serving(settings, app, health, exit_process).until_ended(signals)
                finally:
                    await stop_versions(versions)
            except StoppedEarly:
                return SUCCESS
            finally:
                executor.close()


class _Serving:
    """An app from its start to its end."""

    def __init__(self, settings: Settings, app: App, health: Health, exit_process: ExitProcess) -> None:
        self._settings = settings
        self._app = app
        self._health = health
        self._exit_process = exit_process

    async def until_ended(self, signals: Signals) -> int:
        watch = BrokerWatch(lambda: broker_answers(self._app), self._health, self._settings.kafka.wait_seconds)
        starting = asyncio.create_task(self._app.start())
        crashed = asyncio.create_task(self._app.wait())
        stop_requested = asyncio.create_task(signals.stopped.wait())
        lost = asyncio.create_task(self._watch(starting, watch))
        await asyncio.wait({crashed, stop_requested, lost}, return_when=asyncio.FIRST_COMPLETED)
        if stop_requested.done():
            await self._stop(starting)
            lost.cancel()
            return SUCCESS
        reason = self._app.crash_reason or (lost.exception() if lost.done() else None)
        if crashed.done() or reason:
            self._crash(reason)
        logger.critical("stops without committing: no broker answers for %g s", self._settings.kafka.wait_seconds)
        return self._exit_process(BROKER_AWAY)

    async def _watch(self, starting: "asyncio.Task[None]", watch: BrokerWatch) -> None:
        """Return when the broker is lost, also during the start: nothing else would notice it then."""
        lost = asyncio.create_task(watch.until_lost())
        try:
            await asyncio.wait({starting, lost}, return_when=asyncio.FIRST_COMPLETED)
            if not lost.done():
                await starting  # its exception ends the worker; after the start the app reports crashes itself
            await lost
        finally:
            lost.cancel()

    async def _stop(self, starting: "asyncio.Task[None]") -> None:
        logger.info("stops: finishes the batch in flight, for at most %g s", self._settings.worker.shutdown_seconds)
        self._health.on_stopping()
        stopping = asyncio.create_task(self._finish(starting))
        await asyncio.wait({stopping}, timeout=self._settings.worker.shutdown_seconds)
        if not stopping.done():
            self._break_off()
        if error := stopping.exception() or self._app.crash_reason:
            self._crash(error)
        logger.info("stopped")

    async def _finish(self, starting: "asyncio.Task[None]") -> None:
        await starting
        await self._app.stop()

    def _break_off(self) -> NoReturn:
        """Terminate the process: a start, or leaving the group, may wait for a broker indefinitely."""
        if is_finished(self._app):
            logger.warning("stopped without leaving the consumer group: no broker answers, and nothing is unfinished")
            self._exit_process(SUCCESS)
        logger.critical("stops without committing: the batch in flight is not finished in time")
        self._exit_process(self._code(None))

    def _crash(self, reason: BaseException | None) -> NoReturn:
        if refusal := explain_join_refusal(reason, self._settings):
            logger.error("%s", refusal.sentence)
            self._exit_process(refusal.exit_code)
        logger.critical("stops without committing: the consumer or producer fails", exc_info=reason)
        self._exit_process(self._code(reason))

    def _code(self, reason: BaseException | None) -> int:
        return BROKER_AWAY if self._health.broker_away or is_broker_away(reason) else INTERNAL_FAULT
