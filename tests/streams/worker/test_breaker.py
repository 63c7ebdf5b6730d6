"""The circuit breaker stops the worker when most records fail unexpectedly."""

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from streams.records.outcome import Outcome, Rejected
from streams.records.rejection import RejectReason, Stage
from streams.settings.schema import WorkerSettings
from streams.worker.breaker import Breaker, BreakerOpenError
from tests.streams.worker.records import tagged

UNEXPECTED = Rejected(Stage.TAG, RejectReason.UNEXPECTED, "ValueError", "broken")
EXPECTED = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "not JSON")
FIRST_FAILURES = WorkerSettings().breaker_first_failures


def breaker(window_records: int = 10, first_failures: int = 10, **thresholds: float) -> Breaker:
    """Return a breaker with a short window."""
    counts = {"breaker_window_records": window_records, "breaker_first_failures": first_failures}
    return Breaker(WorkerSettings.model_validate({**counts, **thresholds}))


def of(publisher: str | None, outcomes: Sequence[Outcome]) -> list[tuple[str | None, Outcome]]:
    """Return outcomes of records of one publisher."""
    return [(publisher, outcome) for outcome in outcomes]


def opens(breaker: Breaker, outcomes: Sequence[Outcome], publisher: str | None = "example.org") -> bool:
    """Return whether a breaker opens on these outcomes of one publisher."""
    try:
        breaker.observe(of(publisher, outcomes))
    except BreakerOpenError:
        return True
    return False


def test_a_majority_of_unexpected_failures_opens_it() -> None:
    """More than half of the window failing unexpectedly opens the breaker, and the error has the numbers."""
    half_open = breaker()
    half_open.observe(of("example.org", [tagged()] * 4))

    with pytest.raises(BreakerOpenError, match="6 of the last 10 records"):
        half_open.observe(of("example.org", [UNEXPECTED] * 6))


def test_half_is_no_majority() -> None:
    """Half of the window failing does not open the breaker; one more does."""
    closed = breaker()
    closed.observe(of("example.org", [tagged(), UNEXPECTED] * 10))

    with pytest.raises(BreakerOpenError, match="6 of the last 10 records"):
        closed.observe(of("example.org", [UNEXPECTED, UNEXPECTED]))


@pytest.mark.parametrize(("share", "failures"), [(0.2, 3), (0.8, 9)])
def test_the_share_is_a_setting(share: float, failures: int) -> None:
    """The breaker opens at the first failure beyond the share of the settings."""
    closed = breaker(breaker_max_share=share)
    closed.observe(of("example.org", [tagged()] * 10))

    assert not opens(closed, [UNEXPECTED] * (failures - 1))
    assert opens(closed, [UNEXPECTED])


def test_a_share_of_one_keeps_it_closed() -> None:
    """With a share of 1 no window opens the breaker, however many records fail after the first tagged one."""
    assert not opens(breaker(breaker_max_share=1), [tagged(), *[UNEXPECTED] * 1_000])


def test_bad_articles_never_open_it() -> None:
    """However many articles are at fault themselves, the breaker stays closed."""
    assert not opens(breaker(), [EXPECTED] * 10_000)


def test_few_records_do_not_open_it() -> None:
    """A few strange articles are dead letters, also when they are the first of a worker."""
    closed = Breaker(WorkerSettings())

    assert not opens(closed, [UNEXPECTED] * (FIRST_FAILURES - 1))
    assert not opens(closed, [tagged(), *[UNEXPECTED] * FIRST_FAILURES])


@pytest.mark.parametrize("first_failures", [1, 5, FIRST_FAILURES])
def test_a_worker_that_fails_from_its_start_opens_it(first_failures: int) -> None:
    """Failures before the first tagged article open the breaker long before a window is full."""
    closed = breaker(200, first_failures)
    closed.observe(of("example.org", [UNEXPECTED, EXPECTED] * (first_failures - 1)))

    with pytest.raises(BreakerOpenError, match="failed unexpectedly"):
        closed.observe(of("example.org", [UNEXPECTED]))


def test_old_failures_do_not_count() -> None:
    """Failures that have left the window do not count."""
    closed = breaker()
    closed.observe(of("example.org", [UNEXPECTED] * 5 + [tagged()] * 5))

    assert not any(opens(closed, [tagged(), UNEXPECTED]) for _ in range(10))


def test_more_first_failures_than_the_window_holds_are_refused() -> None:
    """A number of first failures that the window can never count is an error of the settings."""
    with pytest.raises(ValidationError, match="breaker_first_failures must be at most breaker_window_records"):
        breaker(10, 11)


def test_garbage_of_one_publisher_leaves_it_closed() -> None:
    """One publisher whose records all fail never opens the breaker while another one is in the window."""
    closed = breaker()

    assert not any(opens(closed, [tagged()], "fine") or opens(closed, [UNEXPECTED] * 9, "garbage") for _ in range(100))


@pytest.mark.parametrize("publisher", ["example.org", None])
def test_the_only_publisher_opens_it(publisher: str | None) -> None:
    """Where all records are of one publisher, or of none that can be read, its failures open the breaker."""
    assert opens(breaker(), [tagged(), *[UNEXPECTED] * 9], publisher)


def test_failures_of_most_publishers_open_it() -> None:
    """Failures of two publishers of three open the breaker; those of one of three, as many records, do not."""
    two, one = breaker(), breaker()
    one.observe([*of("a", [tagged()]), *of("b", [tagged()]), *of("c", [UNEXPECTED] * 8)])

    with pytest.raises(BreakerOpenError, match="8 of the last 10 records"):
        two.observe(
            [*of("a", [tagged()]), *of("b", [UNEXPECTED] * 4), *of("c", [UNEXPECTED] * 4), *of("a", [tagged()])]
        )


def test_records_at_fault_show_no_other_publisher() -> None:
    """Records that never reached the models do not hide that they fail for the only publisher that did."""
    opened = breaker()
    opened.observe(of("garbage", [EXPECTED] * 4))

    assert opens(opened, [tagged(), *[UNEXPECTED] * 6])


def test_slow_articles_leave_it_closed() -> None:
    """Articles over their budget never open the breaker, however many there are."""
    slow = Rejected(Stage.TAG, RejectReason.TOO_SLOW, "OverBudgetError", "too slow")

    assert not opens(breaker(), [slow] * 10_000)
