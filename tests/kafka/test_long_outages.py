"""Outages that take as long as real ones, with the settings that a worker has by default, under a supervisor."""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from streams.exit_codes import BROKER_AWAY
from streams.settings import load
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.node import Node

ARTICLES = 1_000
SLOW_MS = 20
"""Together 20 s of work for one worker, so that the outage meets it in the middle."""

DEFAULTS = load(environment={})
AS_SHIPPED = {
    "kafka.wait_seconds": DEFAULTS.kafka.wait_seconds,
    "worker.session_timeout_seconds": DEFAULTS.worker.session_timeout_seconds,
    "worker.heartbeat_interval_seconds": DEFAULTS.worker.heartbeat_interval_seconds,
    "worker.batch_size": DEFAULTS.worker.batch_size,
}
RECOVERY_SECONDS = 180.0
"""Beside the work that is left: a session of 30 s has to pass before the group forgets a worker that died."""

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_200)]


@contextmanager
def supervised(newsroom: Newsroom) -> Iterator[list[int]]:
    """Keep a worker running for the time of a `with` block, as systemd does; yield its exit codes so far."""
    codes: list[int] = []
    over = threading.Event()
    shipped: dict[str, Any] = {name.replace(".", "__"): value for name, value in AS_SHIPPED.items()}

    def keep() -> None:
        while not over.is_set():
            with newsroom.worker(process=None, **shipped) as worker:
                eventually(lambda: over.is_set() or not worker.runs, "the worker or the test ends", 1_200)
                if worker.runs:
                    worker.signal(signal.SIGTERM)
                codes.append(worker.exit_code())
                # pytest shows this where the test fails.
                sys.stderr.write(f"exit code {codes[-1]} after {json.dumps(worker.log[-40:], indent=0)}\n")

    supervisor = threading.Thread(target=keep)
    supervisor.start()
    try:
        yield codes
    finally:
        over.set()
        supervisor.join()


def _freeze(node: Node) -> Callable[[], None]:
    """Stop the node's process with its connections open, and return what continues it."""
    node.freeze()
    return node.thaw


def _kill(node: Node) -> Callable[[], None]:
    """Kill the node, and return what starts it again."""
    node.kill()
    return node.start


@pytest.mark.parametrize("fault", [_freeze, _kill], ids=["frozen", "killed"])
@pytest.mark.parametrize("outage_seconds", [10, 45, 300])
def test_an_outage_loses_nothing(
    fault: Callable[[Node], Callable[[], None]],
    outage_seconds: int,
    apache_kafka: ApacheKafka,
    newsroom: Newsroom,
    ledger: Ledger,
) -> None:
    """A short outage is waited for; a longer one ends the worker with 75 until the broker is back. Nothing is lost."""
    (node,) = apache_kafka.nodes
    with supervised(newsroom) as codes:
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
        ledger.wait_for(ARTICLES // 10)
        begun = time.monotonic()
        end = fault(node)
        eventually(lambda: time.monotonic() - begun > outage_seconds, "the outage is over", outage_seconds + 10)
        end()
        apache_kafka.require(node)
        account = ledger.settle(RECOVERY_SECONDS)
        ended = list(codes)

    assert (account.sent, account.missing) == (ARTICLES, 0)
    assert set(ended) <= {BROKER_AWAY}
    assert bool(ended) == (outage_seconds > DEFAULTS.kafka.wait_seconds)
    assert codes[len(ended) :] == [0]
