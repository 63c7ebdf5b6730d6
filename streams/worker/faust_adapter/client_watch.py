"""Client watch: crashes the app when a task of the Kafka client has ended.

aiokafka joins the group, fetches records and follows the metadata in tasks of its own. When one of them dies, or the
group refuses it permanently, aiokafka reports that to callers of the client's `getmany`; Faust calls a lower layer
instead. The worker would stay in its group, ready and alive, and read nothing more (aiokafka issues 983 and 1154). Here
the tasks are checked, and the app crashes, which ends the worker without committing.
"""

from operator import attrgetter

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from mode import Service

INTERVAL_SECONDS = 1.0
"""A check costs nothing, and a session times out after several seconds."""

TASKS = {
    "joins its group": attrgetter("_coordinator._coordination_task"),
    "fetches records": attrgetter("_fetcher._fetch_task"),
    "follows the metadata": attrgetter("_client._sync_task"),
}
"""Where a client keeps its tasks: in private attributes, which the tests check on the installed version."""

_client_of = attrgetter("_thread._consumer")
_coordinator_of = attrgetter("_coordinator")
_refusal_of = attrgetter("_coordinator._pending_exception")


class ClientFaultError(Exception):
    """A task of the Kafka client has ended; only a restart helps."""


class WatchedConsumer(driver.Consumer):
    """Faust's consumer, which crashes with its client."""

    @Service.task
    async def _watch_client(self) -> None:
        async for _ in self.itertimer(INTERVAL_SECONDS, name="client"):
            require_client(_client_of(self))


def require_client(client: AIOKafkaConsumer | None) -> None:
    """Raise `ClientFaultError`, from its cause, where a task of a started client has ended."""
    if client is None or _coordinator_of(client) is None:  # not started yet
        return
    if refusal := _refusal_of(client):
        raise ClientFaultError("the consumer group refuses the Kafka client") from refusal
    for what, task_of in TASKS.items():
        task = task_of(client)
        if task.done():
            reason = None if task.cancelled() else task.exception()
            raise ClientFaultError(f"the Kafka client no longer {what}") from reason
