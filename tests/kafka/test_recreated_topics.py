"""A raw topic that is deleted and created again: all of the new one is tagged, nothing of the old is committed to it.

Each row is a worker in some state, and a new topic with fewer, as many or more records and partitions than the old one.
"""

import signal
import time
from typing import NamedTuple

import pytest

from streams.exit_codes import BROKER_AWAY
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.recreated import RawTopic

RECOVERY_SECONDS = 60.0
OLD, DONE = 300, 200
"""Articles of the old topic, and how many of them are tagged when it is deleted: the rest is in flight or unread."""

SLOW_MS = 5


class Change(NamedTuple):
    """How the new topic differs from the old one, which has two partitions."""

    articles: int
    partitions: int
    pause_seconds: float
    """Between the deletion and the creation."""


CHANGES = {
    "more records": Change(1_200, 2, 4),
    "more records at once": Change(1_200, 2, 0),
    "as many records": Change(OLD, 2, 1),
    "fewer records": Change(50, 2, 0),
    "fewer partitions": Change(600, 1, 0),
    "more partitions": Change(600, 5, 2),
}


@pytest.fixture
def raw_topic(newsroom: Newsroom, ledger: Ledger) -> RawTopic:
    """Return the raw topic; accounts of the new one go into the table at the end of the run."""
    return RawTopic(newsroom, ledger.note)


def wait(seconds: float) -> None:
    """Return when so much time has passed: what a person takes between two commands."""
    begun = time.monotonic()
    eventually(lambda: time.monotonic() - begun >= seconds, "the time has passed")


def require_new(raw_topic: RawTopic, articles: int, partition: int = 0) -> None:
    """Send articles to a new topic, and fail unless exactly these are tagged and committed."""
    new = raw_topic.ledger()
    new.send_new(articles, partition)
    account = new.settle(RECOVERY_SECONDS)
    new.close()

    assert (account.sent, account.missing) == (articles, 0)
    assert raw_topic.committed(partition) == articles


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_recreated_in_mid_work(change: Change, newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """With open commits and batches in flight: everything of the new topic is tagged, and its commits are its own."""
    with newsroom.worker() as worker:
        worker.ready()
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)), partition=0)
        ledger.flush()
        ledger.wait_for(DONE)
        raw_topic.delete()
        wait(change.pause_seconds)
        raw_topic.create(change.partitions)
        require_new(raw_topic, change.articles)
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready")
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    assert "deleted and created again" in " ".join(entry["message"] for entry in worker.log)


def test_recreated_without_ids(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """Where a broker gives no ids, an end behind the commit shows that the topic is another one."""
    with newsroom.worker("without_topic_ids", "1") as worker:
        worker.ready()
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)), partition=0)
        ledger.flush()
        ledger.wait_for(DONE)
        raw_topic.delete()
        raw_topic.create(2)
        require_new(raw_topic, 50)


def test_recreated_under_two_workers(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """Two workers notice by themselves, and share the new topic, of which one had no partition before."""
    with newsroom.worker() as first, newsroom.worker() as second:
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)))
        ledger.flush()
        ledger.wait_for(DONE)
        raw_topic.delete()
        raw_topic.create(4)
        new = raw_topic.ledger()
        for partition in range(4):
            new.send_new(OLD, partition)
        account = new.settle(RECOVERY_SECONDS)
        new.close()
        eventually(lambda: first.get("/readyz")[0] == second.get("/readyz")[0] == 200, "both are ready")

    assert (account.sent, account.missing) == (4 * OLD, 0)


def test_an_output_topic_is_recreated(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """A worker whose output topic is deleted and created again resumes; what was on the topic is gone with it."""
    tagged = newsroom.settings.topics.tagged
    with newsroom.worker(kafka__request_timeout_seconds=5) as worker:
        worker.ready()
        ledger.send(*(article(number, SLOW_MS) for number in range(OLD)))
        ledger.wait_for(DONE)
        raw_topic.delete(tagged)
        raw_topic.create(2, tagged)
        new = raw_topic.ledger()
        new.send_new(DONE, partition=0)
        account = new.settle(RECOVERY_SECONDS)
        new.close()
        assert worker.runs

    assert (account.sent, account.missing) == (DONE, 0)


def test_recreated_while_idle(newsroom: Newsroom, raw_topic: RawTopic) -> None:
    """An idle worker reads a topic that is created again within seconds."""
    with newsroom.worker() as worker:
        worker.ready()
        raw_topic.delete()
        wait(1)
        raw_topic.create(2)
        require_new(raw_topic, 20)


def test_recreated_while_frozen(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """A worker that stands still for longer than its session, with a commit open, reads all of the new topic."""
    with newsroom.worker() as worker:
        worker.ready()
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)), partition=0)
        ledger.flush()
        ledger.wait_for(DONE)
        worker.signal(signal.SIGSTOP)
        raw_topic.delete()
        raw_topic.create(2)
        new = raw_topic.ledger()
        new.send_new(2 * OLD, partition=0)
        wait(newsroom.settings.worker.session_timeout_seconds + 2)
        worker.signal(signal.SIGCONT)
        account = new.settle(RECOVERY_SECONDS)
        new.close()

    assert (account.sent, account.missing) == (2 * OLD, 0)


def test_recreated_while_no_worker_runs(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """A worker that starts later follows no commit of the old topic, even where one is there under its name."""
    with newsroom.worker() as worker:
        ledger.hand_over(*map(article, range(OLD)), partition=0)
        ledger.flush()
        ledger.settle(RECOVERY_SECONDS)
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0
    old = raw_topic.commit(0)
    raw_topic.delete()
    raw_topic.create(2)
    raw_topic.put_commit(old)
    new = raw_topic.ledger()
    new.send_new(2 * OLD, partition=0)

    with newsroom.worker():
        account = new.settle(RECOVERY_SECONDS)
    new.close()

    assert (old.offset, account.sent, account.missing) == (OLD, 2 * OLD, 0)


def test_never_created_again(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """A worker whose topic is missing is alive and not ready, and ends with 75 after `kafka.wait_seconds`."""
    with newsroom.worker(kafka__wait_seconds=8, worker__commit_interval_seconds=2) as worker:
        worker.ready()
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)), partition=0)
        ledger.flush()
        ledger.wait_for(DONE)
        raw_topic.delete()
        eventually(lambda: "the raw topic does not exist" in worker.get("/readyz")[1], "it is not ready")
        assert worker.get("/livez")[0] == 200
        assert worker.count("copytaster_raw_topic_missing") == 1
        assert worker.get("/healthz")[1].count('"topic_missing":true') == 1
        assert worker.exit_code() == BROKER_AWAY


def test_a_stop_while_the_topic_is_missing(newsroom: Newsroom, ledger: Ledger, raw_topic: RawTopic) -> None:
    """A worker whose topic is missing stops at once, with commits open."""
    with newsroom.worker(worker__commit_interval_seconds=3) as worker:
        worker.ready()
        ledger.hand_over(*(article(number, SLOW_MS) for number in range(OLD)), partition=0)
        ledger.flush()
        ledger.wait_for(DONE)
        raw_topic.delete()
        eventually(lambda: worker.count("copytaster_raw_topic_missing"), "the worker has noticed")
        begun = time.monotonic()
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    assert time.monotonic() - begun < newsroom.settings.worker.shutdown_seconds / 3
