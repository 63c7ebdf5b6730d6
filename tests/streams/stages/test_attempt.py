"""Where a record becomes an outcome although a step failed on it."""

import logging

import pytest

from streams.records.outcome import Rejected
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.stages.attempt import attempt


def raise_(error: Exception) -> None:
    """Fail with the error that is given."""
    raise error


def test_a_payload_error_keeps_its_stage_and_reason() -> None:
    """A step that rejects says where and why, and that is what stands in the rejection."""
    error = PayloadError(Stage.DECODE, RejectReason.NOT_JSON, "no JSON at byte 3")

    assert attempt(Stage.CLEAN, raise_, error) == Rejected(
        Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON at byte 3"
    )


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("odd")], ids=repr)
def test_an_error_that_nobody_foresaw_is_unexpected_and_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """An unforeseen error rejects the record as unexpected, and its traceback is in the log."""
    with caplog.at_level(logging.ERROR):
        outcome = attempt(Stage.TAG, raise_, error)

    assert outcome == Rejected(Stage.TAG, RejectReason.UNEXPECTED, type(error).__name__, "odd")
    assert caplog.records[0].exc_info is not None


def test_what_is_no_error_leaves_the_program() -> None:
    """A wish to stop is not swallowed."""
    with pytest.raises(KeyboardInterrupt):
        attempt(Stage.TAG, lambda _: (_ for _ in ()).throw(KeyboardInterrupt), None)


def test_memory_that_runs_out_has_a_reason_of_its_own() -> None:
    """A record for which there is no memory is rejected as such."""
    outcome = attempt(Stage.TAG, raise_, MemoryError("odd"))

    assert outcome == Rejected(Stage.TAG, RejectReason.OUT_OF_MEMORY, "MemoryError", "odd")
