"""Handlers of stop signals for the time of a block."""

import signal
from types import FrameType

import pytest

from streams.stop_signals import STOP_SIGNALS, TERMINAL_SIGNALS, handling


@pytest.mark.parametrize("number", TERMINAL_SIGNALS)
def test_a_signal_reaches_the_handler(number: signal.Signals) -> None:
    """Inside the block a signal calls the handler."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        received.append(number)

    with handling(TERMINAL_SIGNALS, note):
        signal.raise_signal(number)

    assert received == [number]


def test_blocks_may_be_nested() -> None:
    """The end of each block restores the handlers that were there at its beginning."""
    outside = [signal.getsignal(each) for each in STOP_SIGNALS]

    with handling(STOP_SIGNALS, signal.SIG_DFL):
        with handling(STOP_SIGNALS, signal.SIG_IGN):
            assert {signal.getsignal(each) for each in STOP_SIGNALS} == {signal.SIG_IGN}
        assert {signal.getsignal(each) for each in STOP_SIGNALS} == {signal.SIG_DFL}

    assert [signal.getsignal(each) for each in STOP_SIGNALS] == outside
