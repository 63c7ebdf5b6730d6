"""Dead letters on their way back to the raw topic, each once in a run, in their order.

A run ends where the rejected topic ended when it began: a record that fails again is a new letter behind that end, and
waits for another run. How far a run came is committed only when the broker has what was replayed up to there, so that
a run that was stopped, or killed, loses none; what was sent since the last commit is sent again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from streams.brokers.pacing import Pace
from streams.dead_letters.letter import DeadLetter, dead_letter, replayed
from streams.dead_letters.selection import Selection
from streams.records.origin import OutputRecord, RawRecord
from streams.settings.schema import LimitsSettings

COMMIT_LETTERS = 500
COMMIT_SECONDS = 1.0
"""How much a run that is killed may send again: so many letters, or those of so many seconds."""

REMEMBERED = 100_000
"""Letters among which copies are found. A worker that is killed rejects its last records again, and of those there are
a few thousand at most; 100,000 numbers take some 10 MB."""

Ending = Literal["end", "limit", "stopped", "broken_off"]
"""How a run ended: at the end of the topic, at `limit`, when it was told to stop, or because the broker was away."""


class SkipReason(StrEnum):
    """Why a letter that was selected is not replayed."""

    ATTEMPTS_SPENT = "attempts_spent"
    COPY = "copy"
    TOO_LARGE = "too_large"
    VALUE_OMITTED = "value_omitted"
    EMPTY = "empty"
    OTHER_TOPIC = "other_topic"
    NO_DEAD_LETTER = "no_dead_letter"


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is replayed: the selection, the raw topic, at most how many letters, and up to which attempt."""

    raw_topic: str
    selection: Selection
    limits: LimitsSettings
    max_attempts: int
    limit: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to.

    `replayed` counts letters that the broker acknowledged, by reason; `left_out` selected letters that were not sent,
    by why; `refused` letters that the broker will never take, by its reason. `left` is how many records a next run has
    to look at.
    """

    dry_run: bool
    group: str
    rejected_topic: str
    raw_topic: str
    replayed: dict[str, int]
    left_out: dict[SkipReason, int]
    refused: dict[str, int]
    ended: Ending
    left: int
    seconds: float


class Outlet(Protocol):
    """Where replayed records go."""

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Hand over a record; the callback follows when the broker has it."""

    def settle(self, positions: Mapping[int, int]) -> None:
        """Wait until the broker has answered for everything, then note the offsets to go on from, by partition."""


class StopSignal(Protocol):
    """Whether a run may go on; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Return whether the run was told to stop."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds, or until told to stop, and return whether it was."""


class ReplayPolicy:
    """Says of each letter whether it can go back.

    Parameters
    ----------
    terms
        What is replayed.
    """

    def __init__(self, terms: ReplayOptions) -> None:
        self._terms = terms
        self._seen: dict[int, None] = {}

    def selects(self, letter: DeadLetter) -> bool:
        """Return whether the letter is meant at all."""
        return self._terms.selection.holds(letter, self._terms.limits)

    def skip_reason(self, letter: DeadLetter) -> SkipReason | None:
        """Return why the letter must not be replayed, None where it may."""
        if letter.raw_place is None:
            return SkipReason.NO_DEAD_LETTER
        if letter.raw_place.topic != self._terms.raw_topic:
            return SkipReason.OTHER_TOPIC
        return self._unfit(letter) or self._too_often(letter)

    def _unfit(self, letter: DeadLetter) -> SkipReason | None:
        key, value = letter.record.key, letter.record.value
        if letter.value_omitted:  # its value is null, which would withdraw the article
            return SkipReason.VALUE_OMITTED
        if key is None and value is None:
            return SkipReason.EMPTY
        return SkipReason.TOO_LARGE if len(value or b"") > self._terms.limits.max_record_bytes else None

    def _too_often(self, letter: DeadLetter) -> SkipReason | None:
        if letter.attempt >= self._terms.max_attempts:
            return SkipReason.ATTEMPTS_SPENT
        return SkipReason.COPY if self._is_copy(letter) else None

    def _is_copy(self, letter: DeadLetter) -> bool:
        mark = hash((str(letter.raw_place), letter.record.value))
        if mark in self._seen:
            return True
        self._seen[mark] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return False


class Tally:
    """Counts of a run.

    Attributes
    ----------
    replayed
        Letters that the broker acknowledged, by reason.
    left_out
        Selected letters that were not replayed, by why.
    handed_over
        Letters that were sent, acknowledged or not.
    """

    def __init__(self) -> None:
        self.replayed: Counter[str] = Counter()
        self.left_out: Counter[SkipReason] = Counter()
        self.handed_over = 0


class Replay:
    """One run.

    Attributes
    ----------
    tally
        Counts so far.
    noted
        The offsets to go on from, by partition, up to which everything is acknowledged.

    Parameters
    ----------
    terms
        What is replayed.
    outlet
        Where it goes.
    stop
        Whether the run was told to stop.
    pace
        How fast letters go.
    clock
        Monotonic seconds.
    """

    def __init__(
        self,
        terms: ReplayOptions,
        outlet: Outlet,
        stop: StopSignal,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tally = Tally()
        self._terms = terms
        self._judge = ReplayPolicy(terms)
        self._outlet = outlet
        self._stop = stop
        self._pace = pace
        self._clock = clock
        self._settled_at = clock()
        self._unsettled = 0
        self._positions: dict[int, int] = {}
        self.noted: dict[int, int] = {}

    def run(
        self, batches: Iterable[Sequence[RawRecord]], ends: Mapping[int, int], seen: Callable[[], None] = lambda: None
    ) -> Ending:
        """Replay what the batches hold, and return why it ended; then everything is acknowledged and noted.

        Parameters
        ----------
        batches
            Records of the rejected topic; an empty batch gives the run a moment to notice that it was told to stop.
        ends
            The offsets behind the last letter, by partition, which are noted when all was looked at.
        seen
            Called for each record that was looked at.

        Raises
        ------
        DeliveryError
            If the broker stops to acknowledge records.
        """
        ending = self._through(batches, seen)
        if ending == "end":
            self._positions |= ends
        self._settle()
        return ending

    def _through(self, batches: Iterable[Sequence[RawRecord]], seen: Callable[[], None]) -> Ending:
        for batch in batches:
            for record in batch:
                if ending := self._take(dead_letter(record)):
                    return ending
                self._positions[record.origin.partition] = record.origin.offset + 1
                self._settle_when_due()
                seen()
            if self._stop.is_set():
                return "stopped"
        return "end"

    def _take(self, letter: DeadLetter) -> Ending | None:
        """Return why the run ends before this letter, None when the letter is dealt with."""
        if self._stop.is_set():
            return "stopped"
        if not self._judge.selects(letter):
            return None
        if why := self._judge.skip_reason(letter):
            self.tally.left_out[why] += 1
            return None
        if self.tally.handed_over == self._terms.limit:
            return "limit"
        if self._stopped_waiting():
            return "stopped"
        self._send(letter)
        return None

    def _stopped_waiting(self) -> bool:
        """Wait until the next letter may go, with nothing left unnoted over a long pause."""
        if self._pace.wait_seconds() > COMMIT_SECONDS:
            self._settle()
        return self._stop.wait(self._pace.wait_seconds())

    def _send(self, letter: DeadLetter) -> None:
        def acknowledged() -> None:
            self.tally.replayed[letter.reason] += 1

        self._pace.record_sent()
        record = letter.record
        self._outlet.send(OutputRecord(self._terms.raw_topic, record.key, record.value, replayed(letter)), acknowledged)
        self.tally.handed_over += 1
        self._unsettled += 1

    def _settle_when_due(self) -> None:
        is_long_ago = self._clock() - self._settled_at >= COMMIT_SECONDS
        if self._unsettled >= COMMIT_LETTERS or (self._unsettled and is_long_ago):
            self._settle()

    def _settle(self) -> None:
        self._outlet.settle(self._positions)
        self.noted = dict(self._positions)
        self._settled_at = self._clock()
        self._unsettled = 0
