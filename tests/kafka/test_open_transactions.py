"""A publisher's transaction that stays open on the raw topic: a worker reports where its partition stands still."""

import json

import confluent_kafka

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, Worker, eventually

BEFORE, BEHIND = 5, 10
RECOVERY_SECONDS = 40.0
METRIC = "copytaster_open_transaction_seconds"


def series(worker: Worker) -> list[str]:
    """Return the series of the metric, without their values."""
    return [line.rpartition(" ")[0] for line in worker.get("/metrics")[1].splitlines() if line.startswith(METRIC)]


def test_an_open_transaction_is_shown_with_its_place(newsroom: Newsroom, ledger: Ledger) -> None:
    """A metric, `/healthz` and one log line name partition and last stable offset until the transaction ends."""
    writer = confluent_kafka.Producer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "transactional.id": newsroom.raw_topic,
            "log_level": 0,
        }
    )
    writer.init_transactions()
    with newsroom.worker() as worker:
        worker.ready()
        ledger.hand_over(*(article(number, 0) for number in range(BEFORE)), partition=0)
        ledger.flush()
        ledger.wait_for(BEFORE)
        writer.begin_transaction()
        writer.produce(newsroom.raw_topic, b"never committed", b"key", 0)
        assert writer.flush(10) == 0
        ledger.hand_over(*(article(BEFORE + number, 0) for number in range(BEHIND)), partition=0)
        ledger.flush()

        shown = eventually(lambda: json.loads(worker.get("/healthz")[1])["open_transactions"], "/healthz shows it")

        place = {"topic": newsroom.raw_topic, "partition": 0, "offset": BEFORE}
        assert [{name: each[name] for name in place} for each in shown] == [place]
        assert series(worker) == [f'{METRIC}{{partition="0",topic="{newsroom.raw_topic}"}}']
        assert worker.get("/readyz")[0] == 200
        assert len(ledger.outcomes()) == BEFORE
        writer.abort_transaction()
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: not series(worker), "the metric is gone")

    lines = [entry for entry in worker.log if f"stands still at offset {BEFORE}" in entry["message"]]
    assert [entry["level"] for entry in lines] == ["warning"]
    assert (account.sent, account.missing) == (BEFORE + BEHIND, 0)
