"""Outcomes of the articles of a demo: each is shown and counted once."""

import time
from collections.abc import Callable, Sequence

from rich.console import Console, RenderableType

from streams.cli.demo.tally import Tally
from streams.dead_letters.letter import DeadLetter
from streams.errors import TransientError
from streams.records.origin import RawRecord
from streams.settings import Settings
from streams.terminal.record import read_tagged, record_view
from streams.terminal.rejection import rejection_view

PROGRESS_SECONDS = 60.0
"""Timeout without an outcome, after which the demo fails."""

_EVENT_ID = "ce_id"
"""The header that names the raw record of a tagged or withdrawn article."""


class Outcomes:
    """Shows and counts records of the tagged and the rejected topic; a record that is redelivered counts once.

    Parameters
    ----------
    settings
        The names of the topics.
    console
        Where articles are shown.
    clock
        Monotonic seconds.
    """

    def __init__(self, settings: Settings, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.tally = Tally()
        self._rejected_topic = settings.topics.rejected
        self._tagged_topic = settings.topics.tagged
        self._console = console
        self._clock = clock
        self._seen: set[str] = set()
        self._last = clock()

    @property
    def kafka_topics(self) -> tuple[str, str]:
        """The topics to read."""
        return self._tagged_topic, self._rejected_topic

    @property
    def count(self) -> int:
        """How many raw records have an outcome."""
        return len(self._seen)

    def show(self, records: Sequence[RawRecord]) -> None:
        """Show and count the records, in the order in which they were written, whatever their topic."""
        for record in sorted(records, key=lambda each: each.timestamp_ms or 0):
            self._last = self._clock()
            self._show(record)

    def require_progress(self, expected: int) -> None:
        """Return if an outcome has arrived in time.

        Raises
        ------
        TransientError
            If none has for `PROGRESS_SECONDS`.
        """
        if self._clock() - self._last > PROGRESS_SECONDS:
            raise TransientError(
                f"{expected - self.count} of {expected} articles have no outcome, and none has arrived for "
                f"{PROGRESS_SECONDS:g} s: run the demo again with --set logs.level=DEBUG, and read the worker's log"
            )

    def _show(self, record: RawRecord) -> None:
        if record.origin.topic == self._rejected_topic:
            self._show_rejection(record)
        elif self._is_first(dict(record.headers).get(_EVENT_ID)):
            self._count(record)
            self._print(record_view(record))

    def _show_rejection(self, record: RawRecord) -> None:
        letter = DeadLetter.from_record(record)
        if self._is_first(letter.origin.encode()):
            self.tally.add_rejected(letter.reason)
            self._print(rejection_view(letter.stage, letter.reason, letter.message, letter.origin))

    def _print(self, view: RenderableType) -> None:
        self._console.print(view)
        self._console.print()

    def _count(self, record: RawRecord) -> None:
        if record.value is None:
            self.tally.add_withdrawn()
        elif article := read_tagged(record.value):
            self.tally.add_tagged(article)
            received_ms = round(article.received_at.timestamp() * 1000) if article.received_at else None
            self.tally.add_latency(received_ms, record.timestamp_ms)

    def _is_first(self, raw_record: bytes | None) -> bool:
        name = (raw_record or b"").decode("utf-8", "replace")
        if name in self._seen:
            return False
        self._seen.add(name)
        return True
