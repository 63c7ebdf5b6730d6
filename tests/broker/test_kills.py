"""`kill -9` at every point of a batch's life and at random: whatever dies, every raw record ends as its outcome."""

import random
import signal
from contextlib import ExitStack

import pytest

from tests.broker.fail_points import POINTS
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom

ARTICLES = 60
KILLS = 3
PORTION = 150
"""Articles between two kills: at 10 ms each they are work for a second and more."""

SEED = 20_260_701
RECOVERY_SECONDS = 40.0

COUNTS = {
    "after_classify": 2,
    "after_claims": 2,
    "after_publication": 2,
    "after_first_send": 70,
    "after_all_sends": 4,
    "after_ack": 2,
}
"""At which time a point is fatal: the first one elsewhere, the second batch here, so that one is done before. A batch
sends twice: its 16 claims, then its 32 outputs."""

REPEATS = {*COUNTS, "before_commit"} - {"after_claims"}
"""Fail points by which something is published that cannot have been committed."""


@pytest.mark.parametrize("point", POINTS)
def test_kill_9_at(point: str, newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker that dies at a point of a batch's life leaves to the next one all that it has not finished."""
    ledger.send(*map(article, range(ARTICLES)))

    with newsroom.worker(point, str(COUNTS.get(point, 1))) as dies:
        assert dies.exit_code() == -signal.SIGKILL
    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing) == (ARTICLES, 0)
    assert account.duplicates > 0 or point not in REPEATS


def test_kill_9_at_random(newsroom: Newsroom, ledger: Ledger) -> None:
    """Two workers of which one dies again and again, somewhere in its work, lose nothing."""
    chance = random.Random(SEED)  # noqa: S311  # no secret hangs on it

    with ExitStack() as running:
        workers = [running.enter_context(newsroom.worker()) for _ in range(2)]
        for kill in range(KILLS):
            victim = chance.randrange(2)
            workers[victim].ready()
            ledger.send(*(article(number, slow_ms=10) for number in range(kill * PORTION, (kill + 1) * PORTION)))
            ledger.wait_for(kill * PORTION + chance.randrange(PORTION // 2))
            workers[victim].signal(signal.SIGKILL)
            workers[victim] = running.enter_context(newsroom.worker())
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing) == (KILLS * PORTION, 0)
