"""A new release comes in while articles do: workers are replaced one by one, which only the provenance shows."""

import json
import signal
from collections import Counter
from contextlib import ExitStack
from typing import Any

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, Worker, eventually
from tests.broker.replacements import max_repeated
from tests.broker.stub_models import VERSION_VARIABLE

WORKERS = 3
PORTION = 150
SLOW_MS = 5
RECOVERY_SECONDS = 60.0
SHORT_GRACE: dict[str, Any] = {"worker__shutdown_seconds": 5}


def wait_until_ready(workers: list[Worker]) -> None:
    """Wait until all workers say that they can take articles, as they do whenever the group has settled."""
    eventually(lambda: all(worker.get("/readyz")[0] == 200 for worker in workers), "all workers are ready")


def test_workers_are_replaced_one_by_one(newsroom: Newsroom, ledger: Ledger) -> None:
    """Under load each worker makes room for one of the next release that is ready; both releases tag, none is lost."""
    with ExitStack() as running:

        def start(version: str) -> Worker:
            variables = {VERSION_VARIABLE: version}
            return running.enter_context(newsroom.worker(variables=variables, **SHORT_GRACE))

        workers = [start("1") for _ in range(WORKERS)]
        for step in range(WORKERS):
            ledger.send(*(article(number, SLOW_MS) for number in range(step * PORTION, (step + 1) * PORTION)))
            ledger.wait_for(step * PORTION + PORTION // 3)
            workers.append(start("2"))
            wait_until_ready(workers)
            old = workers.pop(0)
            old.signal(signal.SIGTERM)
            assert old.exit_code() == 0
            assert [worker.get("/livez")[0] for worker in workers] == [200] * WORKERS
        ledger.send(*(article(number, SLOW_MS) for number in range(WORKERS * PORTION, (WORKERS + 1) * PORTION)))
        account = ledger.settle(RECOVERY_SECONDS)
        wait_until_ready(workers)

    versions = Counter(
        json.loads(record.value)["provenance"]["models"]["topic"]["version"]
        for record in ledger.found
        if record.value is not None and record.topic == newsroom.settings.topics.tagged
    )
    assert (account.sent, account.missing) == ((WORKERS + 1) * PORTION, 0)
    assert account.duplicates <= max_repeated(newsroom, WORKERS)
    assert versions.keys() == {"1", "2"}
