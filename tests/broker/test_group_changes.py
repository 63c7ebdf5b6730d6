"""Workers that stand still, join and leave while articles come: the group hands over, and nothing is lost."""

import signal

import pytest

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Logged, Newsroom, eventually
from tests.broker.replacements import CHANGES, RECOVERY_SECONDS, SENT, max_repeated, replace_workers

pytestmark = pytest.mark.smoke


def test_a_frozen_worker_comes_back(newsroom: Newsroom, ledger: Ledger) -> None:
    """What a worker held when it was frozen for longer than its session goes to another; late copies are equal."""
    with newsroom.worker() as frozen:
        frozen.ready()
        ledger.send(*(article(number, slow_ms=10) for number in range(200)))
        ledger.wait_for(40)
        frozen.signal(signal.SIGSTOP)
        with newsroom.worker():
            ledger.settle(RECOVERY_SECONDS)
            frozen.signal(signal.SIGCONT)
            eventually(lambda: len(frozen.logged(Logged.READY)) > 1, "it rejoins")
            ledger.send(*map(article, range(200, 240)))
            account = ledger.settle(RECOVERY_SECONDS)
            eventually(lambda: frozen.get("/readyz")[0] == 200, "the worker is ready")

    assert (account.sent, account.missing) == (240, 0)


def test_workers_join_and_leave(newsroom: Newsroom, ledger: Ledger) -> None:
    """Workers that leave and join again and again hand over: nothing is lost, and nothing repeated.

    One change at a time: what the embedded broker makes of two is in docs/embedded-broker.md, and `tests/kafka` makes
    them meet.
    """
    account = replace_workers(newsroom, ledger, one_at_a_time=True)

    assert (account.sent, account.missing) == (SENT, 0)
    assert account.duplicates <= max_repeated(newsroom, CHANGES)


def test_a_rebalance_makes_unready_and_not_dead(newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker on whose batch the group waits is alive and not ready; afterwards it is ready again."""
    with newsroom.worker() as worker:
        worker.ready()
        with newsroom.worker() as joining:
            joining.says(Logged.CLASSIFIES)
            ledger.send(article(0, slow_ms=4_000))
            eventually(lambda: "the consumer group rebalances" in worker.get("/readyz")[1], "the group rebalances")
            assert worker.get("/livez")[0] == 200
            account = ledger.settle(RECOVERY_SECONDS)
            eventually(lambda: worker.get("/readyz")[0] == joining.get("/readyz")[0] == 200, "both are ready")
            tagged = sum(each.count("copytaster_records_tagged_total") for each in (worker, joining))

    assert (account.sent, account.missing, account.duplicates, tagged) == (1, 0, 0, 1)


def test_a_stop_that_meets_a_rebalance(newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker that is stopped while its group rebalances commits the batch in progress, and exits 0."""
    second_rebalance = "2"
    with newsroom.worker("in_a_rebalance", second_rebalance) as leaving:
        leaving.ready()
        ledger.send(*(article(number, slow_ms=10) for number in range(500)))
        ledger.wait_for(20)
        with newsroom.worker():
            assert leaving.exit_code() == 0
            account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing) == (500, 0)
    assert account.duplicates <= max_repeated(newsroom, 1)
