"""When most articles fail, it is not the articles."""

from collections.abc import Sequence

import pytest

from streams.records.outcome import Outcome, Rejected
from streams.records.rejection import RejectReason, Stage
from streams.worker.breaker import FIRST_FAILURES, Breaker, BreakerOpenError
from tests.streams.worker.records import tagged

UNEXPECTED = Rejected(Stage.TAG, RejectReason.UNEXPECTED, "ValueError", "broken")
FORESEEN = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "not JSON")


def opens(breaker: Breaker, outcomes: Sequence[Outcome]) -> bool:
    """Return whether a breaker that sees these outcomes stops the worker."""
    try:
        breaker.watch(outcomes)
    except BreakerOpenError:
        return True
    return False


def test_a_majority_of_unforeseen_failures_opens_it() -> None:
    """More than half of the window failing for no known reason stops the worker."""
    breaker = Breaker(window_records=10)
    breaker.watch([tagged()] * 4)

    with pytest.raises(BreakerOpenError, match="6 of the last 10 records"):
        breaker.watch([UNEXPECTED] * 6)


def test_half_is_no_majority() -> None:
    """Half of the window failing does not stop the worker; one more does."""
    breaker = Breaker(window_records=10)
    breaker.watch([tagged(), UNEXPECTED] * 10)

    with pytest.raises(BreakerOpenError, match="6 of the last 10 records"):
        breaker.watch([UNEXPECTED, UNEXPECTED])


def test_bad_articles_never_open_it() -> None:
    """However many articles are at fault themselves, the worker goes on."""
    assert not opens(Breaker(window_records=10), [FORESEEN] * 10_000)


def test_few_records_say_nothing() -> None:
    """A few strange articles are dead letters, also when they are the first that a worker sees."""
    breaker = Breaker()

    assert not opens(breaker, [UNEXPECTED] * (FIRST_FAILURES - 1))
    assert not opens(breaker, [tagged(), *[UNEXPECTED] * FIRST_FAILURES])


def test_a_worker_that_is_broken_from_its_start_opens_it() -> None:
    """A worker that fails on its first articles stops long before a window is full, whatever else it rejects."""
    breaker = Breaker()
    breaker.watch([UNEXPECTED, FORESEEN] * (FIRST_FAILURES - 1))

    with pytest.raises(BreakerOpenError, match="failed unexpectedly"):
        breaker.watch([UNEXPECTED])


def test_old_failures_are_forgotten() -> None:
    """Failures that have left the window do not count."""
    breaker = Breaker(window_records=10)
    breaker.watch([UNEXPECTED] * 5 + [tagged()] * 5)

    assert not any(opens(breaker, [tagged(), UNEXPECTED]) for _ in range(10))
