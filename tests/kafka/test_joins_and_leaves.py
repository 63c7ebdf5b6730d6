"""Workers that join while others leave: a group in which several things happen at a time."""

from tests.broker.ledger import Ledger
from tests.broker.newsroom import Newsroom
from tests.broker.replacements import SENT, replace_workers


def test_workers_join_while_others_leave(newsroom: Newsroom, ledger: Ledger) -> None:
    """Workers join and leave before the group has settled: nothing is repeated."""
    account = replace_workers(newsroom, ledger, one_at_a_time=False)

    assert (account.sent, account.missing, account.duplicates) == (SENT, 0, 0)
