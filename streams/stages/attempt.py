"""Attempt: runs one step on one item, and turns an exception into a rejection of the record.

This is the one place where any exception at all becomes a dead letter.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from streams.records.outcome import Rejected
from streams.records.rejection import PayloadError, RejectReason, Stage

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def attempt(stage: Stage, step: Callable[[Item], Answer], item: Item) -> Answer | Rejected:
    """Return the step's answer for the item, or the rejection that its exception means.

    Examples
    --------
    >>> attempt(Stage.DECODE, int, "12")
    12
    """
    try:
        return step(item)
    except Exception as error:  # noqa: BLE001  # see the module's docstring
        return rejected(stage, error)


def rejected(stage: Stage, error: Exception) -> Rejected:
    """Return the rejection that an exception means; an unexpected exception is logged with its traceback."""
    name = type(error).__name__
    if isinstance(error, PayloadError):
        return Rejected(error.stage, error.reason, name, str(error))
    reason = RejectReason.OUT_OF_MEMORY if isinstance(error, MemoryError) else RejectReason.UNEXPECTED
    logger.error("a record fails in stage %s and is rejected as %s", stage, reason, exc_info=error)
    return Rejected(stage, reason, name, _message(error))


def _message(error: Exception) -> str:
    """Return the exception's message; a foreign exception's own `__str__` may fail, which must not cost the batch."""
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001  # as above
        return f"the exception has no message: its __str__ raises {type(second).__name__}"
