"""Tests of verbs that are told to stop."""

import signal

import pytest

from streams.cli.stopping import Stop
from streams.stop_signals import STOP_SIGNALS


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_the_first_signal_asks(number: signal.Signals) -> None:
    """A signal is noted and interrupts nothing; waiting ends at once."""
    with Stop() as stop:
        assert not stop.is_set()
        assert not stop.wait(0.001)
        signal.raise_signal(number)

        assert stop.is_set()
        assert stop.wait(3600)
        assert stop.signal is number


def test_a_second_signal_ends_at_once() -> None:
    """After the first Ctrl-C a second is what it always is."""
    with Stop() as stop:
        signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert stop.is_set()


def test_signals_are_given_back() -> None:
    """After the block signals do what they did before."""
    before = [signal.getsignal(each) for each in STOP_SIGNALS]

    with Stop():
        assert [signal.getsignal(each) for each in STOP_SIGNALS] != before

    assert [signal.getsignal(each) for each in STOP_SIGNALS] == before
