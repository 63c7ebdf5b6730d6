"""Progress of a long task, reported to a callable, so that neither training nor evaluation knows of a terminal."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the name of a step, how many parts of it are done, and how many there are."""


def silent(_step: str, _done: int, _parts: int) -> None:
    """Report nothing."""
