"""Tools whose records a topic refuses: exactly those are refused, all others arrive in order, and none is forgotten."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from streams.brokers.cluster import Cluster
from tests.broker.newsroom import ROOT, Newsroom, eventually
from tests.kafka.test_offsets import configure
from tests.test_readme import example

RECORDS = 40
AT_FAULT = 5
SMALL_BYTES = 20_000


@pytest.fixture
def admin(newsroom: Newsroom) -> AdminClient:
    """Return a client that changes the cluster."""
    return AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})


def limit(admin: AdminClient, newsroom: Newsroom, largest_bytes: int) -> None:
    """Let the raw topic take no larger batch of records, and return when the broker follows."""
    configure(admin, newsroom.raw_topic, {"max.message.bytes": str(largest_bytes)})

    def is_followed() -> bool:
        with Cluster(newsroom.settings) as cluster, cluster.producer() as producer:
            producer.send(newsroom.raw_topic, os.urandom(SMALL_BYTES), b"probe")
        return bool(producer.deliveries.refused) == (largest_bytes <= SMALL_BYTES)

    eventually(is_followed, f"the raw topic takes {largest_bytes} bytes")


def verb(newsroom: Newsroom, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a verb with the test's topics."""
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", *arguments, *given]
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)


def sent(newsroom: Newsroom) -> list[bytes]:
    """Return the values on the raw topic that are no probes, each partition in its order."""
    return [record.value for record in newsroom.read(newsroom.raw_topic) if record.key != b"probe" and record.value]


def article(number: int) -> bytes:
    """Return an article; one number has a body that does not compress below the small topic's limit."""
    body = os.urandom(SMALL_BYTES * 2).hex() if number == AT_FAULT else "News."
    return json.dumps({"id": str(number), "body": body}).encode()


@pytest.mark.parametrize("rate", [None, 100], ids=["batches", "one by one"])
def test_a_record_over_the_limit(rate: int | None, admin: AdminClient, newsroom: Newsroom, tmp_path: Path) -> None:
    """`produce` gives up exactly the record that is too large, and says so; all others arrive."""
    limit(admin, newsroom, SMALL_BYTES)
    articles = [article(number) for number in range(RECORDS)]
    file = tmp_path / "articles.jsonl"
    file.write_bytes(b"\n".join(articles))

    done = verb(newsroom, "produce", str(file), *(["--rate", str(rate)] if rate else []))

    arrived = sent(newsroom)
    assert done.returncode == 1
    assert f"acknowledged {RECORDS - 1} of {RECORDS} records" in done.stdout
    assert "the broker refused 1 records: larger than" in done.stderr
    assert sorted(arrived) == sorted(each for number, each in enumerate(articles) if number != AT_FAULT)


def test_records_without_a_key_on_a_compacted_topic(admin: AdminClient, newsroom: Newsroom) -> None:
    """Of a batch that the broker refuses because of some records, all others arrive, in their order."""
    configure(admin, newsroom.raw_topic, {"cleanup.policy": "compact"})
    without_key = {AT_FAULT, AT_FAULT + 1, RECORDS - 1}

    def is_refused() -> bool:
        with Cluster(newsroom.settings) as cluster, cluster.producer() as producer:
            producer.send(newsroom.raw_topic, b"probe", None)
        return bool(producer.deliveries.refused)

    eventually(is_refused, "the raw topic is compacted")
    with Cluster(newsroom.settings) as cluster, cluster.producer() as producer:
        for number in range(RECORDS):
            producer.send(newsroom.raw_topic, b"%d" % number, None if number in without_key else b"key")

    arrived = [value for value in sent(newsroom) if value != b"probe"]
    assert producer.deliveries.acknowledged == RECORDS - len(without_key)
    assert sum(producer.deliveries.refused.values()) == len(without_key)
    assert all("key" in reason for reason in producer.deliveries.refused)
    assert arrived == [b"%d" % number for number in range(RECORDS) if number not in without_key]


def test_a_letter_over_the_limit_is_found_again(admin: AdminClient, newsroom: Newsroom) -> None:
    """A replay gives up exactly the refused letter; when the limit is lifted, the next run replays that one alone."""
    rejected = newsroom.settings.topics.rejected
    values = [article(number) for number in range(RECORDS)]
    with Cluster(newsroom.settings) as cluster, cluster.producer() as producer:
        for number, value in enumerate(values):
            facts = {"reason": "not_json", "topic": newsroom.raw_topic, "partition": "0", "offset": str(number)}
            headers = tuple((f"copytaster.error.{name}", fact.encode()) for name, fact in facts.items())
            producer.send(rejected, value, b"%d" % number, headers)
    limit(admin, newsroom, SMALL_BYTES)

    first = verb(newsroom, "rejected", "replay", "--json")
    limit(admin, newsroom, 1_000_000)
    second = verb(newsroom, "rejected", "replay", "--json")
    third = verb(newsroom, "rejected", "replay", "--json")

    assert not [each.stderr for each in (first, second, third) if not each.stdout]
    reports = [json.loads(each.stdout) for each in (first, second, third)]
    assert [each.returncode for each in (first, second, third)] == [1, 0, 0]
    assert [sum(each["replayed"].values()) for each in reports] == [RECORDS - 1, 1, 0]
    assert [each["remaining"] for each in reports] == [1, 0, 0]
    assert first.stderr.count("the broker refused the letter") == 1
    assert sorted(sent(newsroom)) == sorted(values)


def test_the_producer_of_the_readme_survives_a_refusal(admin: AdminClient, newsroom: Newsroom) -> None:
    """The README's producer for scrapers reports an article that is refused, and sends the next ones."""
    limit(admin, newsroom, SMALL_BYTES)
    program = example("Produce from a scraper").replace("127.0.0.1:9092", newsroom.settings.kafka.bootstrap_servers)
    program = program.replace("news.articles.raw.v1", newsroom.raw_topic)
    first, _, second = program.partition("for article in articles:")
    long = f"articles.insert(0, articles[0] | {{'body': {os.urandom(SMALL_BYTES * 2).hex()!r}}})\n"

    done = subprocess.run(
        [sys.executable, "-c", f"{first}{long}for article in articles:{second}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert [json.loads(value)["title"] for value in sent(newsroom)] == ["Rain, and more of it"]
    assert done.stderr.count("MessageSizeTooLargeError") == 1
