"""Replay: sends dead letters back to the raw topic, each once in a run, in their order.

A run ends at the offsets at which the rejected topic ended when the run began: a record that fails again is a new
letter behind that end, and waits for another run. Offsets are committed only when the broker has acknowledged every
letter up to them. A run that is stopped or killed therefore loses none; the next run repeats what was not committed. A
letter that the broker refuses stops no other, and stays in front of the committed offset: the next run sends it again,
and none of the acknowledged letters behind it. The same holds for a letter whose embargo is not over.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from streams.brokers.pacing import Pace
from streams.dead_letters.letter import DeadLetter
from streams.dead_letters.outlets import ReplayOutlet
from streams.dead_letters.policy import ReplayOptions, ReplayPolicy, SkipReason
from streams.errors import CorruptBatchError
from streams.records.origin import Origin, OutputRecord, RawRecord
from streams.records.rejection import RejectReason

COMMIT_LETTERS = 500
COMMIT_SECONDS = 1.0
"""How much a run that is killed may send again: this number of letters, or the letters of this many seconds."""

Ending = Literal["end", "limit", "stopped", "broker_away", "corrupt_batch"]
"""How a run ended: at the end of the topic, at its limit, by a stop signal, because the broker went away, or at the end
without what follows a corrupt batch."""


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """Result of a run.

    `replayed` counts letters that the broker acknowledged, by reason; `skipped` selected letters that were not sent, by
    why; `refused` letters that the broker will never accept, by why; `waiting` letters whose embargo is not over.
    `remaining` counts the records that the next run has to read.
    """

    dry_run: bool
    group: str
    rejected_topic: str
    raw_topic: str
    replayed: dict[str, int]
    skipped: dict[SkipReason, int]
    refused: dict[str, int]
    waiting: int = 0
    ended: Ending
    remaining: int
    seconds: float


class StopSignal(Protocol):
    """Request to stop a run; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Return whether a stop was requested."""

    def wait(self, timeout: float) -> bool:
        """Wait for `timeout` seconds, or until a stop is requested, and return whether it was."""


class ReplayCounts:
    """Counts of a run.

    Attributes
    ----------
    replayed
        Letters that the broker acknowledged, by reason.
    skipped
        Selected letters that were not replayed, by why.
    sent
        Letters that were sent, acknowledged or not.
    """

    def __init__(self) -> None:
        self.replayed: Counter[str] = Counter()
        self.skipped: Counter[SkipReason] = Counter()
        self.sent = 0


class Replay:
    """One run.

    Attributes
    ----------
    counts
        Counts so far.
    pending
        Places of letters that a later run sends: with the reason where the broker refused one, None where its embargo
        is not over.
    settled
        Positions by partition: the broker has answered for every letter before them.

    Parameters
    ----------
    options
        What is replayed.
    outlet
        Where letters are sent.
    stop
        Request to stop the run.
    pace
        Rate limiter.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        options: ReplayOptions,
        outlet: ReplayOutlet,
        stop: StopSignal,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts = ReplayCounts()
        self.pending: dict[Origin, str | None] = {}
        self.settled: dict[int, int] = {}
        self._options = options
        self._policy = ReplayPolicy(options)
        self._outlet = outlet
        self._stop = stop
        self._pace = pace
        self._clock = clock
        self._settled_at = clock()
        self._unsettled = 0
        self._positions: dict[int, int] = {}

    @property
    def refused(self) -> dict[Origin, str]:
        """Places of letters that the broker refused, with the reason."""
        return {place: reason for place, reason in self.pending.items() if reason is not None}

    def run(
        self,
        batches: Iterable[Sequence[RawRecord]],
        ends: Mapping[int, int],
        on_read: Callable[[], None] = lambda: None,
    ) -> Ending:
        """Replay the letters in the batches, wait for their acknowledgement, and return how the run ended.

        Parameters
        ----------
        batches
            Records of the rejected topic; an empty batch lets the run check for a stop.
        ends
            The offsets behind the last letter, by partition, which are committed when every record was read.
        on_read
            Called for each record that was read.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        CorruptBatchError
            As `batches` raises it, when everything that could be read is settled.
        """
        try:
            ending = self._replay(batches, on_read)
        except CorruptBatchError:
            self._settle()
            raise
        if ending == "end":
            self._positions |= ends
        self._settle()
        return ending

    def _replay(self, batches: Iterable[Sequence[RawRecord]], on_read: Callable[[], None]) -> Ending:
        for batch in batches:
            for record in batch:
                if ending := self._process(DeadLetter.from_record(record)):
                    return ending
                self._positions[record.origin.partition] = record.origin.offset + 1
                self._settle_when_due()
                on_read()
            if self._stop.is_set():
                return "stopped"
        return "end"

    def _process(self, letter: DeadLetter) -> Ending | None:
        """Send or skip a letter; return how the run ends before the letter, None where it continues."""
        if self._stop.is_set():
            return "stopped"
        if self._is_left_out(letter):
            return None
        if self.counts.sent == self._options.max_letters:
            return "limit"
        if self._is_stopped_while_waiting():
            return "stopped"
        self._send(letter)
        return None

    def _is_left_out(self, letter: DeadLetter) -> bool:
        """Return whether a letter is not sent in this run; where it was selected, count why."""
        if not self._policy.selects(letter):
            return True
        if self._policy.waits(letter):
            self.pending[letter.record.origin] = None
        elif reason := self._policy.skip_reason(letter):
            self.counts.skipped[reason] += 1
        else:
            return False
        return True

    def _is_stopped_while_waiting(self) -> bool:
        """Wait until the next letter may be sent; before a long wait, settle what was sent."""
        if self._pace.wait_seconds() > COMMIT_SECONDS:
            self._settle()
        return self._stop.wait(self._pace.wait_seconds())

    def _send(self, letter: DeadLetter) -> None:
        def count(refusal: str | None) -> None:
            if refusal is None:
                self.counts.replayed[letter.reason] += 1
            else:
                self.pending[letter.record.origin] = refusal

        self._pace.record_sent()
        key, value = letter.record.key, letter.record.value
        # By force alone: a replay that follows a fix keeps the version, so that it overwrites no correction.
        force = letter.reason == RejectReason.SUPERSEDED
        replayed = OutputRecord(self._options.raw_topic, key, value, letter.replay_headers(force=force))
        self._outlet.send(replayed, count)
        self.counts.sent += 1
        self._unsettled += 1

    def _settle_when_due(self) -> None:
        is_long_ago = self._clock() - self._settled_at >= COMMIT_SECONDS
        if self._unsettled >= COMMIT_LETTERS or (self._unsettled and is_long_ago):
            self._settle()

    def _settle(self) -> None:
        self._outlet.settle(self._positions, self.pending)
        self.settled = dict(self._positions)
        self._settled_at = self._clock()
        self._unsettled = 0
