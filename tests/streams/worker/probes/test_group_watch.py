"""Members of the group that are no workers, as a broker would describe them."""

import asyncio

import pytest

from streams.worker.faust_adapter.group_members import Stranger
from streams.worker.probes.group_watch import GroupWatch

DASHBOARD = Stranger("dashboard", "/10.0.0.7", (0, 2))


class Group:
    """A group whose strangers a test sets; None for a group that is not known."""

    def __init__(self) -> None:
        self.strangers: tuple[Stranger, ...] | None = ()
        self.error: Exception | None = None
        self.watch = GroupWatch(self.ask, "copytaster", "raw")

    async def ask(self) -> tuple[Stranger, ...] | None:
        """Return the strangers."""
        if self.error:
            raise self.error
        return self.strangers

    def look(self) -> GroupWatch:
        """Return the watch when it has looked."""
        asyncio.run(self.watch.look())
        return self.watch


def test_a_stranger_is_reported_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A stranger is named with its client and partitions, in one line for as long as it stays."""
    group = Group()
    group.strangers = (DASHBOARD,)

    group.look()
    watch = group.look()

    (notice,) = watch.notices()
    assert watch.partitions() == 2
    assert notice.facts == {"client": "dashboard", "host": "/10.0.0.7", "partitions": (0, 2)}
    assert [record.getMessage() for record in caplog.records] == [notice.sentence]


@pytest.mark.parametrize("error", [None, ConnectionError("away")], ids=["rebalances", "broker away"])
def test_what_is_not_known_changes_nothing(error: Exception | None) -> None:
    """While the group rebalances or the broker is away, the last answer holds."""
    group = Group()
    group.strangers = (DASHBOARD,)
    group.look()
    group.strangers, group.error = None, error

    assert group.look().partitions() == 2


def test_a_stranger_that_has_left_is_forgotten() -> None:
    """A stranger that has left is reported no more."""
    group = Group()
    group.strangers = (DASHBOARD,)
    group.look()
    group.strangers = ()

    assert group.look().notices() == []
