"""Faust apps that are created and never started, shared by the tests of the adapter."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import faust
import pytest

from streams.settings import Settings, load
from streams.worker.faust_adapter.app import consume, create_app
from streams.worker.fetched import FetchedEvent

UNSTARTED = pytest.mark.filterwarnings(
    "ignore:unclosed event loop:ResourceWarning", "ignore:unclosed <socket:ResourceWarning"
)
"""A Faust app that is never started leaves its event loop and the loop's sockets to the garbage collector."""


class Listener:
    """Observes the group and records its changes."""

    def __init__(self) -> None:
        self.changes: list[str] = []

    def on_assigned(self, partitions: int) -> None:
        """Record the number."""
        self.changes.append(f"assigned {partitions}")

    def on_revoked(self) -> None:
        """Record the rebalance."""
        self.changes.append("revoked")

    def on_topic(self, *, exists: bool) -> None:
        """Record whether the topic exists."""
        self.changes.append("topic" if exists else "no topic")


async def drop(_: Sequence[FetchedEvent]) -> None:
    """Do nothing with a batch."""


def with_app(settings: Settings, look: Callable[[faust.App], Awaitable[Any]]) -> Any:  # noqa: ANN401  # what a look returns
    """Return what a look at an app inside an event loop returns."""

    async def story() -> Any:  # noqa: ANN401
        app = create_app(settings, Listener())
        consume(app, settings, drop)
        return await look(app)

    return asyncio.run(story())


def settings(**flags: object) -> Settings:
    """Return the default settings, changed by dotted names with two underscores for the dot."""
    return load(flags={name.replace("__", "."): value for name, value in flags.items()}, environment={})
