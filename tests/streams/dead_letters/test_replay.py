"""Tests of a replay without a broker: which letters are sent, and when offsets are committed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import pytest

from streams.brokers.pacing import Pace
from streams.dead_letters.policy import REMEMBERED, ReplayOptions, SkipReason
from streams.dead_letters.replay import COMMIT_LETTERS, COMMIT_SECONDS, Replay
from streams.dead_letters.selection import Selection
from streams.errors import DeliveryError
from streams.records.origin import Origin, OutputRecord, RawRecord
from streams.settings.schema import LimitsSettings


class MemoryOutlet:
    """Keeps the records that are sent, and the offsets that are settled with the number of records before them.

    It refuses the records with some numbers.
    """

    def __init__(self, fails_at: int | None = None, refuses: Collection[int] = ()) -> None:
        self._refuses = refuses
        self.sent: list[OutputRecord] = []
        self.settled: list[tuple[int, dict[int, int]]] = []
        self._fails_at = fails_at

    def send(self, record: OutputRecord, on_answer: Callable[[str | None], None]) -> None:
        """Keep the record."""
        self.sent.append(record)
        on_answer("too large" if len(self.sent) - 1 in self._refuses else None)

    def settle(self, positions: Mapping[int, int], refused: Collection[Origin]) -> None:
        """Keep the offsets, or fail."""
        self.refused = list(refused)
        if self._fails_at is not None and len(self.sent) >= self._fails_at:
            raise DeliveryError("away")
        self.settled.append((len(self.sent), dict(positions)))


class StopSignal:
    """Requests a stop at the wait of this number; time passes while it waits."""

    def __init__(self, stops_at: int | None = None) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self._stops_at = stops_at

    def is_set(self) -> bool:
        """Return whether a stop was requested."""
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


def replay(
    outlet: MemoryOutlet,
    stop: StopSignal,
    rate: float | None = None,
    limit: int | None = None,
    *,
    force: bool = False,
) -> Replay:
    """Return a run in memory."""
    options = ReplayOptions(
        raw_topic="raw", selection=Selection(), limits=LimitsSettings(), max_attempts=3, max_letters=limit, force=force
    )
    return Replay(options, outlet, stop, Pace(rate, stop.clock), stop.clock)


def test_the_end_is_settled_for_all_partitions() -> None:
    """At the end the next run begins behind every record, also behind records that consumers never see."""
    outlet = MemoryOutlet()
    run = replay(outlet, StopSignal())

    ending = run.run([letters(2), [], letters(1, partition=1)], {0: 5, 1: 1, 2: 0})

    assert ending == "end"
    assert outlet.settled == [(3, {0: 5, 1: 1, 2: 0})]
    assert run.settled == {0: 5, 1: 1, 2: 0}
    assert {record.topic for record in outlet.sent} == {"raw"}


def test_a_stop_is_settled_at_its_place() -> None:
    """A run that is stopped while it waits has replayed the letters before, and not the one that waited."""
    outlet = MemoryOutlet()

    ending = replay(outlet, StopSignal(stops_at=3), rate=2).run([letters(9)], {0: 9})

    assert ending == "stopped"
    assert outlet.settled[-1] == (2, {0: 2})


def test_a_stop_is_noticed_without_records() -> None:
    """An empty batch is enough for the run to stop."""
    outlet = MemoryOutlet()

    def silence() -> Iterator[Sequence[RawRecord]]:
        while True:
            yield []

    assert replay(outlet, StopSignal(stops_at=0)).run(silence(), {0: 9}) == "stopped"
    assert outlet.settled == [(0, {})]


def test_offsets_are_settled_regularly() -> None:
    """Offsets are settled after every `COMMIT_LETTERS` letters, which bounds what a killed run repeats."""
    outlet = MemoryOutlet()

    replay(outlet, StopSignal()).run([letters(2 * COMMIT_LETTERS + 1)], {0: 2 * COMMIT_LETTERS + 1})

    assert [count for count, _ in outlet.settled] == [COMMIT_LETTERS, 2 * COMMIT_LETTERS, 2 * COMMIT_LETTERS + 1]


def test_offsets_are_settled_before_a_long_pause() -> None:
    """Offsets are settled before a pause that is longer than `COMMIT_SECONDS`."""
    outlet = MemoryOutlet()

    replay(outlet, StopSignal(), rate=0.5 / COMMIT_SECONDS).run([letters(2)], {0: 2})

    assert outlet.settled[0] == (1, {0: 1})


def test_a_refused_letter_stops_no_other() -> None:
    """A letter that the broker refuses is neither replayed nor settled, and every other letter is replayed."""
    outlet = MemoryOutlet(refuses=[1])
    run = replay(outlet, StopSignal())

    ending = run.run([letters(4)], {0: 4})

    assert (ending, run.counts.replayed) == ("end", {"unexpected": 3})
    assert run.refused == {Origin("rejected", 0, 1): "too large"}
    assert outlet.refused == [Origin("rejected", 0, 1)]


def test_unacknowledged_letters_are_not_settled() -> None:
    """Letters that the broker did not acknowledge are not settled, so that the next run replays them."""
    outlet = MemoryOutlet(fails_at=COMMIT_LETTERS + 1)
    run = replay(outlet, StopSignal())

    with pytest.raises(DeliveryError):
        run.run([letters(COMMIT_LETTERS + 9)], {0: COMMIT_LETTERS + 9})

    assert run.settled == {0: COMMIT_LETTERS}


def test_skipped_letters_do_not_count_for_the_limit() -> None:
    """At the limit a run ends before the next letter that it would send, and no earlier."""
    outlet = MemoryOutlet()
    foreign = RawRecord(Origin("rejected", 0, 1), None, b"")

    ending = replay(outlet, StopSignal(), limit=1).run([[*letters(1), foreign, *letters(2, begin=2)]], {0: 4})

    assert (ending, outlet.settled[-1]) == ("limit", (1, {0: 2}))


def test_an_empty_letter_is_skipped() -> None:
    """A letter with neither key nor value, which the client would refuse to send, is skipped and counted."""
    outlet = MemoryOutlet()
    (letter,) = letters(1)
    run = replay(outlet, StopSignal())

    run.run([[RawRecord(letter.origin, None, None, letter.headers)]], {0: 1})

    assert outlet.sent == []
    assert run.counts.skipped == {SkipReason.EMPTY: 1}


@pytest.mark.parametrize("force", [False, True])
def test_a_superseded_letter_is_replayed_by_force_alone(*, force: bool) -> None:
    """Without force it is skipped and counted; with it the record says that it is forced."""
    outlet = MemoryOutlet()
    (letter,) = letters(1)
    headers = (("copytaster.error.reason", b"superseded"), *letter.headers[1:])
    run = replay(outlet, StopSignal(), force=force)

    run.run([[RawRecord(letter.origin, b"key", b"{}", headers)]], {0: 1})

    assert run.counts.skipped == ({} if force else {SkipReason.SUPERSEDED: 1})
    assert [("copytaster.forced", b"1") in record.headers for record in outlet.sent] == [True] * force


def test_copies_are_skipped_among_the_last_letters() -> None:
    """A killed worker may have rejected a record twice: near copies are skipped, distant ones are replayed."""
    outlet = MemoryOutlet()
    run = replay(outlet, StopSignal())
    first, *others = letters(REMEMBERED + 1)

    run.run([[first, first, *others, first]], {0: REMEMBERED + 1})

    assert run.counts.skipped == {SkipReason.COPY: 1}
    assert len(outlet.sent) == REMEMBERED + 2
