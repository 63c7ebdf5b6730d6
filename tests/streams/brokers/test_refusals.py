"""Refusals that a client tells its log alone."""

import logging

import pytest

from streams.brokers.refusals import LOGGER, refusals_raised


class RefusedError(Exception):
    """What counts as a refusal here."""


def test_a_refusal_in_the_log_is_raised() -> None:
    """Where a refusal was logged, it is raised in place of what the client raises."""
    with pytest.raises(RefusedError, match="wrong password"), refusals_raised((RefusedError,)):  # noqa: PT012  # the log comes first
        logging.getLogger(LOGGER).warning("connection to %s failed: %s", "broker", RefusedError("wrong password"))
        raise TimeoutError


def test_other_errors_are_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing was refused, what the client raises leaves the block, and its log is as it was."""
    before = (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers[:])
    with pytest.raises(TimeoutError), refusals_raised((RefusedError,)):  # noqa: PT012  # as above
        logging.getLogger(LOGGER).warning("connection to %s failed: %s", "broker", OSError("away"))
        raise TimeoutError

    assert (logging.getLogger(LOGGER).level, logging.getLogger(LOGGER).handlers) == before
    assert not caplog.records
