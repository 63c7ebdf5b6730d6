"""Versions of one article in order: backlogs, withdrawals, replays, two workers, and workers that end at any point."""

import json
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import TypeAlias

import confluent_kafka
import kafka
import kafka.errors
import pytest

from streams.records.origin import RawRecord
from streams.stages.identity import id_of_key
from tests.broker.ledger import QUIET, Ledger, article
from tests.broker.newsroom import Logged, Newsroom, eventually
from tests.broker.test_replay import replay

Record: TypeAlias = tuple[bytes | None, bytes | None]
Client: TypeAlias = Callable[[Newsroom, Iterable[Record]], None]

WITHDRAWN = 100
SETTLE_SECONDS = 80.0
"""How long a backlog may take before a test fails: a withdrawal is published on 18 topics."""

HOUR_MS = 3_600_000


def send_by_librdkafka(newsroom: Newsroom, records: Iterable[Record]) -> None:
    """Send raw records by confluent-kafka, whose partitioner is CRC32."""
    producer = confluent_kafka.Producer({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, **QUIET})
    for key, value in records:
        producer.produce(newsroom.raw_topic, value, key)
    assert producer.flush(60) == 0


def send_by_kafka_python(newsroom: Newsroom, records: Iterable[Record]) -> None:
    """Send raw records by kafka-python, whose partitioner is murmur2."""
    producer = kafka.KafkaProducer(bootstrap_servers=newsroom.settings.kafka.bootstrap_servers)
    try:
        for key, value in records:
            producer.send(newsroom.raw_topic, value=value, key=key)
        producer.flush(60)
    finally:
        producer.close()


def send_to(newsroom: Newsroom, partition: int, *values: bytes) -> None:
    """Send raw records to a partition of their own choice."""
    producer = confluent_kafka.Producer({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, **QUIET})
    for value in values:
        producer.produce(newsroom.raw_topic, value, b"1", partition=partition)
    assert producer.flush(60) == 0


def version(number: int, **fields: object) -> bytes:
    """Return the value of a version of the article `example.org:1`, made in the hour of its number."""
    made_at = f"2021-03-23T{number:02}:00:00Z"
    text = {"id": "1", "publisher": "example.org", "body": f"News of sport, version {number}.", "versioned_at": made_at}
    return json.dumps(text | fields).encode()


def last_values(newsroom: Newsroom) -> dict[bytes | None, bytes | None]:
    """Return the last value of each key of the tagged topic."""
    return {record.key: record.value for record in newsroom.read(newsroom.settings.topics.tagged)}


def newest_text(newsroom: Newsroom) -> bytes:
    """Return the last value of the one article, empty where there is none."""
    return next(iter(last_values(newsroom).values()), None) or b""


def reasons(records: Sequence[RawRecord]) -> list[bytes | None]:
    """Return the reasons of dead letters."""
    return [dict(each.headers).get("copytaster.error.reason") for each in records]


def settled(newsroom: Newsroom, raw_records: int) -> None:
    """Wait until every raw record is committed."""

    def is_settled() -> bool:
        with suppress(kafka.errors.CoordinatorNotAvailableError):  # before the first group of a new cluster
            return newsroom.committed() >= raw_records
        return False

    eventually(is_settled, f"{raw_records} raw records are committed", SETTLE_SECONDS)


CLIENTS = {"librdkafka": send_by_librdkafka, "kafka-python": send_by_kafka_python}


@pytest.mark.parametrize("articles_by", CLIENTS)
@pytest.mark.parametrize("withdrawn_by", ["url", "id"])
def test_no_withdrawn_article_stays_published(newsroom: Newsroom, articles_by: str, withdrawn_by: str) -> None:
    """A backlog of articles and withdrawals, which two partitioners put in other places, ends with tombstones alone."""
    urls = [f"https://example.org/news/{number}" for number in range(WITHDRAWN)]
    articles = [
        (url.encode(), json.dumps({"url": url, "body": f"News of sport {url}."}).encode()) for url in urls
    ]  # fmt: skip
    CLIENTS[articles_by](newsroom, articles)
    others = next(client for name, client in CLIENTS.items() if name != articles_by)
    others(newsroom, [((url if withdrawn_by == "url" else id_of_key(url)).encode(), None) for url in urls])

    with newsroom.worker():
        settled(newsroom, 2 * WITHDRAWN)

    found = last_values(newsroom)
    assert found == dict.fromkeys((id_of_key(url).encode() for url in urls), None)
    # What was not published before its withdrawal is rejected, and nothing else.
    assert set(reasons(newsroom.read(newsroom.settings.topics.rejected))) <= {b"superseded"}


def test_a_late_version_is_superseded_and_published_by_force(newsroom: Newsroom) -> None:
    """An older version that arrives late is rejected; a replay leaves it out, unless it is forced."""
    with newsroom.worker():
        send_to(newsroom, 0, version(9))
        settled(newsroom, 1)
        send_to(newsroom, 1, version(8))
        settled(newsroom, 2)
        assert reasons(newsroom.read(newsroom.settings.topics.rejected)) == [b"superseded"]
        assert replay(newsroom)["skipped"] == {"superseded": 1}

        assert replay(newsroom, "--force")["replayed"] == {"superseded": 1}
        settled(newsroom, 3)

    (value,) = last_values(newsroom).values()
    tagged = json.loads(value or b"")
    assert "version 8" in tagged["text"]
    assert tagged["version"] > HOUR_MS


def test_a_restarted_worker_knows_what_was_published(newsroom: Newsroom) -> None:
    """The versions topic outlives the worker, and the same raw record is published again with the same bytes."""
    send_to(newsroom, 0, version(9))
    with newsroom.worker("after_publication", "1") as dies:
        assert dies.exit_code() == -signal.SIGKILL
    send_to(newsroom, 1, version(8))
    with newsroom.worker():
        settled(newsroom, 2)

    values = [record.value or b"" for record in newsroom.read(newsroom.settings.topics.tagged)]
    first, *others = [value for value in values if b"version 9" in value]
    assert others
    assert set(others) == {first}
    assert b"version 9" in newest_text(newsroom)


@pytest.mark.parametrize("point", ["after_classify", "after_claims", "after_publication", "after_ack"])
def test_a_worker_that_ends_leaves_the_newest_version_last(newsroom: Newsroom, point: str) -> None:
    """Wherever a worker ends over an older version, the newer one in another partition is the last one."""
    send_to(newsroom, 0, version(8))
    with newsroom.worker(point, "1") as dies:
        assert dies.exit_code() == -signal.SIGKILL
    send_to(newsroom, 1, version(9))
    with newsroom.worker():
        settled(newsroom, 2)

    assert b"version 9" in newest_text(newsroom)


@pytest.mark.parametrize("point", ["frozen", "frozen_and_dies"])
def test_two_workers_with_two_versions_of_one_article(newsroom: Newsroom, point: str) -> None:
    """A worker that publishes an older version behind another worker's newer one repairs it, or its successor does.

    The other worker is of another group, so that the first one keeps its partitions while it is frozen.
    """
    versions_topic = newsroom.settings.topics.versions
    send_to(newsroom, 0, version(8))
    with ExitStack() as running:
        first = running.enter_context(newsroom.worker(point, "1", worker__session_timeout_seconds=6))
        eventually(lambda: newsroom.read(versions_topic), "the first worker has claimed its version")
        send_to(newsroom, 1, version(9))
        with newsroom.worker(worker__group=f"{newsroom.settings.worker.group}-other"):
            eventually(
                lambda: b"version 9" in newest_text(newsroom), "the other worker has published the newer version"
            )
        first.signal(signal.SIGCONT)
        if point == "frozen_and_dies":
            assert first.exit_code() == -signal.SIGKILL
            assert b"version 8" in newest_text(newsroom)
            # In batches of one record: in a batch of both, the newer version follows the older one without a repair.
            first = running.enter_context(newsroom.worker(worker__batch_size=1))
        first.says(Logged.REPAIRS)
        settled(newsroom, 2)

    assert b"version 9" in newest_text(newsroom)


def test_the_versions_topic_is_read_once(newsroom: Newsroom, ledger: Ledger) -> None:
    """Batches of many claims are no sign of another topic, whatever end the broker reports."""
    with newsroom.worker() as worker:
        worker.ready()
        ledger.send(*(article(number) for number in range(200)))
        account = ledger.settle(SETTLE_SECONDS)

        assert (account.sent, account.missing) == (200, 0)
        assert not [each for each in worker.log if "again from its beginning" in each["message"]]


def test_a_worker_without_the_versions_topic_exits_2(newsroom: Newsroom) -> None:
    """The message names the topic and the command that creates it; without order the worker starts."""
    with newsroom.worker(topics__versions="nowhere.versions") as worker:
        assert worker.exit_code() == 2
        assert any(
            "nowhere.versions" in entry["message"] and "topics create" in entry["message"] for entry in worker.log
        )
    with newsroom.worker(versions__enabled=False, topics__versions="nowhere.versions") as worker:
        worker.ready()


def test_without_order_the_last_record_wins(newsroom: Newsroom) -> None:
    """With `versions.enabled = false` an older version that arrives late is published."""
    with newsroom.worker(versions__enabled=False):
        send_to(newsroom, 0, version(9))
        settled(newsroom, 1)
        send_to(newsroom, 1, version(8))
        settled(newsroom, 2)

    assert b"version 8" in newest_text(newsroom)
