"""Cost: the CPU time of each record of a batch, and the limit that a caller may set to it.

A step that exceeds the limit of its record becomes a rejection of that record, `too_slow`; the other records of the
batch continue. The measuring is done here; how a step is interrupted is the caller's, who passes a `Limiter`.

Some steps process many articles in one call. They get groups of bounded size with a limit that is a part of what its
articles have left. A group that exceeds it is processed again, each article alone with the rest of its own limit, so
that a slow article takes its limit and no more.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.attempt import attempt, rejected
from streams.stages.isolate import isolate

MAX_GROUP_CHARS = 100_000
"""Text of the articles that are processed in one call. Ordinary articles of this size together take 0.01 s, and shapes
that are made to be slow 0.25 s (`tests/cost`)."""

GROUP_SHARE = 1 / 4
"""Part of what an article has left that a call with several articles may take: 0.5 s by default, twice what it takes.
The rest is enough for the article alone."""

MIN_SHARE_LEFT = 1 / 2
"""An article that has less than this part of its limit left is processed alone, or its group would be short of time."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class OverBudgetError(BaseException):
    """A step exceeded its limit; no `Exception`, so that no library on the way handles it as an error of its own."""


class Limiter(Protocol):
    """Limits the CPU time of records."""

    def seconds_for(self, value_bytes: int) -> float:
        """Return the CPU seconds that a record with a value of this length may take, in all of its steps."""

    def run(self, step: Callable[[], Answer], seconds: float) -> Answer:
        """Return the step's answer.

        Raises
        ------
        OverBudgetError
            If the step takes longer than `seconds` of CPU time, and can be interrupted.
        """


class Unlimited:
    """Limits nothing: a step takes as long as it takes."""

    def seconds_for(self, value_bytes: int) -> float:
        """Return infinity."""
        del value_bytes
        return float("inf")

    def run(self, step: Callable[[], Answer], seconds: float) -> Answer:
        """Return the step's answer."""
        del seconds
        return step()


UNLIMITED = Unlimited()


class Meter:
    """Runs steps on the records of one batch, by their positions, and measures the CPU time of each record.

    Parameters
    ----------
    records
        The batch.
    limiter
        Limits the CPU time of each record.
    """

    def __init__(self, records: Sequence[RawRecord], limiter: Limiter) -> None:
        self.seconds = [0.0] * len(records)
        self._sizes = [len(record.value or b"") for record in records]
        self._limits = list(map(limiter.seconds_for, self._sizes))
        self._left = list(self._limits)
        self._limiter = limiter

    def attempt(self, position: int, stage: Stage, step: Callable[[Item], Answer], item: Item) -> Answer | Rejected:
        """Return the step's answer for the item, or the rejection that an error or its limit means."""
        return self._alone(position, stage, partial(attempt, stage, step, item))

    def attempt_together(
        self,
        stage: Stage,
        step: Callable[[Sequence[Item]], Sequence[Answer | Rejected]],
        items: Mapping[int, Item],
        chars: Callable[[Item], int],
    ) -> dict[int, Answer | Rejected]:
        """Return an answer for each item by the position of its record; the step takes several items in one call.

        Parameters
        ----------
        stage
            Where a record is rejected.
        step
            Returns one answer for each item, in order; where it fails, the item at fault is found.
        items
            Items by the position of their records.
        chars
            Returns the size of an item.
        """
        answers: dict[int, Answer | Rejected] = {}
        for group in self._groups({position: chars(item) for position, item in items.items()}):
            run = partial(isolate, step, on_fault=lambda _, error: rejected(stage, error))
            answers |= self._group(stage, run, {position: items[position] for position in group})
        return answers

    def _groups(self, chars: Mapping[int, int]) -> Iterator[list[int]]:
        group: list[int] = []
        group_chars = 0
        for position, size in chars.items():
            is_short_of_time = self._left[position] < MIN_SHARE_LEFT * self._limits[position]
            if is_short_of_time or size > MAX_GROUP_CHARS:
                yield [position]
                continue
            if group and group_chars + size > MAX_GROUP_CHARS:
                yield group
                group, group_chars = [], 0
            group.append(position)
            group_chars += size
        if group:
            yield group

    def _group(
        self,
        stage: Stage,
        run: Callable[[Sequence[Item]], list[Answer | Rejected]],
        items: Mapping[int, Item],
    ) -> dict[int, Answer | Rejected]:
        if len(items) > 1:
            start = time.thread_time()
            try:
                limit = GROUP_SHARE * min(self._left[position] for position in items)
                return dict(zip(items, self._limiter.run(partial(run, list(items.values())), limit), strict=True))
            except OverBudgetError:
                spent = time.thread_time() - start
                for position in items:
                    self._left[position] -= spent  # one of them took it, and the others can do without
            finally:
                self._spread(time.thread_time() - start, items)
        return {position: self._alone(position, stage, partial(_single, run, item)) for position, item in items.items()}

    def _alone(self, position: int, stage: Stage, step: Callable[[], Answer | Rejected]) -> Answer | Rejected:
        start = time.thread_time()
        try:
            answer = self._limiter.run(step, self._left[position])
        except OverBudgetError:
            answer = self._too_slow(position, stage)
        spent = time.thread_time() - start
        self.seconds[position] += spent
        self._left[position] -= spent
        return self._too_slow(position, stage) if self._left[position] < 0 else answer

    def _spread(self, seconds: float, positions: Mapping[int, object]) -> None:
        whole = sum(self._sizes[position] for position in positions) or 1
        for position in positions:
            self.seconds[position] += seconds * self._sizes[position] / whole

    def _too_slow(self, position: int, stage: Stage) -> Rejected:
        message = (
            f"processing takes more than {self._limits[position]:.1f} s of CPU time, the budget of a record of "
            f"{self._sizes[position]} bytes"
        )
        return Rejected(stage, RejectReason.TOO_SLOW, OverBudgetError.__name__, message)


def _single(run: Callable[[Sequence[Item]], list[Answer]], item: Item) -> Answer:
    (answer,) = run([item])
    return answer
