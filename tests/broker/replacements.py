"""Workers of one group that are replaced, again and again, while articles come."""

import os
import signal
from contextlib import ExitStack

from tests.broker.ledger import Account, Ledger, article
from tests.broker.newsroom import Newsroom

PORTION = 100
CHANGES = 4
SENT = PORTION * CHANGES
RECOVERY_SECONDS = 40.0
EMBEDDED = "TEST_BROKER" not in os.environ


def max_repeated(newsroom: Newsroom, handovers: int) -> int:
    """Return how many records orderly handovers may repeat: none; on the embedded broker a batch each, now and then.

    docs/embedded-broker.md has what was seen there.
    """
    return newsroom.settings.worker.batch_size * handovers if EMBEDDED else 0


def replace_workers(newsroom: Newsroom, ledger: Ledger, *, one_at_a_time: bool) -> Account:
    """Return the account of three workers for two partitions, of which one leaves and another joins, four times.

    One at a time, the group is settled before the next worker goes, and that one has gone before another comes.
    """
    with ExitStack() as running:
        workers = [running.enter_context(newsroom.worker()) for _ in range(3)]
        for change in range(CHANGES):
            if one_at_a_time:
                for worker in workers:
                    worker.ready()
            ledger.send(*(article(number, slow_ms=10) for number in range(change * PORTION, (change + 1) * PORTION)))
            ledger.wait_for(change * PORTION + PORTION // 4)
            leaving = workers.pop(0)
            leaving.signal(signal.SIGTERM)
            if one_at_a_time:
                assert leaving.exit_code() == 0
            workers.append(running.enter_context(newsroom.worker()))
            assert leaving.exit_code() == 0
        return ledger.settle(RECOVERY_SECONDS)
