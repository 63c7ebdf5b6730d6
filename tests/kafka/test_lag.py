"""The consumer lag counts records that are there."""

from confluent_kafka import TopicPartition

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.recreated import RawTopic

LAG = 'copytaster_consumer_lag_records{{partition="{}"}} {}'


def test_records_that_were_deleted_unread_are_no_lag(newsroom: Newsroom, ledger: Ledger) -> None:
    """A new group has no lag where every record was deleted, and nothing new comes."""
    ledger.hand_over(*map(article, range(500)), partition=0)
    ledger.flush()
    raw_topic = RawTopic(newsroom, ledger.note)
    for future in raw_topic.admin.delete_records([TopicPartition(newsroom.raw_topic, 0, 500)]).values():
        future.result(30)

    with newsroom.worker() as worker:
        worker.ready()
        eventually(lambda: LAG.format(0, "0.0") in worker.get("/metrics")[1], "there is no lag")
        assert LAG.format(1, "0.0") in worker.get("/metrics")[1]
