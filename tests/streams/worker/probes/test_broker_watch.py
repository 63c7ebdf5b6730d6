"""A broker that comes and goes, with a clock that only pauses move."""

import asyncio
from collections.abc import Iterator

from streams.worker.probes.broker_watch import BrokerWatch
from streams.worker.probes.health import Health


class World:
    """A broker that answers (y) or not (n) by its script and stays away after it, and a clock."""

    def __init__(self, script: str = "") -> None:
        self.seconds = 0.0
        self.health = Health(stall_seconds=100)
        self.away: list[bool] = []
        self._answers: Iterator[bool] = (letter == "y" for letter in script)

    async def ask(self) -> bool:
        """Return the next answer, and note what was known before."""
        self.away.append(self.health.broker_away)
        return next(self._answers, False)

    async def sleep(self, seconds: float) -> None:
        """Record the pause."""
        self.seconds += seconds

    def until_lost(self, wait_seconds: float) -> None:
        """Watch until the broker is lost."""
        watch = BrokerWatch(self.ask, self.health, wait_seconds, lambda: self.seconds, self.sleep)
        asyncio.run(watch.until_lost())


def test_a_broker_is_lost_when_it_stays_away() -> None:
    """A broker that never answers is lost after the time that it may stay away."""
    world = World()

    world.until_lost(10)

    assert world.seconds == 10


def test_the_time_counts_from_the_last_answer() -> None:
    """A broker that comes back in time may be away for the whole time again."""
    world = World("ynnyy")

    world.until_lost(8)

    assert world.seconds == 18
    assert world.away == [False, False, True, True, False, False, True, True, True, True]


def test_a_broker_that_fails_to_answer_is_away() -> None:
    """However a probe fails, the broker is away."""

    class Failing(World):
        async def ask(self) -> bool:
            raise ConnectionResetError

    world = Failing()

    world.until_lost(4)

    assert world.health.broker_away


def test_a_broker_that_hangs_is_away() -> None:
    """A probe that is never answered does not block the watch."""

    class Hanging(World):
        async def ask(self) -> bool:
            self.seconds += 1
            await asyncio.Event().wait()
            return True

    world = Hanging()
    world.until_lost(0.02)

    assert world.health.broker_away
