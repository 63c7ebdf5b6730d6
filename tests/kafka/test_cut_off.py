"""One worker is cut off from the broker while the other goes on."""

import json
from typing import Any

import pytest

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, Worker, eventually
from tests.broker.relay import Relay

ARTICLES = 300
SLOW_MS = 10
RECOVERY_SECONDS = 40.0


@pytest.fixture
def relayed(relay: Relay) -> dict[str, Any]:
    """Return the flags of a worker that comes by the relay; everybody else goes past it."""
    return {"kafka__bootstrap_servers": relay.address, "kafka__request_timeout_seconds": 5.0}


def partitions(worker: Worker) -> int | None:
    """Return how many partitions a worker reads."""
    number: int | None = json.loads(worker.get("/healthz")[1])["partitions"]
    return number


def share_work(cut_off: Worker, other: Worker, ledger: Ledger) -> None:
    """Wait until both workers have tagged some of what is sent to them."""
    eventually(lambda: partitions(cut_off) == partitions(other) == 1, "each worker reads a partition")
    ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
    eventually(
        lambda: all(worker.count("copytaster_records_tagged_total") > 0 for worker in (cut_off, other)),
        "both have tagged some",
    )


def test_a_worker_that_is_cut_off_comes_back(
    relayed: dict[str, Any], newsroom: Newsroom, relay: Relay, ledger: Ledger
) -> None:
    """The partition of a worker that is cut off moves to the other; it joins again, and late copies are equal."""
    with newsroom.worker(kafka__wait_seconds=60, **relayed) as cut_off, newsroom.worker() as other:
        share_work(cut_off, other, ledger)
        relay.swallow()
        eventually(lambda: partitions(other) == 2, "the other reads both partitions")
        ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: cut_off.get("/readyz")[0] == 503, "who is cut off is not ready")
        assert (cut_off.get("/livez")[0], other.get("/readyz")[0]) == (200, 200)
        relay.heal()
        eventually(lambda: cut_off.get("/readyz")[0] == 200, "who was cut off is ready")
        ledger.send(*(article(number) for number in range(ARTICLES, ARTICLES + 40)))
        account = ledger.settle(RECOVERY_SECONDS)
        tagged = sum(each.count("copytaster_records_tagged_total") for each in (cut_off, other))

    assert (account.sent, account.missing) == (ARTICLES + 40, 0)
    assert account.sent <= tagged <= account.sent + account.duplicates


def test_a_worker_that_stays_cut_off_ends(
    relayed: dict[str, Any], newsroom: Newsroom, relay: Relay, ledger: Ledger
) -> None:
    """A worker that is cut off for longer than it was told to wait exits 75; the other has done its work meanwhile."""
    with newsroom.worker(kafka__wait_seconds=5, **relayed) as cut_off, newsroom.worker() as other:
        share_work(cut_off, other, ledger)
        relay.swallow()
        assert cut_off.exit_code() == 75
        account = ledger.settle(RECOVERY_SECONDS)
        assert other.get("/readyz")[0] == 200

    assert (account.sent, account.missing) == (ARTICLES, 0)
