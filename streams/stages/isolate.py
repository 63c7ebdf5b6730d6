"""Isolate: bisects a failing batch down to the single item at fault.

Some steps process a batch in one call and report only that the batch failed. Halving it until single items are left
finds the item at fault in about `log2(n)` more rounds, and every other item gets its answer. Where every item of a
batch of n fails, the step is called 2n - 1 times: bounded, and a sign that the items are not the cause.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def isolate(
    step: Callable[[Sequence[Item]], Sequence[Answer]],
    items: Sequence[Item],
    on_fault: Callable[[Item, Exception], Answer],
) -> list[Answer]:
    """Return one answer for each item, in order: the step's own, or that of `on_fault` for an item at fault.

    A step that returns more or fewer answers than items has failed: they cannot be assigned to items.

    Examples
    --------
    >>> def invert(numbers):
    ...     return [1 / number for number in numbers]
    >>> isolate(invert, [1, 2, 0, 4], lambda number, error: None)
    [1.0, 0.5, None, 0.25]
    """
    if not items:
        return []
    try:
        return _one_each(step(items), items)
    except Exception as error:  # noqa: BLE001  # whatever it is, `on_fault` gets it
        if len(items) == 1:
            return [on_fault(items[0], error)]
    # The exception is released here: its traceback would keep alive what the step had allocated, after a MemoryError
    # for instance.
    middle = len(items) // 2
    return [
        *isolate(step, items[:middle], on_fault),
        *isolate(step, items[middle:], on_fault),
    ]


def _one_each(answers: Sequence[Answer], items: Sequence[Item]) -> list[Answer]:
    if len(answers) != len(items):
        raise ValueError(f"{len(answers)} answers for {len(items)} items")
    return list(answers)
