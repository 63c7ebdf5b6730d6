"""Stop signals: which signals ask a process to stop, and handlers for the time of a block."""

import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeAlias

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what supervisors and orchestrators send."""

TERMINAL_SIGNALS = (*STOP_SIGNALS, signal.SIGHUP)
"""The same, and the signal of a terminal that closes."""

Handler: TypeAlias = Callable[[int, FrameType | None], Any] | signal.Handlers
"""A handler as of `signal.signal`."""


@contextmanager
def handling(signals: Collection[signal.Signals], handler: Handler) -> Iterator[None]:
    """Handle signals for the time of a `with` block in the main thread; their handlers are restored afterwards."""
    before = {each: signal.signal(each, handler) for each in signals}
    try:
        yield
    finally:
        for each, previous in before.items():
            signal.signal(each, previous)
