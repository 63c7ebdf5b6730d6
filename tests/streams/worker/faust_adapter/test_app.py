"""The Faust app: what it reads, starts and reports."""

import asyncio
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka.errors import MessageSizeTooLargeError, NotLeaderForPartitionError, RecordListTooLargeError

from streams.errors import OperatorError
from streams.worker.faust_adapter.app import FaustOutlet, assert_compiled, create_app
from tests.streams.worker.faust_adapter.apps import UNSTARTED, Listener, settings, with_app

pytestmark = UNSTARTED


def test_one_agent_runs_once() -> None:
    """There is one agent, and it has one task: with more, Faust commits what is not processed."""

    async def look(app: faust.App) -> list[int]:
        return [agent.concurrency for agent in app.agents.values()]

    assert with_app(settings(), look) == [1]


def test_no_folder_is_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app has no tables, so it writes no files: a worker runs on a read-only file system."""

    async def look(app: faust.App) -> None:
        await app.on_first_start()

    monkeypatch.chdir(tmp_path)
    with_app(settings(), look)

    assert list(tmp_path.iterdir()) == []


def test_faust_serves_nothing() -> None:
    """Faust's own web server is not started, not even by Faust's command, which turns it on in the configuration."""

    async def look(app: faust.App) -> list[object]:
        app.conf.web_enabled = True
        strategy: Any = app.boot_strategy
        return list(strategy.web_server())

    assert with_app(settings(), look) == []


def test_a_rebalance_is_reported_when_it_begins() -> None:
    """The listener is called at once, and not when the batch in flight is finished."""
    listener = Listener()

    async def story() -> None:
        create_app(settings(), listener).on_rebalance_start()

    asyncio.run(story())

    assert listener.changes == ["revoked"]


def test_a_build_without_compiled_parts_is_refused() -> None:
    """Faust's pure-Python build acknowledges stale events after a rebalance, so no app is created with it."""
    with pytest.raises(OperatorError, match="pip install"):
        assert_compiled(None)


@pytest.mark.parametrize("refusal", [MessageSizeTooLargeError(), RecordListTooLargeError()])
def test_a_refused_size_is_recognised(refusal: Exception) -> None:
    """A refused size is recognised as the broker reports it and as Faust wraps it; no other error is."""
    wrapped = faust.exceptions.ProducerSendError("wrapped")
    wrapped.__cause__ = refusal

    async def look(app: faust.App) -> list[bool]:
        return [FaustOutlet(app).is_too_large(error) for error in (refusal, wrapped, NotLeaderForPartitionError())]

    assert with_app(settings(), look) == [True, True, False]
