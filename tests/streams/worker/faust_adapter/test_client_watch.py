"""A task of the Kafka client that has ended is a fault."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError

from streams.worker.faust_adapter.client_watch import TASKS, ClientFaultError, require_client


def check(change: Callable[[Any], object]) -> None:
    """Check a client whose tasks all run, after a change."""

    async def story() -> None:
        tasks = [asyncio.create_task(asyncio.Event().wait()) for _ in TASKS]
        client: Any = SimpleNamespace(  # a client that needs no broker
            _coordinator=SimpleNamespace(_coordination_task=tasks[0], _pending_exception=None),
            _fetcher=SimpleNamespace(_fetch_task=tasks[1]),
            _client=SimpleNamespace(_sync_task=tasks[2]),
        )
        change(client)
        await asyncio.sleep(0)
        require_client(client)

    asyncio.run(story())


def is_sound(look: Callable[[], None]) -> bool:
    """Return whether a check finds no fault."""
    try:
        look()
    except ClientFaultError:
        return False
    return True


def test_a_client_that_runs_is_sound() -> None:
    """A client whose tasks run is no fault, nor is one that has not started."""
    assert is_sound(lambda: check(lambda _: None))
    assert is_sound(lambda: check(lambda client: setattr(client, "_coordinator", None)))
    assert is_sound(lambda: require_client(None))


@pytest.mark.parametrize("what", TASKS)
def test_a_task_that_has_ended_is_named(what: str) -> None:
    """A task that has ended is a fault that names what the client no longer does."""
    with pytest.raises(ClientFaultError, match=f"no longer {what}"):
        check(lambda client: TASKS[what](client).cancel())


def test_a_client_that_its_group_refuses_is_a_fault() -> None:
    """A group that refuses a client permanently is a fault, with its cause."""
    refusal = GroupAuthorizationFailedError("copytaster")

    with pytest.raises(ClientFaultError, match="consumer group refuses") as raised:
        check(lambda client: setattr(client._coordinator, "_pending_exception", refusal))

    assert raised.value.__cause__ is refusal
