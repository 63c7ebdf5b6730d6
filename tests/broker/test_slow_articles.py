"""Articles that are slow by design cost their own budget, and no time of the others."""

import json

from streams.worker.classify.cpu_limit import TICK_SECONDS
from tests.broker.ledger import Ledger, Value, article
from tests.broker.newsroom import Newsroom
from tests.broker.stub_models import BACKTRACKS

ARTICLES = 400
EVERY = 20
BUDGET_SECONDS = 0.5
ORDINARY_SECONDS = 0.01
"""CPU time of an article that is not slow: ten times what it takes on an idle machine."""

SETTLED_SECONDS = 90.0


def slow_article(number: int) -> tuple[bytes, Value]:
    """Return a raw record over which a cleaning rule backtracks for years."""
    value = {"id": str(number), "publisher": "slow.example", "body": f"News of sport {number}.\n{BACKTRACKS}\nMore."}
    return str(number).encode(), json.dumps(value).encode()


def test_slow_articles_cost_their_budget(newsroom: Newsroom, ledger: Ledger) -> None:
    """One article of twenty over its budget is dead-lettered alone: no child ends, and no other record is late."""
    slow = range(0, ARTICLES, EVERY)
    ledger.send(*(slow_article(number) if number in slow else article(number) for number in range(ARTICLES)))

    with newsroom.worker(
        worker__article_cpu_seconds=BUDGET_SECONDS, worker__article_cpu_seconds_per_100_kilobytes=0
    ) as worker:
        account = ledger.settle(SETTLED_SECONDS)
        metrics = worker.get("/metrics")[1]
        assert worker.get("/livez")[0] == 200
        assert worker.count("copytaster_child_ends_total") == 0

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
    letters = [dict(letter.headers) for letter in newsroom.read(newsroom.settings.topics.rejected)]
    assert [letter["copytaster.error.reason"] for letter in letters] == [b"too_slow"] * len(slow)
    assert len(newsroom.read(newsroom.settings.topics.tagged)) == ARTICLES - len(slow)
    spent = float(metrics.partition("\ncopytaster_article_cpu_seconds_sum ")[2].splitlines()[0])
    assert len(slow) * BUDGET_SECONDS <= spent
    assert spent <= len(slow) * (BUDGET_SECONDS + 4 * TICK_SECONDS) + ARTICLES * ORDINARY_SECONDS
