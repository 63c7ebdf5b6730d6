"""SIGTERM, SIGINT and SIGHUP: in mid-batch, while the broker is away, and twice in a row.

An exit code of 0 says that a worker has stopped within the time that it has for it, 75 that it knew why it could not.
"""

import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.broker.ledger import Account, Ledger, article
from tests.broker.newsroom import Logged, Newsroom, eventually
from tests.broker.relay import Relay

PORTION = 100
SLOW_MS = 20
"""100 articles of 20 ms are 2 s of work in 7 batches: time enough to meet a worker in the middle of one."""

RECOVERY_SECONDS = 40.0
QUICK: dict[str, Any] = {"kafka__request_timeout_seconds": 2.0, "worker__shutdown_seconds": 8.0}
"""How long a request and a stop may take; the defaults of 20 and 30 s would only make the tests longer."""

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
OUTAGES = [(signal.SIGTERM, Relay.refuse), (signal.SIGINT, Relay.swallow)]

Fault = Callable[[Relay], None]


@pytest.fixture
def newsroom(relayed: Newsroom) -> Newsroom:
    """Return Kafka topics whose workers come by the relay."""
    return relayed


def send_work(ledger: Ledger) -> None:
    """Send articles that keep a worker busy."""
    ledger.send(*(article(len(ledger.sent) + each, SLOW_MS) for each in range(PORTION)))


def wait_for_work(ledger: Ledger) -> None:
    """Wait until a worker has begun with what is left."""
    ledger.wait_for(len(ledger.outcomes()) + 1)


def require_nothing_lost(newsroom: Newsroom, ledger: Ledger, stops: int) -> Account:
    """Return the account when another worker has finished; fail where something is lost."""
    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)
    assert (account.sent, account.missing) == (PORTION * stops, 0)
    return account


def test_in_mid_batch(newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker that is stopped in mid-batch finishes and commits it: nothing is repeated."""
    for number in SIGNALS:
        send_work(ledger)
        with newsroom.worker(**QUICK) as worker:
            wait_for_work(ledger)
            worker.signal(number)
            assert worker.exit_code() == 0
        assert ledger.committed_unpublished() == []

    assert require_nothing_lost(newsroom, ledger, len(SIGNALS)).duplicates == 0


def test_in_an_outage(newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker that is stopped while its broker is away exits 75 when its grace period is over."""
    for number, fault in OUTAGES:
        send_work(ledger)
        with newsroom.worker(**QUICK) as worker:
            wait_for_work(ledger)
            fault(relay)
            worker.signal(number)
            worker.says(Logged.STOPS)
            assert (worker.get("/livez")[0], worker.get("/readyz")[0]) == (200, 503)
            assert worker.exit_code() == 75
        relay.heal()
        assert ledger.committed_unpublished() == []

    require_nothing_lost(newsroom, ledger, len(OUTAGES))


def test_idle_in_an_outage(newsroom: Newsroom, relay: Relay) -> None:
    """A worker with no batch in progress stops with 0 though its broker is away."""
    with newsroom.worker(**QUICK) as worker:
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
        relay.refuse()
        worker.says(Logged.UNANSWERED)
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0


@pytest.mark.parametrize(("number", "fault"), OUTAGES, ids=["refuses", "hangs"])
def test_before_the_start(number: signal.Signals, fault: Fault, newsroom: Newsroom, relay: Relay) -> None:
    """A worker that is stopped while it waits for its broker exits 0."""
    fault(relay)
    with newsroom.worker(kafka__wait_seconds=600, **QUICK) as worker:
        worker.says(Logged.WAITS)
        worker.signal(number)
        assert worker.exit_code() == 0


def test_twice_in_a_row(newsroom: Newsroom, ledger: Ledger) -> None:
    """The second signal ends a worker at once with 70; what is unfinished is not committed."""
    for number in SIGNALS:
        send_work(ledger)
        with newsroom.worker(worker__batch_size=PORTION // 2) as worker:  # a second of work at a time
            wait_for_work(ledger)
            worker.signal(number)
            worker.says(Logged.STOPS)
            worker.signal(number)
            assert worker.exit_code() == 70
            assert worker.says(Logged.TERMINATES)
        assert ledger.committed_unpublished() == []

    require_nothing_lost(newsroom, ledger, len(SIGNALS))
