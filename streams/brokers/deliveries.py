"""Delivery accounting of a producer: acknowledged and refused records, backpressure, and a timeout for answers.

The producer of kafka-python accepts records without limit. Backpressure is therefore here: the sender waits while too
much is unacknowledged. The answers come from the client's own thread.

The timeout is here as well. When a broker goes away, a flush of the client sometimes never returns; and it does not
wait for the parts of a batch that the broker found too large.
"""

import threading
from collections import Counter
from collections.abc import Callable

from streams.errors import DeliveryError

WINDOW_BYTES = 32 * 1024 * 1024
"""Limit of unacknowledged data: over a hundred full batches of 256 KiB, which keeps any connection busy."""


class Deliveries:
    """Counts of one producer, shared by two threads.

    Parameters
    ----------
    address
        The broker's, for messages.
    answer_seconds
        How long the broker may stay silent while a sender waits for it.
    window_bytes
        Limit of unacknowledged data; a single larger record may be sent when nothing else is unacknowledged.

    Attributes
    ----------
    acknowledged
        Records that the broker has acknowledged.
    failure
        Why the broker no longer acknowledges records, None while it does.
    """

    def __init__(self, address: str, answer_seconds: float, window_bytes: int = WINDOW_BYTES) -> None:
        self._address = address
        self._answer_seconds = answer_seconds
        self._window_bytes = window_bytes
        self._changed = threading.Condition()
        self._open_bytes = 0
        self._open_records = 0
        self._answered = 0
        self._refused: Counter[str] = Counter()
        self.failure: str | None = None
        self.acknowledged = 0

    @property
    def refused(self) -> Counter[str]:
        """Records that the broker will never accept, by reason."""
        with self._changed:
            return self._refused.copy()

    def begin(self, size_bytes: int) -> None:
        """Wait until a record of this size may be sent, and count it as unacknowledged.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        """
        with self._changed:
            self._wait_until(lambda: self._has_room(size_bytes))
            self._require_no_failure()
            self._open_bytes += size_bytes
            self._open_records += 1

    def acknowledge(self, size_bytes: int) -> None:
        """Count a record that the broker has acknowledged."""
        with self._changed:
            self.acknowledged += 1
            self._close(size_bytes)

    def refuse(self, size_bytes: int, reason: str) -> None:
        """Count a record that the broker will never accept."""
        with self._changed:
            self._refused[reason] += 1
            self._close(size_bytes)

    def fail(self, size_bytes: int, reason: str) -> None:
        """Note that a record was not delivered for a reason that affects all records."""
        with self._changed:
            self.failure = self.failure or reason
            self._close(size_bytes)

    def require_answers(self) -> None:
        """Return when the broker has answered for every record.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        """
        with self._changed:
            self._wait_until(lambda: self._open_records == 0)
            self._require_no_failure()

    def _wait_until(self, is_done: Callable[[], bool]) -> None:
        """Wait until the condition holds or deliveries have failed, which includes a broker that stays silent."""
        while not (is_done() or self.failure is not None):
            before = self._answered
            self._changed.wait(self._answer_seconds)
            if self._answered == before and self.failure is None:
                self.failure = f"no answer for {self._answer_seconds:g} s"

    def _has_room(self, size_bytes: int) -> bool:
        return self._open_bytes + size_bytes <= self._window_bytes or self._open_bytes == 0

    def _close(self, size_bytes: int) -> None:
        self._open_bytes -= size_bytes
        self._open_records -= 1
        self._answered += 1
        self._changed.notify_all()

    def _require_no_failure(self) -> None:
        if self.failure is not None:
            raise DeliveryError(
                f"the broker at {self._address} acknowledged {self.acknowledged} records and no more "
                f"({self.failure}): send the rest when it is back"
            )
