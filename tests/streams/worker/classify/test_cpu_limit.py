"""The CPU time of an article is limited: at a safe point where there is one, by the end of the process otherwise."""

import logging
import signal
import time
from functools import partial

import pytest

from classifiers.cleaning.rules import CompiledRule, Rule, Scope
from streams.records.rejection import Stage
from streams.settings.schema import WorkerSettings
from streams.stages.attempt import attempt
from streams.stages.cost import OverBudgetError
from streams.worker.classify.cpu_limit import TICK_SECONDS, CpuLimiter

LINE = "a" * 60 + "b"
SLOW = CompiledRule(Rule("slow", "", Scope.LINE, ("a",), "(a+)+", "a", "b"), "(a+)+")
"""A rule whose pattern backtracks for years over the line; rules of a file are refused for less."""

SECONDS = 0.1


def limiter(**budget: float) -> CpuLimiter:
    """Return a limiter with a short budget."""
    return CpuLimiter(WorkerSettings.model_validate({"article_cpu_seconds": SECONDS, **budget}))


def test_the_budget_grows_with_the_record() -> None:
    """A record has the budget of the settings and more for each 100,000 bytes of its value."""
    default = CpuLimiter(WorkerSettings())

    assert [default.seconds_for(size) for size in (0, 100_000, 1_000_000)] == pytest.approx([2.0, 2.5, 7.0])


def test_a_slow_step_is_interrupted() -> None:
    """A step whose regular expression backtracks endlessly is over soon after its limit, and the next one runs."""
    limited = limiter()
    start = time.thread_time()

    with limited.ticking():
        with pytest.raises(OverBudgetError):
            limited.run(partial(attempt, Stage.CLEAN, SLOW.apply, LINE), SECONDS)
        spent = time.thread_time() - start
        assert limited.run(partial(SLOW.apply, "b"), SECONDS) == "b"

    assert SECONDS <= spent < SECONDS + 10 * TICK_SECONDS


def test_a_step_within_its_limit_is_left_alone() -> None:
    """However many steps a batch has, none is interrupted that keeps its own limit."""
    limited = limiter()
    end = time.thread_time() + 2 * SECONDS

    with limited.ticking():
        while time.thread_time() < end:
            assert limited.run(partial(SLOW.apply, "b" * 600), SECONDS) == "b" * 600


@pytest.mark.parametrize("where", ["library", "logging"])
def test_other_code_is_not_interrupted(where: str, caplog: pytest.LogCaptureFixture) -> None:
    """Code that may keep something between two articles runs to its end: libraries, logging, and whatever they call."""

    def step() -> str:
        return SLOW.apply("b" * 600)

    def repeat() -> int:
        count = 0
        end = time.thread_time() + 4 * TICK_SECONDS
        while time.thread_time() < end:
            if where == "logging":
                logging.getLogger("library").warning("%d", count)
            count += bool(step())
        return count

    limited = limiter()
    with limited.ticking():
        assert limited.run(repeat, TICK_SECONDS) > 0
    assert bool(caplog.records) == (where == "logging")


def test_nothing_ticks_between_batches() -> None:
    """After a batch no timer runs, and the signal has its former meaning."""
    before = signal.getsignal(signal.SIGPROF)

    with limiter().ticking():
        assert signal.getitimer(signal.ITIMER_PROF)[1] == pytest.approx(TICK_SECONDS, abs=0.01)

    assert signal.getsignal(signal.SIGPROF) == before
    assert [signal.getitimer(timer) for timer in (signal.ITIMER_PROF, signal.ITIMER_VIRTUAL)] == [(0.0, 0.0)] * 2
