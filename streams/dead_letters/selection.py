"""Selection of dead letters: filters by reason, stage, publisher and time."""

from datetime import datetime

import msgspec

from classifiers.digests import hexdigest
from streams.dead_letters.letter import UNKNOWN, DeadLetter
from streams.records.rejection import RejectReason
from streams.settings.schema import LimitsSettings
from streams.stages.publisher_name import plain_name

NAME_DIGITS = 12
"""Hexadecimal digits of a selection's name: 48 bits, enough for the few selections of one cluster."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of dead letters; a letter has to pass all of them, and an empty filter passes every letter.

    `publishers` are compared without regard to case and `www.`; `unknown` selects letters without a known publisher.
    `since` (inclusive) and `until` (exclusive) are aware times, compared with the timestamp of the letter. `times` are
    the two as the operator wrote them. `due_at`, an aware time, selects letters under an embargo alone: those that are
    due end at this time or before.
    """

    reasons: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    times: tuple[str | None, str | None] = (None, None)
    due_at: datetime | None = None

    def includes(self, letter: DeadLetter, limits: LimitsSettings) -> bool:
        """Return whether the letter passes all filters; `limits` are those by which its publisher is read."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.stages or letter.stage in self.stages)
            and (self.due_at is None or letter.reason == RejectReason.EMBARGOED)
            and self._is_in_time(letter.record.timestamp_ms)
            and (not self.publishers or self._is_of_publisher(letter, limits))
        )

    def is_due(self, letter: DeadLetter, limits: LimitsSettings) -> bool:
        """Return whether the embargo of a letter is over, True where embargoes are not selected."""
        end = None if self.due_at is None else letter.embargo_end(limits)
        return self.due_at is None or (end is not None and end <= self.due_at)

    @property
    def name(self) -> str:
        """Digest that identifies the selection, empty without filters; equal filters have equal names.

        >>> Selection().name, len(Selection(reasons=frozenset({"not_json"})).name)
        ('', 12)
        """
        filters = [sorted(self.reasons), sorted(self.stages), sorted(map(plain_name, self.publishers)), self.times]
        if not any(filters[:3]) and self.times == (None, None) and self.due_at is None:
            return ""
        if self.due_at is not None:  # the time itself differs in each run
            filters.append("due")
        return hexdigest(msgspec.json.encode(filters))[:NAME_DIGITS]

    def _is_in_time(self, timestamp_ms: int | None) -> bool:
        if timestamp_ms is None:
            return self.since is None and self.until is None
        moment = timestamp_ms / 1000
        after = self.since is None or moment >= self.since.timestamp()
        return after and (self.until is None or moment < self.until.timestamp())

    def _is_of_publisher(self, letter: DeadLetter, limits: LimitsSettings) -> bool:
        return (letter.publisher(limits) or UNKNOWN) in map(plain_name, self.publishers)
