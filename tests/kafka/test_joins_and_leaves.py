"""Workers that join while others leave: a group in which several things happen at a time."""

import signal
from contextlib import ExitStack

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom

RECOVERY_SECONDS = 40.0


def test_workers_join_while_others_leave(newsroom: Newsroom, ledger: Ledger) -> None:
    """Nobody waits for the group to be settled before the next worker goes or comes: nothing is repeated."""
    portion, changes = 100, 4
    with ExitStack() as running:
        workers = [running.enter_context(newsroom.worker()) for _ in range(3)]
        for change in range(changes):
            ledger.send(*(article(number, slow_ms=10) for number in range(change * portion, (change + 1) * portion)))
            ledger.wait_for(change * portion + portion // 4)
            leaving = workers.pop(0)
            leaving.signal(signal.SIGTERM)
            workers.append(running.enter_context(newsroom.worker()))
            assert leaving.exit_code() == 0
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (portion * changes, 0, 0)
