"""A task of the Kafka client that has ended is a fault."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError

from streams.worker.faust_adapter.client_watch import TASKS, ClientFaultError, WatchedConsumer, require_client
from streams.worker.faust_adapter.join_refusals import GroupMaxSizeReachedError


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


class Coordinator:
    """A coordinator whose group is full; asking again changes nothing."""

    def __init__(self) -> None:
        self._pending_exception: Exception | None = None
        self.refuse()

    def refuse(self) -> None:
        """Find the group full."""
        self._pending_exception = KafkaError(repr(GroupMaxSizeReachedError()))

    def check_errors(self) -> None:
        """Raise the refusal, as aiokafka does, and forget it."""
        refusal, self._pending_exception = self._pending_exception, None
        if refusal:
            raise refusal


async def waits(wait_seconds: float, change: Callable[[Coordinator, set[int]], object]) -> tuple[bool, bool, int]:
    """Return whether a consumer waits for a place at first and after a change, and how many warnings it logs."""
    coordinator, assigned = Coordinator(), set[int]()
    client: Any = SimpleNamespace(_coordinator=coordinator, assignment=lambda: assigned)
    warnings: list[str] = []
    consumer: Any = SimpleNamespace(
        _full_since=None,
        _thread=SimpleNamespace(thread_loop=asyncio.get_running_loop()),
        transport=SimpleNamespace(wait_seconds=wait_seconds),
        log=SimpleNamespace(warning=lambda *words: warnings.append(str(words))),
    )
    first = WatchedConsumer._is_waiting_for_room(consumer, client)
    await asyncio.sleep(0)
    assert coordinator._pending_exception is None, "the coordinator may ask again"
    change(coordinator, assigned)
    return first, WatchedConsumer._is_waiting_for_room(consumer, client), len(warnings)


def test_a_full_group_is_asked_again() -> None:
    """A consumer whose group is full lets its client ask again, and logs that once."""
    assert asyncio.run(waits(60, lambda coordinator, _: coordinator.refuse())) == (True, True, 1)


def test_a_place_in_the_group_ends_the_wait() -> None:
    """A consumer that has joined waits no more."""
    assert asyncio.run(waits(60, lambda _, assigned: assigned.add(0))) == (True, False, 1)


def test_waiting_for_a_place_ends() -> None:
    """A group that stays full for longer than `kafka.wait_seconds` is a fault, which names it."""
    assert asyncio.run(waits(1e-9, lambda coordinator, _: coordinator.refuse()))[1:] == (False, 1)
