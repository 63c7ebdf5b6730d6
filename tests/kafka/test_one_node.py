"""A worker whose only broker is restarted, killed, frozen or full: it lives through it, and loses nothing."""

import signal
import sys
from collections.abc import Callable

import pytest

from tests.broker.ledger import Account, Ledger, article
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually
from tests.kafka.apache import ApacheKafka

pytestmark = pytest.mark.smoke

ARTICLES = 300
SLOW_MS = 5
RECOVERY_SECONDS = 60.0
FULL_AT_BYTES = 128 * 1024

Fault = Callable[[ApacheKafka, Worker], None]


def restart(cluster: ApacheKafka, worker: Worker) -> None:
    """Stop the node in good order and start it again."""
    del worker
    (node,) = cluster.nodes
    node.stop()
    node.start()
    cluster.require(node)


def kill(cluster: ApacheKafka, worker: Worker) -> None:
    """Kill the node and start it again when the worker has noticed."""
    (node,) = cluster.nodes
    node.kill()
    require_unready(worker)
    node.start()
    cluster.require(node)


def freeze(cluster: ApacheKafka, worker: Worker) -> None:
    """Let the node stand still, with its connections open, until the worker has noticed."""
    (node,) = cluster.nodes
    node.freeze()
    require_unready(worker)
    node.thaw()
    cluster.require(node)


def require_unready(worker: Worker) -> None:
    """Fail where a worker that has noticed that its broker is away is ready, or counts as dead."""
    worker.says(Logged.UNANSWERED)
    assert (worker.get("/livez")[0], worker.get("/readyz")[0]) == (200, 503)


@pytest.mark.parametrize("fault", [restart, kill, freeze])
def test_a_node_goes_and_comes_back(
    fault: Fault, apache_kafka: ApacheKafka, newsroom: Newsroom, ledger: Ledger
) -> None:
    """A worker waits for a broker that goes away in mid-work, and resumes without a restart."""
    with newsroom.worker(kafka__wait_seconds=60) as worker:
        worker.ready()
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
        ledger.wait_for(ARTICLES // 5)
        fault(apache_kafka, worker)
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (ARTICLES, 0)
        require_metrics(worker, account)
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux changes the limits of a process that runs")
def test_a_full_disk(apache_kafka: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> None:
    """A node whose disk is full ends; when there is room again and it is restarted, everything that came is tagged."""
    (node,) = apache_kafka.nodes
    padding = " Padding." * 400
    articles = [(key, value.replace(b". slow", padding.encode() + b" slow")) for key, value in map(article, range(200))]

    with newsroom.worker(kafka__wait_seconds=60) as worker:
        worker.ready()
        ledger.send(*articles[:10])
        ledger.wait_for(10)
        node.limit_files(FULL_AT_BYTES)
        ledger.hand_over(*articles[10:])
        assert node.wait() != 0
        require_unready(worker)
        node.start()
        apache_kafka.require(node)
        ledger.flush()
        account = ledger.settle(RECOVERY_SECONDS)

        assert (account.sent, account.missing) == (len(articles), 0)
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")


def require_metrics(worker: Worker, account: Account) -> None:
    """Fail where a worker that has lived all along counts otherwise than the topics do.

    The client may send a record twice whose acknowledgement was lost; it counts once.
    """
    counted = worker.count("copytaster_records_in_total")
    tagged = worker.count("copytaster_records_tagged_total")
    assert account.sent <= counted <= account.sent + account.duplicates
    assert tagged == counted
