"""Client watch: crashes the app when a task of the Kafka client has ended.

aiokafka joins the group, fetches records and follows the metadata in tasks of its own. When one of them dies, or the
group refuses it permanently, aiokafka reports that to callers of the client's `getmany`; Faust calls a lower layer
instead. The worker would stay in its group, ready and alive, and read nothing more (aiokafka issues 983 and 1154). Here
the tasks are checked, and the app crashes, which ends the worker without committing.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from operator import attrgetter
from typing import Any, cast

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from mode import Service

from streams.worker.faust_adapter.join_refusals import GROUP_FULL, is_group_full, is_refusal

INTERVAL_SECONDS = 1.0
"""A check costs nothing, and a session times out after several seconds."""

TASKS = {
    "joins its group": attrgetter("_coordinator._coordination_task"),
    "fetches records": attrgetter("_fetcher._fetch_task"),
    "follows the metadata": attrgetter("_client._sync_task"),
}
"""Where a client keeps its tasks: in private attributes, which the tests check on the installed version."""

READING_TASKS = ("fetches records", "follows the metadata")
"""Those of a client without a group."""

client_of = attrgetter("_thread._consumer")
"""The Kafka client of a consumer of Faust; None before its start."""

_loop_of = attrgetter("_thread.thread_loop")
_wait_seconds_of = attrgetter("transport.wait_seconds")
_coordinator_of = attrgetter("_coordinator")
_refusal_of = attrgetter("_coordinator._pending_exception")


class ClientFaultError(Exception):
    """A task of the Kafka client has ended, or the group refuses it; only a restart helps."""


class WatchedConsumer(driver.Consumer):
    """Faust's consumer, which crashes with its client, and waits for room in a full group."""

    _full_since: float | None = None

    @Service.task
    async def _watch_client(self) -> None:
        async for _ in self.itertimer(INTERVAL_SECONDS, name="client"):
            client = client_of(self)
            if not self._is_waiting_for_room(client):
                require_client(client)

    async def crash(self, reason: BaseException) -> None:
        """Crash the app; without a traceback where the group refuses the worker, which `run` reports in a sentence."""
        if is_refusal(reason.__cause__):
            cast("Service", self.app)._crash(reason)  # noqa: SLF001  # what `crash` does after it has logged
        else:
            await super().crash(reason)

    def _is_waiting_for_room(self, client: AIOKafkaConsumer | None) -> bool:
        """Return whether the group is full, and the client is to ask again: for `kafka.wait_seconds` in all."""
        refusal = _refusal_of(client) if client is not None and _coordinator_of(client) is not None else None
        if not is_group_full(refusal):
            if client is not None and client.assignment():
                self._full_since = None
            return False
        now = time.monotonic()
        if self._full_since is None:
            self._full_since = now
            self.log.warning("waits %g s for a place: %s", _wait_seconds_of(self), GROUP_FULL)
        if now - self._full_since >= _wait_seconds_of(self):
            return False
        _loop_of(self).call_soon_threadsafe(_take_refusal, _coordinator_of(client))
        return True


def require_client(client: AIOKafkaConsumer | None) -> None:
    """Raise `ClientFaultError`, from its cause, where a task of a started client has ended."""
    if client is None or _coordinator_of(client) is None:  # not started yet
        return
    if refusal := _refusal_of(client):
        raise ClientFaultError("the consumer group refuses the Kafka client") from refusal
    require_tasks(client, TASKS)


def require_tasks(client: AIOKafkaConsumer, names: Iterable[str]) -> None:
    """Raise `ClientFaultError`, from its cause, where one of the tasks with these names in `TASKS` has ended."""
    for what in names:
        task = TASKS[what](client)
        if task.done():
            reason = None if task.cancelled() else task.exception()
            raise ClientFaultError(f"the Kafka client no longer {what}") from reason


def _take_refusal(coordinator: Any) -> None:  # noqa: ANN401  # aiokafka has no types
    """Take a refusal from a coordinator, which then asks to join again."""
    with suppress(KafkaError):
        coordinator.check_errors()
