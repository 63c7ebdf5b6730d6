"""The consumer: isolation level and lag."""

from typing import Any

import faust
import pytest

from streams.worker.faust_adapter.app import consumer_lag
from tests.streams.worker.faust_adapter.apps import UNSTARTED, settings, with_app

pytestmark = UNSTARTED


@pytest.mark.parametrize(("read_committed", "level"), [(True, "read_committed"), (False, "read_uncommitted")])
def test_the_isolation_level_is_the_settings(*, read_committed: bool, level: str) -> None:
    """The client of the consumer gets the isolation level of the settings, which Faust itself would fix."""

    async def look(app: faust.App) -> object:
        consumer: Any = app.consumer
        thread = consumer._new_consumer_thread()
        client = thread._create_worker_consumer(app.transport)
        client._closed = True  # it was never started, so there is nothing to close
        return client._isolation_level

    assert with_app(settings(worker__read_committed=read_committed), look) == level


def test_before_the_start_there_is_no_lag() -> None:
    """Metrics may be read before the consumer has started, and then have no lag."""

    async def look(app: faust.App) -> object:
        return consumer_lag(app)

    assert with_app(settings(), look) == {}


def test_a_rebalance_hides_the_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lag is the records between commit and end; in a rebalance, when commits are discarded, it is unknown."""

    async def look(app: faust.App) -> list[object]:
        consumer: Any = app.consumer
        monkeypatch.setattr(consumer, "assignment", lambda: {faust.types.TP("raw", 3)})
        monkeypatch.setattr(consumer, "highwater", lambda _: 100)
        consumer._committed_offset[faust.types.TP("raw", 3)] = 90
        before = consumer_lag(app)
        app.on_rebalance_start()
        return [before, consumer_lag(app)]

    assert with_app(settings(), look) == [{3: 10}, {}]
