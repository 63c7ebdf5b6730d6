"""The checks before a worker starts, with a clock that only pauses move."""

import asyncio
from collections.abc import Sequence

import pytest

from streams.errors import BrokerUnreachableError, TopicsError
from streams.settings import Settings
from streams.worker.preflight import BACKOFF, Waiting, wait_for_topics

SETTINGS = Settings.model_validate({"kafka": {"wait_seconds": 10}})


class AwayBroker:
    """A broker that is away for the first few checks, and a clock."""

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
        """Record the pause."""
        self.pauses.append(seconds)

    def wait(self) -> None:
        """Wait for the topics."""
        asyncio.run(
            wait_for_topics(
                SETTINGS,
                ["raw"],
                on_retry=lambda: self.retries.append(len(self.pauses)),
                check=self.check,
                waiting=Waiting(lambda: sum(self.pauses), self.sleep, BACKOFF._replace(jitter=lambda: self.jitter)),
            )
        )


def test_a_broker_that_answers_is_asked_once() -> None:
    """Where the broker answers and the topics exist, the check makes no pause."""
    broker = AwayBroker(away_for=0)

    broker.wait()

    assert broker.pauses == []


def test_a_broker_that_starts_late_is_waited_for() -> None:
    """A broker that is away at first is asked again, with growing pauses."""
    broker = AwayBroker(away_for=4)

    broker.wait()

    assert broker.pauses == [0.25, 0.5, 1, 2]
    assert broker.retries == [1, 2, 3, 4]


def test_many_workers_do_not_retry_together() -> None:
    """Every pause has jitter."""
    broker = AwayBroker(away_for=3)
    broker.jitter = 0.5

    broker.wait()

    assert broker.pauses == [0.125, 0.25, 0.5]


def test_waiting_ends() -> None:
    """A broker that stays away longer than `kafka.wait_seconds` is given up."""
    broker = AwayBroker(away_for=100)

    with pytest.raises(BrokerUnreachableError):
        broker.wait()

    assert sum(broker.pauses) <= 10


def test_missing_topics_are_not_waited_for() -> None:
    """Missing topics are reported at once, because only the operator can create them."""
    broker = AwayBroker(away_for=1, missing=True)

    with pytest.raises(TopicsError):
        broker.wait()
