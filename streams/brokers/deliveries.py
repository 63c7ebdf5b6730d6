"""What became of records that were handed to a producer: how many the broker has, how many it refused, and why.

The producer of kafka-python takes records without limit, so that the bound on memory is here: whoever sends waits while
too much is unanswered. The answers come from the client's own thread.

The bound on patience is here as well. A flush of the client waits for ever, now and then, when a broker goes away under
it, and it does not wait at all for the parts of a batch that the broker found too large.
"""

import threading
from collections import Counter
from collections.abc import Callable

from streams.errors import DeliveryError

WINDOW_BYTES = 32 * 1024 * 1024
"""Most that may be unanswered: over a hundred full batches of 256 KiB, which keeps any connection busy."""


class Deliveries:
    """Counts of one producer, shared by two threads.

    Parameters
    ----------
    address
        The broker's, for messages.
    patience_seconds
        How long nothing may be answered while something is waited for.
    window_bytes
        Most that may be unanswered; a single larger record may go when nothing else is.
    """

    def __init__(self, address: str, patience_seconds: float, window_bytes: int = WINDOW_BYTES) -> None:
        self._address = address
        self._patience_seconds = patience_seconds
        self._window_bytes = window_bytes
        self._changed = threading.Condition()
        self._open_bytes = 0
        self._open_records = 0
        self._answered = 0
        self._refused: Counter[str] = Counter()
        self._broken: str | None = None
        self.acknowledged = 0

    @property
    def refused(self) -> Counter[str]:
        """Records that the broker will never take, by reason."""
        with self._changed:
            return self._refused.copy()

    def begin(self, size_bytes: int) -> None:
        """Wait until a record of this size may be sent, and count it as unanswered.

        Raises
        ------
        DeliveryError
            If the broker has stopped to acknowledge records.
        """
        with self._changed:
            self._wait_until(lambda: self._has_room(size_bytes))
            self._require_sound()
            self._open_bytes += size_bytes
            self._open_records += 1

    def acknowledge(self, size_bytes: int) -> None:
        """Count a record that the broker has."""
        with self._changed:
            self.acknowledged += 1
            self._close(size_bytes)

    def refuse(self, size_bytes: int, reason: str) -> None:
        """Count a record that the broker will never take."""
        with self._changed:
            self._refused[reason] += 1
            self._close(size_bytes)

    def break_off(self, size_bytes: int, reason: str) -> None:
        """Note that a record was not delivered for a reason that holds for all."""
        with self._changed:
            self._broken = self._broken or reason
            self._close(size_bytes)

    def require_answers(self) -> None:
        """Return when the broker has answered for every record.

        Raises
        ------
        DeliveryError
            If the broker has stopped to acknowledge records.
        """
        with self._changed:
            self._wait_until(lambda: self._open_records == 0)
            self._require_sound()

    def _wait_until(self, is_done: Callable[[], bool]) -> None:
        """Wait until it is so or deliveries have broken off, which they do when no answer comes for too long."""
        while not (is_done() or self._broken is not None):
            before = self._answered
            self._changed.wait(self._patience_seconds)
            if self._answered == before and self._broken is None:
                self._broken = f"no answer for {self._patience_seconds:g} s"

    def _has_room(self, size_bytes: int) -> bool:
        return self._open_bytes + size_bytes <= self._window_bytes or self._open_bytes == 0

    def _close(self, size_bytes: int) -> None:
        self._open_bytes -= size_bytes
        self._open_records -= 1
        self._answered += 1
        self._changed.notify_all()

    def _require_sound(self) -> None:
        if self._broken is not None:
            raise DeliveryError(
                f"the broker at {self._address} acknowledged {self.acknowledged} records and no more "
                f"({self._broken}): send the rest when it is back"
            )
