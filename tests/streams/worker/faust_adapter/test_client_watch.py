"""Whether the client below Faust still does its work."""

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


def is_left_alone(look: Callable[[], None]) -> bool:
    """Return whether a look finds no fault."""
    try:
        look()
    except ClientFaultError:
        return False
    return True


def test_a_client_that_runs_is_left_alone() -> None:
    """Nothing is said about a client whose tasks run, nor about one that has not started."""
    assert is_left_alone(lambda: check(lambda _: None))
    assert is_left_alone(lambda: check(lambda client: setattr(client, "_coordinator", None)))
    assert is_left_alone(lambda: require_client(None))


@pytest.mark.parametrize("what", TASKS)
def test_a_task_that_has_ended_is_named(what: str) -> None:
    """A task that has ended is a fault that says what is not done any more."""
    with pytest.raises(ClientFaultError, match=f"does not {what} any more"):
        check(lambda client: TASKS[what](client).cancel())


def test_a_client_that_is_shut_out_is_a_fault() -> None:
    """A group that lets a client in no more is a fault, with the reason."""
    refusal = GroupAuthorizationFailedError("copytaster")

    with pytest.raises(ClientFaultError, match="may not be in its group") as raised:
        check(lambda client: setattr(client._coordinator, "_pending_exception", refusal))

    assert raised.value.__cause__ is refusal
