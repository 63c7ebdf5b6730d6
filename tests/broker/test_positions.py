"""Positions that are set late: the worker tries again, and does not stand still."""

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom

RECOVERY_SECONDS = 40.0


def test_committed_offsets_that_are_not_reported(newsroom: Newsroom, ledger: Ledger) -> None:
    """A worker to which no broker reports the committed offsets in time joins its group again, and reads."""
    ledger.send(*map(article, range(40)))

    with newsroom.worker("committed_offsets", "1", kafka__request_timeout_seconds=2):
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (40, 0, 0)
