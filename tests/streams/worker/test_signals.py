"""SIGTERM, SIGINT and SIGHUP, sent to this very process."""

import asyncio
import signal
from typing import NoReturn

import pytest

from streams.stop_signals import handling
from streams.worker.signals import Signals, StoppedEarly


class ExitedError(Exception):
    """The process would have terminated here."""


def exit_process(code: int) -> NoReturn:
    """Raise in place of terminating the process."""
    raise ExitedError(code)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_first_signal_requests_a_stop(number: signal.Signals) -> None:
    """The first signal requests a stop."""

    async def story() -> None:
        with Signals(exit_process) as signals:
            signal.raise_signal(number)
            async with asyncio.timeout(10):
                assert await signals.stopped.wait()

    asyncio.run(story())


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    """Under `nohup`, which ignores SIGHUP, the end of the terminal does not stop a worker."""

    async def story() -> None:
        with Signals(exit_process) as signals:
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)
            assert not signals.stopped.is_set()

    with handling([signal.SIGHUP], signal.SIG_IGN):
        asyncio.run(story())


def test_the_second_signal_ends_the_process() -> None:
    """A second signal terminates the process with 70, immediately."""
    codes = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        def note(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
            codes.append(context["exception"].args)  # type: ignore[attr-defined]
            ended.set()

        loop.set_exception_handler(note)
        with Signals(exit_process):
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            await ended.wait()

    asyncio.run(story())

    assert codes == [(70,)]


def test_work_without_a_signal_is_not_affected() -> None:
    """Work that ends before any signal returns its result."""

    async def work() -> int:
        return 7

    async def story() -> int:
        with Signals(exit_process) as signals:
            return await signals.unless_stopped(work())

    assert asyncio.run(story()) == 7


def test_a_signal_ends_the_wait_for_work() -> None:
    """Work in progress is cancelled when a signal arrives."""

    async def story() -> None:
        with Signals(exit_process) as signals:
            asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGTERM)
            await signals.unless_stopped(asyncio.Event().wait())

    with pytest.raises(StoppedEarly):
        asyncio.run(story())
