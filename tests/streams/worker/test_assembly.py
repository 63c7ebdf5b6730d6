"""The choice between a child process and a thread."""

import asyncio

import pytest

from streams.errors import OperatorError
from streams.metrics import Metrics
from streams.settings import load
from streams.worker.assembly import open_executor
from streams.worker.classify.executor import ThreadExecutor
from streams.worker.classify.process import ProcessExecutor
from streams.worker.probes.health import Health
from tests.streams.worker import loaders
from tests.streams.worker.records import raw


@pytest.mark.parametrize(("isolation", "kind"), [("thread", ThreadExecutor), ("process", ProcessExecutor)])
def test_an_executor_is_opened_when_its_models_are_loaded(isolation: str, kind: type) -> None:
    """Either executor comes with the facts about its models, and the worker is ready as far as models go."""
    health, settings = Health(stall_seconds=300), load(flags={"worker.isolation": isolation}, environment={})

    async def story() -> int:
        executor, facts = await open_executor(settings, loaders.load_fragile, Metrics(), health)
        try:
            assert (type(executor), facts) == (kind, loaders.FACTS)
            await executor.ready()
            return len((await executor.process([raw(0)])).results)
        finally:
            executor.close()

    assert asyncio.run(story()) == 1
    assert "the models are not loaded" not in health.ready().problems


def test_the_operators_error_is_raised() -> None:
    """Models that the operator has to fix raise the operator's error as it is."""
    with pytest.raises(OperatorError, match="there is no model"):
        asyncio.run(open_executor(load(environment={}), loaders.load_refused, Metrics(), Health(stall_seconds=300)))


def test_a_stop_does_not_wait_for_models_that_hang() -> None:
    """A worker that is asked to stop while its models load does not wait for the child that loads them."""

    async def story() -> None:
        opening = asyncio.create_task(
            open_executor(load(environment={}), loaders.load_never, Metrics(), Health(stall_seconds=300))
        )
        await asyncio.sleep(0)
        opening.cancel()
        await opening

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(story())
