"""Exceptions become rejections, whatever they are."""

import logging

import pytest

from streams.records.outcome import Rejected
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.stages.attempt import attempt


class UnprintableError(Exception):
    """An exception that fails when its message is read."""

    def __str__(self) -> str:
        raise ValueError


def raise_(error: Exception) -> None:
    """Raise the exception that is given."""
    raise error


def test_a_payload_error_keeps_its_stage_and_reason() -> None:
    """A step that rejects the record names stage and reason, and the rejection has both."""
    error = PayloadError(Stage.DECODE, RejectReason.NOT_JSON, "no JSON at byte 3")

    assert attempt(Stage.CLEAN, raise_, error) == Rejected(
        Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON at byte 3"
    )


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("odd")], ids=repr)
def test_an_unexpected_error_is_rejected_and_logged(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception rejects the record as unexpected, and its traceback is in the log."""
    with caplog.at_level(logging.ERROR):
        outcome = attempt(Stage.TAG, raise_, error)

    assert outcome == Rejected(Stage.TAG, RejectReason.UNEXPECTED, type(error).__name__, "odd")
    assert caplog.records[0].exc_info is not None


def test_an_exit_is_not_caught() -> None:
    """An exception that asks the program to stop passes through."""
    with pytest.raises(KeyboardInterrupt):
        attempt(Stage.TAG, lambda _: (_ for _ in ()).throw(KeyboardInterrupt), None)


def test_a_memory_error_has_a_reason_of_its_own() -> None:
    """A record for which there is no memory is rejected as out of memory."""
    outcome = attempt(Stage.TAG, raise_, MemoryError("odd"))

    assert outcome == Rejected(Stage.TAG, RejectReason.OUT_OF_MEMORY, "MemoryError", "odd")


def test_an_error_without_a_message_is_rejected() -> None:
    """An exception whose message cannot be read rejects its record, and the message names the cause."""
    outcome = attempt(Stage.TAG, raise_, UnprintableError())

    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.error) == (RejectReason.UNEXPECTED, "UnprintableError")
    assert "ValueError" in outcome.message
