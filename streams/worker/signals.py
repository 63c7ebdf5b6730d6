"""Stop signals of a worker: the first requests an orderly stop, the second terminates the process immediately."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from streams.exit_codes import INTERNAL_FAULT, ExitProcess
from streams.stop_signals import TERMINAL_SIGNALS

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class StoppedEarly(Exception):  # noqa: N818  # not an error
    """A stop signal arrived before the worker had started."""


class Signals:
    """Handles stop signals for the time of a `with` block, inside a running event loop.

    Parameters
    ----------
    exit_process
        Terminates the process immediately with an exit code.
    """

    def __init__(self, exit_process: ExitProcess) -> None:
        self.stopped = asyncio.Event()
        self._exit_process = exit_process

    def __enter__(self) -> Self:
        # `nohup` ignores the signal of a terminal that closes, and expects that to stay.
        self._handled = [each for each in TERMINAL_SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
        for number in self._handled:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number in self._handled:
            asyncio.get_running_loop().remove_signal_handler(number)

    async def unless_stopped(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Return what the work returns.

        Raises
        ------
        StoppedEarly
            If a signal arrives first; the work is cancelled then.
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
            logger.critical("terminates immediately, on the second signal; unfinished work stays uncommitted")
            self._exit_process(INTERNAL_FAULT)
        self.stopped.set()
