"""Consumers that are no workers and join the workers' group: the broker refuses them, and no article is lost."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import confluent_kafka
import kafka
import kafka.errors
import pytest

from tests.broker import former_workers
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, Worker, eventually

ARTICLES = 100
RECOVERY_SECONDS = 40.0
FORMER = {former_workers.VARIABLE: "1"}


@contextmanager
def stranger(newsroom: Newsroom) -> Iterator[kafka.KafkaConsumer]:
    """Return a consumer of kafka-python in the group of the workers, with its default assignors."""
    consumer = kafka.KafkaConsumer(
        newsroom.raw_topic,
        group_id=newsroom.settings.worker.group,
        bootstrap_servers=newsroom.settings.kafka.bootstrap_servers,
        client_id="dashboard",
    )
    try:
        yield consumer
    finally:
        consumer.close()


def assert_refused(newsroom: Newsroom) -> None:
    """Check that the broker refuses a stranger."""
    with (
        stranger(newsroom) as consumer,
        pytest.raises(kafka.errors.InconsistentGroupProtocolError),
    ):
        eventually(lambda: consumer.poll(500), "the stranger gets records")


def send(ledger: Ledger, portion: int) -> None:
    """Send some articles."""
    ledger.send(*(article(number, 0) for number in range(portion * ARTICLES, (portion + 1) * ARTICLES)))


def test_a_stranger_is_refused(newsroom: Newsroom, ledger: Ledger) -> None:
    """A consumer with the group's name gets no partition: the broker refuses it, and every article is tagged once."""
    with newsroom.worker() as worker:
        worker.ready()
        assert_refused(newsroom)
        send(ledger, 0)
        account = ledger.settle(RECOVERY_SECONDS)

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)


def test_a_member_of_the_new_protocol_is_refused(newsroom: Newsroom, ledger: Ledger) -> None:
    """A consumer with the protocol of KIP-848 does not take the group over: it is refused, and no article is lost."""
    errors: list[confluent_kafka.KafkaError] = []
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "group.id": newsroom.settings.worker.group,
            "group.protocol": "consumer",
            "log_level": 0,
            "error_cb": errors.append,
        }
    )
    try:
        with newsroom.worker() as worker:
            worker.ready()
            consumer.subscribe([newsroom.raw_topic])
            eventually(lambda: consumer.poll(0.2) or errors, "the broker has answered the stranger")
            assert not consumer.assignment()
            send(ledger, 0)
            account = ledger.settle(RECOVERY_SECONDS)
            assert worker.runs
    finally:
        consumer.close()

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)


def test_a_member_of_the_new_protocol_that_was_there_first(newsroom: Newsroom) -> None:
    """A worker that Kafka admits to a group of KIP-848 does not share its partitions: it exits 2 with one sentence."""
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": newsroom.settings.kafka.bootstrap_servers,
            "group.id": newsroom.settings.worker.group,
            "group.protocol": "consumer",
            "log_level": 0,
        }
    )
    try:
        consumer.subscribe([newsroom.raw_topic])
        eventually(lambda: consumer.poll(0.2) is None and consumer.assignment(), "the stranger has partitions")
        with newsroom.worker() as worker:
            assert worker.exit_code() == 2
    finally:
        consumer.close()

    (entry,) = [each for each in worker.log if "has a member that is no worker" in each["message"]]
    assert newsroom.settings.worker.group in entry["message"]
    assert "Traceback" not in str(worker.log)


def test_a_stranger_that_was_there_first(newsroom: Newsroom) -> None:
    """A worker whose group has a member with another protocol exits 2, with one sentence and no traceback."""
    with stranger(newsroom) as consumer:
        eventually(lambda: consumer.poll(200) is not None and consumer.assignment(), "the stranger is in the group")
        with newsroom.worker() as worker:
            assert worker.exit_code() == 2

    (entry,) = [each for each in worker.log if "has a member that is no worker" in each["message"]]
    assert newsroom.settings.worker.group in entry["message"]
    assert not [each for each in worker.log if "exception" in each or "Traceback" in str(each)]


def test_workers_of_the_former_name_are_replaced_one_by_one(newsroom: Newsroom, ledger: Ledger) -> None:
    """In two rounds the group changes from Kafka's own assignor to the workers' own: no article is lost.

    In the first round each worker is replaced by one that offers both names, in the second by one that offers its own.
    """
    rounds: list[dict[str, Any]] = [{"worker__offer_roundrobin": True}] * 2 + [{}] * 2
    with ExitStack() as running:
        workers = [running.enter_context(newsroom.worker(variables=FORMER)) for _ in range(2)]
        for portion, flags in enumerate(rounds):
            for worker in workers:
                worker.ready()
            send(ledger, portion)
            ledger.wait_for(portion * ARTICLES + ARTICLES // 4)
            workers.append(running.enter_context(newsroom.worker(**flags)).ready())
            leaving = workers.pop(0)
            leaving.signal(signal.SIGTERM)
            assert leaving.exit_code() == 0
        account = ledger.settle(RECOVERY_SECONDS)
        assert_refused(newsroom)

    assert (account.sent, account.missing) == (len(rounds) * ARTICLES, 0)


def test_a_stranger_that_cannot_be_refused_is_shown(newsroom: Newsroom) -> None:
    """While workers of version 0.1.0 are admitted, so is a stranger: a metric, `/healthz` and a log line show it."""
    with newsroom.worker(worker__offer_roundrobin=True) as worker, stranger(newsroom) as consumer:
        worker.ready()
        eventually(lambda: consumer.poll(200) is not None and consumer.assignment(), "the stranger is in the group")

        eventually(lambda: worker.count("copytaster_foreign_partitions"), "the metric shows the stranger")

        (shown,) = json.loads(worker.get("/healthz")[1])["strangers"]
        assert (shown["client"], len(shown["partitions"])) == ("dashboard", len(consumer.assignment()))
        assert logged(worker, "no worker, the client 'dashboard'")
        assert worker.get("/readyz")[0] == 200


def logged(worker: Worker, words: str) -> bool:
    """Return whether a line of the worker's log has these words."""
    return any(words in entry["message"] for entry in list(worker.log))
