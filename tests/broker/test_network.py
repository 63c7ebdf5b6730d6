"""The network between a worker and its broker: away, dead, cut again and again, slow, narrow.

The worker comes by a relay. On Apache Kafka the tools and the independent reader do not; the embedded broker knows one
address alone, so that there everybody comes by it.
"""

import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.broker.ledger import Account, Ledger, article
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually
from tests.broker.relay import Relay

ARTICLES = 200
SLOW_MS = 5
CUTS = 5
RECOVERY_SECONDS = 60.0
REQUEST_SECONDS = 4.0
"""How long a request may go unanswered; the default of 20 s would only make the tests longer."""

QUICK: dict[str, Any] = {"kafka__request_timeout_seconds": REQUEST_SECONDS}
PADDING = b" Padding." * 400
"""3.6 kB, the length of an article of a news feed."""

Fault = Callable[[Relay], None]


@pytest.fixture
def newsroom(relayed: Newsroom) -> Newsroom:
    """Return Kafka topics whose workers come by the relay."""
    return relayed


def slow_articles(count: int = ARTICLES) -> list[tuple[bytes, bytes]]:
    """Return raw records that are a second of work and more together."""
    return [article(number, SLOW_MS) for number in range(count)]


def require_metrics(worker: Worker, account: Account) -> None:
    """Fail where a worker that has lived all along counts otherwise than the topics do.

    The client may send a record twice whose acknowledgement was lost; it counts once.
    """
    counted = worker.count("copytaster_records_in_total")
    assert account.sent <= counted <= account.sent + account.duplicates
    assert worker.count("copytaster_records_tagged_total") == counted


def require_good_end(worker: Worker, account: Account) -> None:
    """Fail where a worker has not come through as if nothing had been."""
    require_metrics(worker, account)
    eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
    worker.signal(signal.SIGTERM)
    assert worker.exit_code() == 0


@pytest.mark.parametrize("fault", [Relay.refuse, Relay.swallow], ids=["refuses", "hangs"])
def test_away_at_the_start(fault: Fault, newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose broker is away at the start is alive and not ready, and goes to work when it comes."""
    ledger.send(*slow_articles())
    fault(relay)
    with newsroom.worker(kafka__wait_seconds=60, **QUICK) as worker:
        worker.says(Logged.WAITS)
        assert (worker.get("/livez")[0], worker.get("/readyz")[0]) == (200, 503)
        relay.heal()
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
        require_good_end(worker, account)


@pytest.mark.parametrize("fault", [Relay.refuse, Relay.swallow], ids=["refuses", "hangs"])
def test_away_at_the_start_for_too_long(fault: Fault, newsroom: Newsroom, relay: Relay) -> None:
    """A worker whose broker is away at the start for longer than `kafka.wait_seconds` exits 75."""
    fault(relay)
    with newsroom.worker(kafka__wait_seconds=3, **QUICK) as worker:
        assert worker.exit_code() == 75


def test_hangs_in_mid_work(newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose broker stops answering, connections open, is alive and not ready, and resumes when it answers."""
    with newsroom.worker(kafka__wait_seconds=60, **QUICK) as worker:
        worker.ready()
        ledger.send(*slow_articles())
        ledger.wait_for(ARTICLES // 5)
        relay.swallow()
        eventually(lambda: worker.get("/readyz")[0] == 503, "the worker is not ready")
        assert worker.get("/livez")[0] == 200
        relay.heal()
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (ARTICLES, 0)
        require_good_end(worker, account)


def test_hangs_in_mid_work_for_too_long(newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose broker stops answering for longer than `kafka.wait_seconds` exits 75; the next one finishes."""
    ledger.send(*slow_articles())
    with newsroom.worker(kafka__wait_seconds=4, **QUICK) as worker:
        ledger.wait_for(ARTICLES // 5)
        relay.swallow()
        assert worker.exit_code() == 75
    relay.heal()
    with newsroom.worker(**QUICK):
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing) == (ARTICLES, 0)


def test_stalled_work_makes_a_worker_dead(newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose articles are stuck is not ready, and for longer than they may be, dead to its orchestrator."""
    with newsroom.worker(kafka__wait_seconds=60, worker__stall_seconds=2, **QUICK) as worker:
        worker.ready()
        ledger.send(*slow_articles())
        ledger.wait_for(ARTICLES // 5)
        relay.swallow()
        eventually(lambda: "a record is unacknowledged" in worker.get("/readyz")[1], "the worker is not ready")
        eventually(lambda: worker.get("/livez")[0] == 503, "the worker is dead")
        assert worker.count("copytaster_oldest_work_seconds") >= 2
        relay.heal()
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (ARTICLES, 0)
        require_good_end(worker, account)


def test_cut_again_and_again(newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose connections are all cut in mid-work, again and again, continues on new ones."""
    with newsroom.worker(kafka__wait_seconds=60, **QUICK) as worker:
        worker.ready()
        for cut in range(1, CUTS + 1):
            ledger.send(*(article(number, SLOW_MS) for number in range(50 * cut - 50, 50 * cut)))
            ledger.wait_for(50 * cut - 25)
            relay.drop()
            assert worker.get("/livez")[0] == 200
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (50 * CUTS, 0)
        require_good_end(worker, account)


def slow(relay: Relay) -> None:
    """Make the way as long as one around the Earth: 150 ms in each direction."""
    relay.latency_seconds = 0.15


def narrow(relay: Relay) -> None:
    """Let 200 kB/s through: the articles and their outputs are more than a megabyte."""
    relay.bytes_per_second = 200_000


@pytest.mark.parametrize("fault", [slow, narrow])
def test_a_bad_link(fault: Fault, newsroom: Newsroom, relay: Relay, ledger: Ledger) -> None:
    """A worker whose link becomes slow or narrow in mid-work stays ready, and loses and repeats nothing."""
    articles = [(key, value.replace(b". slow", PADDING + b" slow")) for key, value in slow_articles(120)]
    with newsroom.worker(**QUICK) as worker:
        worker.ready()
        ledger.send(*articles[:40])
        ledger.wait_for(20)
        fault(relay)
        ledger.send(*articles[40:])
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing, account.duplicates) == (len(articles), 0, 0)
        require_good_end(worker, account)
