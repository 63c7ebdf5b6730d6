"""Where a record becomes an outcome although a step failed on it."""

import logging
from collections.abc import Callable
from typing import TypeVar

from streams.records.outcome import Rejected
from streams.records.rejection import PayloadError, RejectReason, Stage

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def attempt(stage: Stage, step: Callable[[Item], Answer], item: Item) -> Answer | Rejected:
    """Return what the step makes of the item, or why it can never make anything of it.

    Examples
    --------
    >>> attempt(Stage.DECODE, int, "12")
    12
    """
    try:
        return step(item)
    except Exception as error:  # noqa: BLE001  # the one place where anything at all becomes a dead letter
        return rejected(stage, error)


def rejected(stage: Stage, error: Exception) -> Rejected:
    """Return the rejection that an error means; an error that nobody foresaw is logged with its traceback."""
    name = type(error).__name__
    if isinstance(error, PayloadError):
        return Rejected(error.stage, error.reason, name, str(error))
    reason = RejectReason.OUT_OF_MEMORY if isinstance(error, MemoryError) else RejectReason.UNEXPECTED
    logger.error("a record fails in stage %s and is rejected as %s", stage, reason, exc_info=error)
    return Rejected(stage, reason, name, str(error))
