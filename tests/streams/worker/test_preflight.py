"""What has to be true before a worker starts, by a clock that only sleeping moves."""

import asyncio
from collections.abc import Sequence

import pytest

from streams.errors import BrokerUnreachableError, TopicsError
from streams.settings import Settings
from streams.worker.backoff import Waiting
from streams.worker.preflight import wait_for_topics

SETTINGS = Settings.model_validate({"kafka": {"wait_seconds": 10}})


class World:
    """A broker that is away for the first few questions, and the time."""

    def __init__(self, away_for: int, missing: bool = False) -> None:
        self.pauses: list[float] = []
        self.retries: list[int] = []
        self.jitter = 1.0
        self._away_for = away_for
        self._missing = missing

    def check(self, settings: Settings, names: Sequence[str]) -> None:
        """Raise what is wrong."""
        assert (settings, names) == (SETTINGS, ["raw"])
        if len(self.pauses) < self._away_for:
            raise BrokerUnreachableError("no broker")
        if self._missing:
            raise TopicsError("no topic raw")

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)

    def wait(self) -> None:
        """Wait for the topics."""
        asyncio.run(
            wait_for_topics(
                SETTINGS,
                ["raw"],
                on_retry=lambda: self.retries.append(len(self.pauses)),
                check=self.check,
                waiting=Waiting(lambda: sum(self.pauses), self.sleep, lambda: self.jitter),
            )
        )


def test_a_broker_that_is_there_is_asked_once() -> None:
    """Where broker and topics are there, nothing waits."""
    world = World(away_for=0)

    world.wait()

    assert world.pauses == []


def test_a_broker_that_comes_is_waited_for() -> None:
    """A broker that is away at first is asked again, ever more slowly."""
    world = World(away_for=4)

    world.wait()

    assert world.pauses == [0.25, 0.5, 1, 2]
    assert world.retries == [1, 2, 3, 4]


def test_many_workers_do_not_come_back_in_step() -> None:
    """Chance has a part in every pause."""
    world = World(away_for=3)
    world.jitter = 0.5

    world.wait()

    assert world.pauses == [0.125, 0.25, 0.5]


def test_waiting_ends() -> None:
    """A broker that stays away is given up when the time is over."""
    world = World(away_for=100)

    with pytest.raises(BrokerUnreachableError):
        world.wait()

    assert sum(world.pauses) <= 10


def test_missing_topics_are_not_waited_for() -> None:
    """Missing topics are an operator's to create, at once."""
    world = World(away_for=1, missing=True)

    with pytest.raises(TopicsError):
        world.wait()
