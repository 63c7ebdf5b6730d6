"""Refusals that a client tells its log alone."""

import logging

import pytest

from streams.brokers.refusals import LOGGER, refusals_raised


class RefusedError(Exception):
    """What counts as a refusal here."""


def connect(outcome: Exception) -> None:
    """Behave like a client that logs what happened, tries again, and says in the end that its time is over."""
    with refusals_raised((RefusedError,)):
        logging.getLogger(LOGGER).warning("connection to %s failed: %s", "broker", outcome)
        raise TimeoutError


def test_a_refusal_in_the_log_is_raised() -> None:
    """Where a refusal was logged, it is raised in place of what the client raises."""
    with pytest.raises(RefusedError, match="wrong password"):
        connect(RefusedError("wrong password"))


def test_other_errors_are_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing was refused, what the client raises leaves the block, and its log is as it was."""
    before = (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers[:])

    with pytest.raises(TimeoutError):
        connect(OSError("away"))

    assert (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers) == before
    assert not caplog.records
