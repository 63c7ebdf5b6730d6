"""Readers of topics that Apache Kafka cannot give in full: an open transaction, and a batch whose bytes are damaged."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import confluent_kafka
import pytest

from tests.broker.newsroom import DEADLINE_SECONDS, ROOT, Newsroom
from tests.kafka.apache import ApacheKafka

LETTERS = 10
"""Letters in each batch."""

REASON = ("copytaster.error.reason", b"not_json")


def run(newsroom: Newsroom, *verb: str) -> "subprocess.CompletedProcess[str]":
    """Run a verb to its end."""
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", *verb, *given]
    return subprocess.run(
        program, capture_output=True, text=True, check=False, cwd=ROOT, env={}, timeout=2 * DEADLINE_SECONDS
    )


def send(producer: confluent_kafka.Producer, topic: str, partition: int, text: str) -> None:
    """Send letters as one batch, and wait for their acknowledgement."""
    for number in range(LETTERS):
        producer.produce(topic, f"{text} {number}".encode(), b"key", partition, headers=[REASON])
    assert producer.flush(DEADLINE_SECONDS) == 0


def producer_at(newsroom: Newsroom, **config: object) -> confluent_kafka.Producer:
    """Return a producer that sends what it gets within a second as one batch."""
    servers = {"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "linger.ms": 1000, "log_level": 0}
    return confluent_kafka.Producer(servers | config)


@contextmanager
def open_transaction(newsroom: Newsroom, topic: str) -> Iterator[None]:
    """Keep a transaction open in partition 0, behind one that was committed and one that was aborted."""
    writer = producer_at(newsroom, **{"transactional.id": topic})
    writer.init_transactions()
    for end in (writer.commit_transaction, writer.abort_transaction):
        writer.begin_transaction()
        send(writer, topic, 0, end.__name__)
        end()
    writer.begin_transaction()
    send(writer, topic, 0, "open")
    yield
    writer.abort_transaction()


@pytest.mark.parametrize(
    "verb",
    [("tail", "--no-follow", "--from-beginning", "--json"), ("rejected", "list", "--json")],
    ids=["tail", "list"],
)
def test_a_reader_ends_before_an_open_transaction(verb: tuple[str, ...], newsroom: Newsroom) -> None:
    """A reader ends at the last stable offset: it shows what is committed before it, and nothing behind it."""
    topics = newsroom.settings.topics
    topic = topics.tagged if verb[0] == "tail" else topics.rejected
    with open_transaction(newsroom, topic):
        send(producer_at(newsroom), topic, 0, "behind")
        send(producer_at(newsroom), topic, 1, "elsewhere")

        done = run(newsroom, *verb)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2 * LETTERS


def test_a_replay_ends_before_an_open_transaction(newsroom: Newsroom) -> None:
    """A replay ends at the last stable offset, and the next one sends what was behind it, each letter once."""
    rejected = newsroom.settings.topics.rejected
    with open_transaction(newsroom, rejected):
        send(producer_at(newsroom), rejected, 0, "behind")
        before = run(newsroom, "rejected", "replay", "--json")
    after = run(newsroom, "rejected", "replay", "--json")

    assert (before.returncode, after.returncode) == (0, 0), before.stderr + after.stderr
    assert [json.loads(each.stdout)["skipped"] for each in (before, after)] == [{"no_dead_letter": LETTERS}] * 2
    assert [json.loads(each.stdout)["remaining"] for each in (before, after)] == [0, 0]


def damage(cluster: ApacheKafka, topic: str, value: bytes) -> None:
    """Change one byte of a value in the broker's file of partition 0."""
    (path,) = cluster.nodes[0].partition_folder(topic, 0).glob("*.log")
    with path.open("r+b") as file:
        file.seek(path.read_bytes().index(value))
        file.write(b"\xff")


@pytest.mark.parametrize(
    "verb",
    [
        ("tail", "--no-follow", "--from-beginning", "--json"),
        ("rejected", "list", "--json"),
        ("rejected", "replay", "--json"),
    ],
    ids=lambda verb: verb[-2],
)
def test_a_corrupt_batch_is_named(verb: tuple[str, ...], newsroom: Newsroom, apache_kafka: ApacheKafka) -> None:
    """A corrupt batch is named with topic, partition and offset; what precedes it and other partitions are read."""
    topics = newsroom.settings.topics
    topic = topics.tagged if verb[0] == "tail" else topics.rejected
    for text in ("first", "second", "third"):
        send(producer_at(newsroom), topic, 0, text)
    send(producer_at(newsroom), topic, 1, "elsewhere")
    damage(apache_kafka, topic, b"second 5")

    done = run(newsroom, *verb)

    assert done.returncode == 1
    assert f"partition 0 of {topic} has a corrupt batch at offset {LETTERS} (CorruptRecord)" in done.stderr
    assert "Traceback" not in done.stderr
    if "replay" in verb:
        report = json.loads(done.stdout)
        assert (report["ended"], report["skipped"]) == ("corrupt_batch", {"no_dead_letter": 2 * LETTERS})
    else:
        assert len(done.stdout.splitlines()) == 2 * LETTERS
