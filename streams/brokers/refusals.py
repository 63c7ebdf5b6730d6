"""Refused passwords, which kafka-python 3.0.12 tells its log alone.

While it looks for its first broker it takes a refusal for an absence and tries again until its time is over, and then
says that nobody answers. The exception stands in what it logs meanwhile.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

LOGGER = "kafka.net.manager"


class _Refusals(logging.Handler):
    """Keeps the exceptions of some kinds that are logged."""

    def __init__(self, kinds: tuple[type[Exception], ...]) -> None:
        super().__init__(logging.WARNING)
        self._kinds = kinds
        self.heard: list[Exception] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the record is about, and print nothing."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        self.heard += [each for each in arguments if isinstance(each, self._kinds)]


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
        if refusals.heard:
            raise refusals.heard[-1] from error
        raise
    finally:
        logger.removeHandler(refusals)
        logger.setLevel(level)
        logger.propagate = propagates
