"""Whether the client below Faust still does its work.

aiokafka joins the group, fetches records and keeps the metadata in tasks of its own. When one of them dies, or is
refused for good, those who call `getmany` of the client are told; Faust goes past it, to what has been fetched. The
worker would stay in its group, ready and alive, and read nothing more (aiokafka issues 983 and 1154). Here somebody
looks, and the app crashes, which ends the worker without committing.
"""

from operator import attrgetter

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from mode import Service

INTERVAL_SECONDS = 1.0
"""Looking costs nothing, and a session times out after several seconds."""

TASKS = {
    "join its group": attrgetter("_coordinator._coordination_task"),
    "fetch": attrgetter("_fetcher._fetch_task"),
    "follow the metadata": attrgetter("_client._sync_task"),
}
"""Where a client has its tasks: in private places, to which the tests hold the version that is installed."""

_client_of = attrgetter("_thread._consumer")
_coordinator_of = attrgetter("_coordinator")
_refusal_of = attrgetter("_coordinator._pending_exception")


class ClientFaultError(Exception):
    """A part of the Kafka client has ended; only a restart helps."""


class WatchedConsumer(driver.Consumer):
    """Faust's consumer, which crashes with its client."""

    @Service.task
    async def _watch_client(self) -> None:
        async for _ in self.itertimer(INTERVAL_SECONDS, name="client"):
            require_client(_client_of(self))


def require_client(client: AIOKafkaConsumer | None) -> None:
    """Raise `ClientFaultError`, from its reason, where a part of a client has ended that was started."""
    if client is None or _coordinator_of(client) is None:  # not started yet
        return
    if refusal := _refusal_of(client):
        raise ClientFaultError("the Kafka client may not be in its group any more") from refusal
    for what, task_of in TASKS.items():
        task = task_of(client)
        if task.done():
            reason = None if task.cancelled() else task.exception()
            raise ClientFaultError(f"the Kafka client does not {what} any more") from reason
