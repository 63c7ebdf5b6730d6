"""A failing batch, split down to the one item at fault."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.stages.isolate import isolate


class Batch:
    """A step that fails for every batch which holds an item at fault, and remembers how often it was called."""

    def __init__(self, faults: set[int]) -> None:
        self.faults = faults
        self.calls = 0

    def __call__(self, items: Sequence[int]) -> list[str]:
        """Answer for all, or for none."""
        self.calls += 1
        if self.faults & set(items):
            raise RuntimeError("one of these")
        return [f"fine {item}" for item in items]


def give_up(item: int, error: Exception) -> str:
    """Answer for an item at fault."""
    return f"{error} {item}"


@given(st.integers(0, 60), st.sets(st.integers(0, 59)))
def test_only_the_items_at_fault_are_given_up(size: int, faults: set[int]) -> None:
    """Every item has one answer, in order, and only an item at fault has that of the handler."""
    answers = isolate(Batch(faults), range(size), give_up)

    assert answers == [f"one of these {item}" if item in faults else f"fine {item}" for item in range(size)]


def test_a_sound_batch_is_one_call() -> None:
    """A batch without fault costs a single call."""
    batch = Batch(set())
    isolate(batch, range(256), give_up)

    assert batch.calls == 1


def test_one_fault_costs_two_calls_a_halving() -> None:
    """One item at fault among 256 is found with two calls for each of the eight halvings."""
    batch = Batch({77})
    isolate(batch, range(256), give_up)

    assert batch.calls == 1 + 2 * 8


def test_a_batch_of_faults_ends() -> None:
    """Where every item is at fault the number of calls is bounded by 2n - 1."""
    batch = Batch(set(range(64)))
    isolate(batch, range(64), give_up)

    assert batch.calls == 2 * 64 - 1


@pytest.mark.parametrize("keep", [slice(1, None), slice(None, -1)], ids=["without the first", "without the last"])
def test_a_lost_answer_is_a_fault(keep: slice) -> None:
    """A step that loses an answer gives no item that of its neighbour."""

    def forget(items: Sequence[int]) -> list[str]:
        answers = [f"fine {item}" for item in items]
        return answers[keep] if 2 in items else answers

    assert isolate(forget, range(4), give_up) == ["fine 0", "fine 1", "0 answers for 1 items 2", "fine 3"]
