"""Raw records in, one outcome each out: through a broker, with a worker as a process of its own."""

import json
import signal
from collections import Counter

import kafka
import pytest

from streams.records.origin import Headers, RawRecord
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually
from tests.streams.worker.faust_adapter.test_header_names import OddName

pytestmark = pytest.mark.smoke

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
POISON = {
    "not_utf8": b"\xff\xfe",
    "not_json": b"{",
    "too_deep": b'{"a":' * 10_000,
    "not_finite": b'{"body": "news", "x": NaN}',
    "not_an_object": b"[1]",
    "empty_value": b"",
    "no_text": b'{"title": " "}',
}


def article(number: int, topic: str = "sport") -> tuple[bytes, bytes, Headers]:
    """Return a raw record with an article."""
    value = {"id": str(number), "publisher": "example.org", "title": f"Title {number}", "body": f"News of {topic}."}
    return str(number).encode(), json.dumps(value).encode(), ()


def by_topic(records: list[RawRecord]) -> dict[str, list[RawRecord]]:
    """Return the records by the last word of their Kafka topic."""
    found: dict[str, list[RawRecord]] = {}
    for record in records:
        found.setdefault(record.origin.topic.rpartition(".")[2], []).append(record)
    return found


def test_every_record_ends_as_one_outcome(newsroom: Newsroom) -> None:
    """Tagged, routed, in review, rejected or withdrawn: each record once, under its key, with its headers."""
    poison = [(reason.encode(), value, (("h", b"1"), ("h", b"2"))) for reason, value in POISON.items()]
    trace = (("traceparent", TRACE),)
    newsroom.produce(*(article(number) for number in range(20)))
    newsroom.produce((b"traced", article(20)[1], trace), article(21, "nothing known"), *poison)
    newsroom.produce((b"example.org:3", None, ()), (b"", None, ()))

    with newsroom.worker() as worker:
        worker.ready()
        # 22 tagged, 21 routed, 1 in review, 8 rejected, 18 tombstones.
        found = by_topic(newsroom.read_until(lambda records: len(records) >= 22 + 21 + 1 + 8 + 18))
        eventually(lambda: worker.count("copytaster_records_in_total") == 31, "all batches are acknowledged")
        metrics = worker.get("/metrics")[1]
        assert [worker.get(path)[0] for path in ("/livez", "/readyz", "/healthz")] == [200, 200, 200]
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    tagged = [record for record in found["tagged"] if record.value is not None]
    assert Counter(record.key for record in tagged) == {f"example.org:{n}".encode(): 1 for n in range(22)}
    assert {record.value for record in found["sport"]} <= {record.value for record in tagged} | {None}
    assert [record.key for record in found["review"]] == [b"example.org:21"]
    assert all(dict(record.headers)["ce_specversion"] == b"1.0" for record in tagged)
    assert [dict(each.headers)["traceparent"] for each in tagged if each.key == b"example.org:20"] == [TRACE]
    tombstones = [record for records in found.values() for record in records if record.value is None]
    assert Counter(record.key for record in tombstones) == {b"example.org:3": 18, b"": 1}
    letters = {dict(each.headers)["copytaster.error.reason"]: each for each in found["rejected"]}
    assert set(letters) == {reason.encode() for reason in (*POISON, "withdrawal_without_key")}
    for reason, value in POISON.items():
        letter = letters[reason.encode()]
        assert (letter.key, letter.value) == (reason.encode(), value)
        assert letter.headers[:2] == (("h", b"1"), ("h", b"2"))
        assert dict(letter.headers)["copytaster.error.topic"] == newsroom.raw_topic.encode()
    assert newsroom.committed() == 31
    assert "copytaster_records_tagged_total 22.0" in metrics
    assert 'copytaster_topic_predictions_total{topic="sport"} 21.0' in metrics


def test_compressed_batches_are_read(newsroom: Newsroom) -> None:
    """Batches compressed with gzip, snappy, lz4 and zstd are read like any other."""
    codecs = ("gzip", "snappy", "lz4", "zstd")
    for number, codec in enumerate(codecs):
        producer = kafka.KafkaProducer(
            bootstrap_servers=newsroom.settings.kafka.bootstrap_servers, compression_type=codec
        )
        key, value, _ = article(number)
        producer.send(newsroom.raw_topic, key=key, value=value)
        producer.close()

    with newsroom.worker() as worker:
        worker.ready()
        found = newsroom.read_until(lambda records: len(records) >= 4, [newsroom.settings.topics.tagged])

    assert {record.key for record in found} == {f"example.org:{number}".encode() for number in range(len(codecs))}


def test_odd_header_names_do_not_stop_the_stream(newsroom: Newsroom) -> None:
    """A record with a header's name that is no UTF-8, on which the client raises, is tagged like any other."""
    producer = kafka.KafkaProducer(bootstrap_servers=newsroom.settings.kafka.bootstrap_servers)
    for number, name in enumerate(("plain", OddName("odd"), "plain")):
        key, value, _ = article(number)
        producer.send(newsroom.raw_topic, key=key, value=value, headers=[(name, b"1")])
    producer.close()

    with newsroom.worker() as worker:
        worker.ready()
        found = newsroom.read_until(lambda records: len(records) >= 3, [newsroom.settings.topics.tagged])

    assert {record.key for record in found} == {f"example.org:{number}".encode() for number in range(3)}


def test_large_records_pass(newsroom: Newsroom) -> None:
    """A record as large as the limit allows is tagged, and one beyond it is a dead letter with all of its bytes."""
    limit = newsroom.settings.limits.max_record_bytes
    padding = {"id": "1", "publisher": "example.org", "body": "News of sport.", "padding": ""}
    padding["padding"] = "x" * (limit - len(json.dumps(padding)))
    too_large = b"x" * (limit + 1)
    newsroom.produce((b"1", json.dumps(padding).encode(), ()), (b"2", too_large, ()))

    with newsroom.worker() as worker:
        worker.ready()
        topics = newsroom.settings.topics
        found = by_topic(newsroom.read_until(lambda records: len(records) >= 2, [topics.tagged, topics.rejected]))

    assert [record.key for record in found["tagged"]] == [b"example.org:1"]
    assert [record.value == too_large for record in found["rejected"]] == [True]


def test_a_standby_is_ready_and_takes_over(newsroom: Newsroom) -> None:
    """A worker beyond the partitions is ready without any, and reads when another stops."""
    with newsroom.worker() as first, newsroom.worker() as second, newsroom.worker() as third:
        workers = [first.ready(), second.ready(), third.ready()]
        standby = worker_without_partition(workers)
        assert standby.get("/readyz")[0] == 200
        for worker in workers:
            if worker is not standby:
                worker.signal(signal.SIGTERM)
                assert worker.exit_code() == 0
        newsroom.produce(article(1))
        found = newsroom.read_until(lambda records: len(records) >= 1, [newsroom.settings.topics.tagged])

    assert [record.key for record in found] == [b"example.org:1"]


def worker_without_partition(workers: list[Worker]) -> Worker:
    """Return the worker that the group gave no partition, when all have settled."""

    def find() -> Worker | None:
        counts = [json.loads(worker.get("/healthz")[1])["partitions"] for worker in workers]
        return workers[counts.index(0)] if sorted(counts) == [0, 1, 1] else None

    found = eventually(find, "one of three workers has no partition")
    assert found is not None
    return found


def test_an_idle_worker_stops_at_once(newsroom: Newsroom) -> None:
    """A worker with nothing to do stops in good order on Ctrl-C."""
    with newsroom.worker() as worker:
        worker.ready().signal(signal.SIGINT)

        assert worker.exit_code() == 0
        assert worker.says(Logged.STOPPED)
