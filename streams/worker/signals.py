"""SIGTERM and SIGINT: the first asks for a stop in good order, the second ends the process at once."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from streams.exit_codes import INTERNAL_FAULT, ExitProcess

SIGNALS = (signal.SIGTERM, signal.SIGINT)

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class StoppedEarly(Exception):  # noqa: N818  # not an error
    """The worker was told to stop before it had started."""


class Signals:
    """Listens for the time of a `with` block, inside a running event loop.

    Parameters
    ----------
    die
        Ends the process with an exit code at once.
    """

    def __init__(self, die: ExitProcess) -> None:
        self.stopped = asyncio.Event()
        self._die = die

    def __enter__(self) -> Self:
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number in SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)

    async def unless_stopped(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Return what the work returns.

        Raises
        ------
        StoppedEarly
            If a signal comes first; the work is cancelled then.
        """
        working = asyncio.create_task(work)
        stopped = asyncio.create_task(self.stopped.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if working.done():
            return working.result()
        working.cancel()
        raise StoppedEarly

    def _on_signal(self) -> None:
        if self.stopped.is_set():
            logger.critical("ends at once, on the second signal; what is unfinished stays uncommitted")
            self._die(INTERNAL_FAULT)
        self.stopped.set()
