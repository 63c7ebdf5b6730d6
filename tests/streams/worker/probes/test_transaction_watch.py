"""Partitions that stand still before an open transaction, with a clock that tests move."""

import pytest

from streams.worker.probes.transaction_watch import SHOWN_SECONDS, Ends, TransactionWatch


class Partitions:
    """Partitions whose ends a test sets, and a clock."""

    def __init__(self) -> None:
        self.ends: dict[int, Ends] = {}
        self.now = 100.0
        self.watch = TransactionWatch("raw", lambda: self.ends, lambda: self.now)

    def after(self, seconds: float, **ends: tuple[int, int]) -> TransactionWatch:
        """Return the watch when it has looked at these ends, after some seconds."""
        self.now += seconds
        self.ends = {int(name.removeprefix("p")): Ends(*each) for name, each in ends.items()}
        self.watch.look()
        return self.watch


def test_a_partition_that_stands_still_is_reported_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    """A last stable offset that does not move while records follow it is reported, and logged once."""
    partitions = Partitions()
    partitions.after(0, p0=(5, 15), p1=(7, 7))

    partitions.after(SHOWN_SECONDS, p0=(5, 25), p1=(9, 9))
    watch = partitions.after(2, p0=(5, 35), p1=(9, 9))

    (notice,) = watch.notices()
    assert notice.facts == {"topic": "raw", "partition": 0, "offset": 5, "seconds": SHOWN_SECONDS + 2}
    assert "partition 0 of raw stands still at offset 5" in notice.sentence
    assert watch.open_seconds() == {0: SHOWN_SECONDS + 2}
    assert len(caplog.records) == 1


def test_transactions_that_end_are_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    """Transactions that follow each other move the last stable offset: no age accumulates."""
    partitions = Partitions()
    for offset in range(20):
        watch = partitions.after(SHOWN_SECONDS - 1, p0=(offset, offset + 3))

    assert watch.open_seconds() == {0: 0}
    assert watch.notices() == []
    assert not caplog.records


def test_a_partition_that_is_given_back_is_forgotten() -> None:
    """A partition that belongs to another worker has no age here."""
    partitions = Partitions()
    partitions.after(0, p0=(5, 15))
    partitions.after(SHOWN_SECONDS, p0=(5, 15))

    assert partitions.after(1).open_seconds() == {}
    assert partitions.after(1, p0=(5, 15)).open_seconds() == {0: 0}
