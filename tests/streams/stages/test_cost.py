"""CPU time of the records of a batch: measured by record, and limited by record even where a call takes several."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.cost import GROUP_SHARE, MAX_GROUP_CHARS, UNLIMITED, Meter, OverBudgetError

Answer = TypeVar("Answer")
BUDGET = 2.0


class ScriptedLimiter:
    """Interrupts the calls that hold a slow text, and keeps what each call was allowed."""

    def __init__(self) -> None:
        self.allowed: list[float] = []

    def seconds_for(self, value_bytes: int) -> float:
        """Return the same budget for all."""
        del value_bytes
        return BUDGET

    def run(self, step: Callable[[], Answer], seconds: float) -> Answer:
        """Run the step."""
        self.allowed.append(seconds)
        return step()


def upper(texts: Sequence[str]) -> list[str]:
    """Return texts in capitals; a slow one is over any budget."""
    if any("slow" in text for text in texts):
        raise OverBudgetError
    if any("bad" in text for text in texts):
        raise ValueError
    return [text.upper() for text in texts]


def records(texts: Sequence[str]) -> list[RawRecord]:
    """Return a record for each text."""
    return [RawRecord(Origin("raw", 0, number), None, text.encode()) for number, text in enumerate(texts)]


def together(texts: Sequence[str], limiter: ScriptedLimiter) -> dict[int, str | Rejected]:
    """Return the answers of a step that takes several texts in one call."""
    return Meter(records(texts), limiter).attempt_together(Stage.TAG, upper, dict(enumerate(texts)), len)


def reason(answer: str | Rejected) -> RejectReason | None:
    """Return why a text was rejected, if it was."""
    return answer.reason if isinstance(answer, Rejected) else None


@given(st.lists(st.sampled_from(["fine", "slow", "bad", "x" * 40_000, "slow" * 20_000]), max_size=8))
def test_each_text_has_its_own_answer(texts: list[str]) -> None:
    """Whatever shares a call with it, a text gets its own answer: a slow or a bad one is rejected, any other is not."""
    answers = together(texts, ScriptedLimiter())

    expected = {"s": RejectReason.TOO_SLOW, "b": RejectReason.UNEXPECTED}
    assert [reason(answers[position]) for position in range(len(texts))] == [expected.get(text[0]) for text in texts]
    assert all(answers[position] == text.upper() for position, text in enumerate(texts) if text[0] in "fx")


def test_a_call_with_several_texts_has_a_part_of_a_budget() -> None:
    """A call with several texts may take a part of the budget of one, and then each text is processed alone."""
    limiter = ScriptedLimiter()

    together(["fine", "slow", "good"], limiter)

    assert limiter.allowed == pytest.approx([BUDGET * GROUP_SHARE, BUDGET, BUDGET, BUDGET], abs=0.1)


def test_large_texts_do_not_share_a_call() -> None:
    """The texts of one call are bounded together; a larger one is processed alone."""
    limiter = ScriptedLimiter()

    together(["x" * (MAX_GROUP_CHARS + 1), "y" * MAX_GROUP_CHARS, "z", "z"], limiter)

    assert limiter.allowed == pytest.approx([BUDGET, BUDGET, BUDGET * GROUP_SHARE], abs=0.1)


def test_what_a_record_has_taken_is_not_given_again() -> None:
    """The budget is that of all steps of a record together, and its rejection states the budget and the size."""

    class ExhaustedLimiter(ScriptedLimiter):
        def seconds_for(self, value_bytes: int) -> float:
            return value_bytes * 0.0

    answer = Meter(records(["fine"]), ExhaustedLimiter()).attempt(0, Stage.CLEAN, upper, ["fine"])

    assert answer == Rejected(
        Stage.CLEAN,
        RejectReason.TOO_SLOW,
        "OverBudgetError",
        "processing takes more than 0.0 s of CPU time, the budget of a record of 4 bytes",
    )


def test_the_time_of_each_record_is_measured() -> None:
    """Time is that of the record alone, and the time of a shared call is divided by size; without a limit as well."""
    meter = Meter(records(["a", "b" * 9, "c"]), UNLIMITED)

    meter.attempt_together(Stage.TAG, lambda texts: [sum(range(300_000)) for _ in texts], {0: "a", 1: "b" * 9}, len)

    assert meter.seconds[0] * 9 == pytest.approx(meter.seconds[1])
    assert meter.seconds[0] > 0
    assert meter.seconds[2] == 0
