"""Ctrl-C and SIGTERM for verbs that end in good order: the first asks, a second ends at once."""

import contextlib
import queue
import signal
from types import FrameType, TracebackType
from typing import Self

from streams.stop_signals import STOP_SIGNALS, handling


class Stop:
    """Whether the verb was told to stop, for the time of a `with` block in the main thread."""

    def __init__(self) -> None:
        # Unlike an event, this queue may be filled in a signal handler while the same thread waits for it.
        self._told: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.signal: signal.Signals | None = None
        self._handling = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._handling.enter_context(handling(STOP_SIGNALS, self._on_signal))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handling.close()

    def is_set(self) -> bool:
        """Return whether the verb was told to stop."""
        return self.signal is not None

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds, or until told to stop, and return whether it was."""
        if timeout > 0 and not self.is_set():
            with contextlib.suppress(queue.Empty):
                self._told.get(timeout=timeout)
        return self.is_set()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.signal = signal.Signals(number)
        self._told.put(number)
        self._handling.close()  # a second signal does what it did before
