"""Parts of a worker beside the articles that raise unexpected errors: the worker exits instead of running in part."""

from tests.broker.fail_points import FAULTS
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom

PORTION = 60
SLOW_MS = 20
"""60 articles of 20 ms are more than a second of work: most parts raise in the middle of it."""

RECOVERY_SECONDS = 40.0
COUNTS = {"fetching": 20}
"""At which time a part raises: the second elsewhere; of fetching, which begins with many quick steps, a later one."""


def test_whatever_part_raises(newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker of which a part has died ends with 70 and commits nothing unfinished; the last worker finishes all."""
    for part in FAULTS:
        ledger.send(*(article(len(ledger.sent) + each, SLOW_MS) for each in range(PORTION)))
        with newsroom.worker(part, str(COUNTS.get(part, 2))) as worker:
            assert (part, worker.exit_code()) == (part, 70)
        assert ledger.committed_unpublished() == []
    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing) == (PORTION * len(FAULTS), 0)
