"""Replay policy: which dead letters are replayed, and why the others are skipped."""

from enum import StrEnum

import msgspec

from streams.dead_letters.letter import DeadLetter
from streams.dead_letters.selection import Selection
from streams.records.rejection import RejectReason
from streams.settings.schema import LimitsSettings

REMEMBERED = 100_000
"""Letters among which copies are detected. A worker that is killed rejects its last records again, a few thousand at
most; 100,000 hashes take some 10 MB."""


class SkipReason(StrEnum):
    """Why a selected letter is not replayed."""

    ATTEMPTS_SPENT = "attempts_spent"
    COPY = "copy"
    TOO_LARGE = "too_large"
    VALUE_OMITTED = "value_omitted"
    EMPTY = "empty"
    OTHER_TOPIC = "other_topic"
    NO_DEAD_LETTER = "no_dead_letter"
    NO_EMBARGO_END = "no_embargo_end"
    SUPERSEDED = "superseded"


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a replay: the raw topic, the selection, the limits of raw records, and two maxima of the run.

    With `force` superseded letters are replayed, to be published in spite of newer versions.
    """

    raw_topic: str
    selection: Selection
    limits: LimitsSettings
    max_attempts: int
    max_letters: int | None = None
    force: bool = False


class ReplayPolicy:
    """Decides for each letter of one run whether it is replayed.

    Parameters
    ----------
    options
        The selection and limits of the run.
    """

    def __init__(self, options: ReplayOptions) -> None:
        self._options = options
        self._seen: dict[int, None] = {}

    def selects(self, letter: DeadLetter) -> bool:
        """Return whether the selection includes the letter."""
        return self._options.selection.includes(letter, self._options.limits)

    def waits(self, letter: DeadLetter) -> bool:
        """Return whether a selected letter has to wait for the end of its embargo: a later run replays it."""
        selection, limits = self._options.selection, self._options.limits
        return not selection.is_due(letter, limits) and letter.embargo_end(limits) is not None

    def skip_reason(self, letter: DeadLetter) -> SkipReason | None:
        """Return why a selected letter is not replayed, None where it is."""
        if letter.raw_place is None:
            return SkipReason.NO_DEAD_LETTER
        if letter.raw_place.topic != self._options.raw_topic:
            return SkipReason.OTHER_TOPIC
        if letter.reason == RejectReason.SUPERSEDED and not self._options.force:
            return SkipReason.SUPERSEDED
        return self._content_reason(letter) or self._embargo_reason(letter) or self._repetition_reason(letter)

    def _content_reason(self, letter: DeadLetter) -> SkipReason | None:
        key, value = letter.record.key, letter.record.value
        if letter.value_omitted:  # its value is null, and would withdraw the article
            return SkipReason.VALUE_OMITTED
        if key is None and value is None:
            return SkipReason.EMPTY
        return SkipReason.TOO_LARGE if len(value or b"") > self._options.limits.max_record_bytes else None

    def _embargo_reason(self, letter: DeadLetter) -> SkipReason | None:
        is_due = self._options.selection.is_due(letter, self._options.limits)
        return None if is_due else SkipReason.NO_EMBARGO_END

    def _repetition_reason(self, letter: DeadLetter) -> SkipReason | None:
        if letter.attempt >= self._options.max_attempts:
            return SkipReason.ATTEMPTS_SPENT
        return None if self._remember(letter) else SkipReason.COPY

    def _remember(self, letter: DeadLetter) -> bool:
        """Remember a letter, and return whether it is new."""
        mark = hash((str(letter.raw_place), letter.record.value))
        if mark in self._seen:
            return False
        self._seen[mark] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True
