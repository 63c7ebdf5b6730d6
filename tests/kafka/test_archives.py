"""Archives: articles that a producer stamps with their own date survive on the raw topic until a worker reads them."""

import time
from datetime import UTC, datetime

import confluent_kafka
import pytest

from tests.broker.newsroom import Newsroom

pytestmark = pytest.mark.smoke

ARTICLES = 10
LONG_AGO_MS = int(datetime(2015, 3, 23, tzinfo=UTC).timestamp() * 1000)
SKEW_MS = 60_000


def test_an_archive_keeps_no_timestamps_of_its_own(newsroom: Newsroom) -> None:
    """Records stamped 2015 have the time of their arrival on the raw topic, by which retention keeps them."""
    begun_ms = time.time() * 1000
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0}
    )
    for number in range(ARTICLES):
        producer.produce(newsroom.raw_topic, b'{"body": "News."}', b"%d" % number, timestamp=LONG_AGO_MS)
    assert producer.flush(30) == 0

    records = newsroom.read(newsroom.raw_topic)

    assert len(records) == ARTICLES
    assert all(record.timestamp_ms and record.timestamp_ms > begun_ms - SKEW_MS for record in records)
