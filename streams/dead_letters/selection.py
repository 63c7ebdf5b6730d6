"""Which dead letters are meant: by reason, stage, publisher and time."""

from datetime import datetime

import msgspec

from classifiers.digests import hexdigest
from streams.dead_letters.letter import UNKNOWN, DeadLetter
from streams.settings.schema import LimitsSettings
from streams.stages.publisher import plain_name, publisher_of

NAME_DIGITS = 12
"""Hexadecimal digits of a selection's name: 48 bits, for the handful of selections that one cluster will see."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Filters; each lets everything through where it is empty, and a letter has to pass all of them.

    `publishers` are compared without regard to case and `www.`; `unknown` stands for letters of which none is known.
    `since` is the first moment that counts and `until` the first that does not, by the time at which the letter was
    written, aware. `times` holds the two as a person wrote them.
    """

    reasons: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    times: tuple[str | None, str | None] = (None, None)

    def holds(self, letter: DeadLetter, limits: LimitsSettings) -> bool:
        """Return whether the letter passes all filters; `limits` say how its publisher is read."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.stages or letter.stage in self.stages)
            and self._is_in_time(letter.record.timestamp_ms)
            and (not self.publishers or self._is_of_publisher(letter, limits))
        )

    @property
    def name(self) -> str:
        """What tells this selection from others, empty for everything; the same filters always have the same name.

        >>> Selection().name, len(Selection(reasons=frozenset({"not_json"})).name)
        ('', 12)
        """
        filters = [sorted(self.reasons), sorted(self.stages), sorted(map(plain_name, self.publishers)), self.times]
        if not any(filters[:3]) and self.times == (None, None):
            return ""
        return hexdigest(msgspec.json.encode(filters))[:NAME_DIGITS]

    def _is_in_time(self, timestamp_ms: int | None) -> bool:
        if timestamp_ms is None:
            return self.since is None and self.until is None
        moment = timestamp_ms / 1000
        after = self.since is None or moment >= self.since.timestamp()
        return after and (self.until is None or moment < self.until.timestamp())

    def _is_of_publisher(self, letter: DeadLetter, limits: LimitsSettings) -> bool:
        return (publisher_of_letter(letter, limits) or UNKNOWN) in map(plain_name, self.publishers)


def publisher_of_letter(letter: DeadLetter, limits: LimitsSettings) -> str | None:
    """Return whose article the letter holds, in lower case and without `www.`, or None where nothing tells it."""
    return publisher_of(msgspec.structs.replace(letter.record, headers=letter.headers), limits)
