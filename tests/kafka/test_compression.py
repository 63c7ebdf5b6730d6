"""A little on the wire that is much in memory: brokers bound the size of a batch as it was compressed."""

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually

pytestmark = pytest.mark.smoke

RECOVERY_SECONDS = 60.0
LARGE = b'{"body": "' + b" " * 40_000_000
"""Forty times what a broker takes by default, and thousands of times what it becomes."""


def producer(newsroom: Newsroom) -> confluent_kafka.Producer:
    """Return a producer that compresses and knows no bound."""
    return confluent_kafka.Producer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "compression.type": "zstd",
            "message.max.bytes": 1_000_000_000,
            "log_level": 0,
        }
    )


def test_a_record_that_unfolds(newsroom: Newsroom, ledger: Ledger) -> None:
    """A record of 40 MB that came as some kilobytes is rejected without its value, and those beside it are tagged."""
    sends = producer(newsroom)
    sends.produce(newsroom.raw_topic, LARGE, b"large", on_delivery=ledger.note_sent)
    assert sends.flush(60) == 0
    ledger.send(article(0), article(1))

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (3, 0, 0)
    (letter,) = [copies[0] for copies in ledger.outcomes().values() if copies[0].key == b"large"]
    facts = dict(letter.headers)
    assert facts["copytaster.error.reason"] == b"too_large"
    assert facts["copytaster.error.value_omitted_bytes"] == str(len(LARGE)).encode()


def test_a_topic_that_keeps_nothing_compressed_bounds_what_unfolds(newsroom: Newsroom) -> None:
    """With compression.type=uncompressed on the raw topic the broker itself refuses such a record."""
    admin = AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})
    unfolded = ConfigEntry("compression.type", "uncompressed", incremental_operation=AlterConfigOpType.SET)
    changes = ConfigResource(ResourceType.TOPIC, newsroom.raw_topic, incremental_configs=[unfolded])
    for done in admin.incremental_alter_configs([changes]).values():
        done.result()
    sends = producer(newsroom)
    errors: list[confluent_kafka.KafkaError | None] = []

    def last_error() -> confluent_kafka.KafkaError | None:
        sends.produce(newsroom.raw_topic, LARGE, b"large", on_delivery=lambda error, _: errors.append(error))
        assert sends.flush(60) == 0
        return errors[-1]

    # A setting reaches the log of a partition a moment after it was acknowledged.
    error = eventually(last_error, "the broker refuses the record")
    assert error is not None
    assert error.code() == confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE
