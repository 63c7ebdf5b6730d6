"""Records that cannot be tagged: each is one dead letter, in any number, and the articles among them are tagged."""

import random

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom
from tests.broker.test_outcomes import POISON

POISON_IN_A_ROW = 10_000
SEED = 20_260_702
RECOVERY_SECONDS = 60.0


def test_poison_of_every_kind(newsroom: Newsroom, ledger: Ledger) -> None:
    """Poison of every kind among articles, in an order of chance: as many dead letters, and every article tagged."""
    records = [(None, value) for value in POISON.values()] * 10 + [article(number) for number in range(100)]
    random.Random(SEED).shuffle(records)  # noqa: S311  # no secret hangs on it
    ledger.send(*records)

    with newsroom.worker() as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        rejected = worker.count("copytaster_articles_rejected_total")
        tagged = worker.count("copytaster_articles_tagged_total")

    assert (account.sent, account.missing, account.duplicates) == (len(records), 0, 0)
    assert (rejected, tagged) == (10 * len(POISON), 100)


def test_ten_thousand_in_a_row(newsroom: Newsroom, ledger: Ledger) -> None:
    """Ten thousand records of poison do not keep the article behind them from its tag."""
    ledger.send(*((b"poison", b"{") for _ in range(POISON_IN_A_ROW)), article(1))

    with newsroom.worker(worker__batch_size=128):
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (POISON_IN_A_ROW + 1, 0, 0)
