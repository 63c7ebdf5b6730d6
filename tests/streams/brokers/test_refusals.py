"""Tests of refused credentials that a client reports only to its log."""

import logging

import pytest

from streams.brokers.refusals import LOGGER, refusals_raised


class RefusedError(Exception):
    """What counts as a refusal here."""


def connect(outcome: Exception) -> None:
    """Behave like a client that logs a failed connection, retries, and finally raises a timeout."""
    with refusals_raised((RefusedError,)):
        logging.getLogger(LOGGER).warning("connection to %s failed: %s", "broker", outcome)
        raise TimeoutError


def test_a_refusal_in_the_log_is_raised() -> None:
    """A logged refusal is raised in place of the error of the client."""
    refusal = RefusedError("wrong password")

    with pytest.raises(RefusedError) as raised:
        connect(refusal)

    assert raised.value is refusal


def test_other_errors_are_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    """Without a refusal the error of the client leaves the block, and its logger is restored."""
    before = (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers[:])

    with pytest.raises(TimeoutError):
        connect(OSError("away"))

    assert (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers) == before
    assert not caplog.records
