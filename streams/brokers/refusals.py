"""Refused credentials, which kafka-python 3.0.12 reports only to its log.

During bootstrap the client treats a refusal like an absent broker: it retries until its timeout, and then raises that
no broker answers. The exception with the refusal is an argument of what it logs meanwhile.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

LOGGER = "kafka.net.manager"


class _Refusals(logging.Handler):
    """Log handler that collects logged exceptions of some kinds."""

    def __init__(self, kinds: tuple[type[Exception], ...]) -> None:
        super().__init__(logging.WARNING)
        self._kinds = kinds
        self.found: list[Exception] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Collect the exceptions among the record's arguments, and print nothing."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        self.found += [each for each in arguments if isinstance(each, self._kinds)]


@contextmanager
def refusals_raised(kinds: tuple[type[Exception], ...]) -> Iterator[None]:
    """Raise the last refusal that was logged in a `with` block in place of the exception that leaves it, if any.

    Parameters
    ----------
    kinds
        What counts as a refusal.
    """
    logger, refusals = logging.getLogger(LOGGER), _Refusals(kinds)
    level, propagates = logger.level, logger.propagate
    logger.addHandler(refusals)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield
    except Exception as error:
        if refusals.found:
            raise refusals.found[-1] from error
        raise
    finally:
        logger.removeHandler(refusals)
        logger.setLevel(level)
        logger.propagate = propagates
