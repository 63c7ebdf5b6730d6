"""Tests of a replay without a broker: what is sent, and when it is noted how far it came."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from streams.brokers.pacing import Pace
from streams.dead_letters.replay import COMMIT_LETTERS, COMMIT_SECONDS, REMEMBERED, Replay, ReplayOptions, SkipReason
from streams.dead_letters.selection import Selection
from streams.errors import DeliveryError
from streams.records.origin import Origin, OutputRecord, RawRecord
from streams.settings.schema import LimitsSettings


class MemoryOutlet:
    """Keeps what it is given, and which offsets were noted behind how many records."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.sent: list[OutputRecord] = []
        self.noted: list[tuple[int, dict[int, int]]] = []
        self._fails_at = fails_at

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Keep the record."""
        self.sent.append(record)
        on_acknowledged()

    def settle(self, positions: Mapping[int, int]) -> None:
        """Note the offsets, or fail."""
        if self._fails_at is not None and len(self.sent) >= self._fails_at:
            raise DeliveryError("away")
        self.noted.append((len(self.sent), dict(positions)))


class StopSignal:
    """Is told to stop by the wait of this number; time passes while it waits."""

    def __init__(self, stops_at: int | None = None) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self._stops_at = stops_at

    def is_set(self) -> bool:
        """Return whether it was told to stop."""
        return self._stops_at is not None and len(self.waits) >= self._stops_at

    def wait(self, timeout: float) -> bool:
        """Let the time pass."""
        self.waits.append(timeout)
        self.now += timeout
        return self.is_set()

    def clock(self) -> float:
        """Return the time."""
        return self.now


def letters(count: int, partition: int = 0, begin: int = 0) -> list[RawRecord]:
    """Return dead letters, one after the other."""
    return [
        RawRecord(
            Origin("rejected", partition, offset),
            b"key",
            b"{}",
            (
                ("copytaster.error.reason", b"unexpected"),
                ("copytaster.error.topic", b"raw"),
                ("copytaster.error.partition", b"%d" % partition),
                ("copytaster.error.offset", b"%d" % offset),
            ),
        )
        for offset in range(begin, begin + count)
    ]


def replay(outlet: MemoryOutlet, patience: StopSignal, rate: float | None = None, limit: int | None = None) -> Replay:
    """Return a run in memory."""
    terms = ReplayOptions(raw_topic="raw", selection=Selection(), limits=LimitsSettings(), max_attempts=3, limit=limit)
    return Replay(terms, outlet, patience, Pace(rate, patience.clock), patience.clock)


def test_the_end_is_noted_for_all_partitions() -> None:
    """At the end the next run begins behind everything, also behind records that no reader is given."""
    outlet = MemoryOutlet()
    run = replay(outlet, StopSignal())

    ending = run.run([letters(2), [], letters(1, partition=1)], {0: 5, 1: 1, 2: 0})

    assert ending == "end"
    assert outlet.noted == [(3, {0: 5, 1: 1, 2: 0})]
    assert run.noted == {0: 5, 1: 1, 2: 0}
    assert {record.topic for record in outlet.sent} == {"raw"}


def test_a_stop_is_noted_where_it_came() -> None:
    """A run that is told to stop while it waits has replayed what was before, and not the letter that waited."""
    outlet = MemoryOutlet()

    ending = replay(outlet, StopSignal(stops_at=3), rate=2).run([letters(9)], {0: 9})

    assert ending == "stopped"
    assert outlet.noted[-1] == (2, {0: 2})


def test_a_stop_is_noticed_where_nothing_comes() -> None:
    """An empty batch is enough to stop."""
    outlet = MemoryOutlet()

    def silence() -> Iterator[Sequence[RawRecord]]:
        while True:
            yield []

    assert replay(outlet, StopSignal(stops_at=0)).run(silence(), {0: 9}) == "stopped"
    assert outlet.noted == [(0, {})]


def test_what_was_replayed_is_noted_now_and_then() -> None:
    """After so many letters the place is noted, so that a run that is killed repeats no more of them."""
    outlet = MemoryOutlet()

    replay(outlet, StopSignal()).run([letters(2 * COMMIT_LETTERS + 1)], {0: 2 * COMMIT_LETTERS + 1})

    assert [count for count, _ in outlet.noted] == [COMMIT_LETTERS, 2 * COMMIT_LETTERS, 2 * COMMIT_LETTERS + 1]


def test_a_long_pause_leaves_nothing_unnoted() -> None:
    """Before a pause that is longer than the time between two notes, the place is noted."""
    outlet = MemoryOutlet()

    replay(outlet, StopSignal(), rate=0.5 / COMMIT_SECONDS).run([letters(2)], {0: 2})

    assert outlet.noted[0] == (1, {0: 1})


def test_a_broker_that_goes_away_leaves_the_place_as_it_was() -> None:
    """What the broker did not acknowledge is not noted, and the next run replays it."""
    outlet = MemoryOutlet(fails_at=COMMIT_LETTERS + 1)
    run = replay(outlet, StopSignal())

    with pytest.raises(DeliveryError):
        run.run([letters(COMMIT_LETTERS + 9)], {0: COMMIT_LETTERS + 9})

    assert run.noted == {0: COMMIT_LETTERS}


def test_letters_not_selected_do_not_count_for_the_limit() -> None:
    """At the limit a run ends before the next letter that it would send, and no earlier."""
    outlet = MemoryOutlet()
    foreign = RawRecord(Origin("rejected", 0, 1), None, b"")

    ending = replay(outlet, StopSignal(), limit=1).run([[*letters(1), foreign, *letters(2, begin=2)]], {0: 4})

    assert (ending, outlet.noted[-1]) == ("limit", (1, {0: 2}))


def test_a_letter_with_nothing_in_it_is_left_out() -> None:
    """A letter with neither key nor value, which the client would refuse to send, is left out and counted."""
    outlet = MemoryOutlet()
    (letter,) = letters(1)
    run = replay(outlet, StopSignal())

    run.run([[RawRecord(letter.origin, None, None, letter.headers)]], {0: 1})

    assert outlet.sent == []
    assert run.tally.left_out == {SkipReason.EMPTY: 1}


def test_copies_are_found_among_the_last_letters() -> None:
    """A worker that was killed may have rejected a record twice; copies far apart are replayed twice."""
    outlet = MemoryOutlet()
    run = replay(outlet, StopSignal())
    first, *others = letters(REMEMBERED + 1)

    run.run([[first, first, *others, first]], {0: REMEMBERED + 1})

    assert run.tally.left_out == {SkipReason.COPY: 1}
    assert len(outlet.sent) == REMEMBERED + 2
