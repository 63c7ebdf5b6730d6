"""One article that makes the models fail, in every way that there is: it costs itself and nothing else."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.broker.ledger import Ledger
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually

ARTICLES = 24
AT_FAULT = 9
DEADLINE_SECONDS = 2.0
SHORT_BUDGET_SECONDS = 0.5
MEMORY_MEBIBYTES = 128
RECOVERY_SECONDS = 40.0


def article(number: int, fault: str | None = None) -> tuple[bytes, bytes, tuple[()]]:
    """Return a raw record of whose text the classifier dies, or does not."""
    body = f"News of sport {number}." + (f" fault={fault}" if fault else "")
    value = {"id": str(number), "publisher": "example.org", "body": body}
    return str(number).encode(), json.dumps(value).encode(), ()


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that has ended and waits to be asked how does not."""
    if Path("/proc/self").exists():
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def child_of(worker: Worker) -> int:
    """Return the id of a worker's child process."""
    return int(worker.says(Logged.CLASSIFIES).split()[1])


def is_taken_up(worker: Worker) -> bool:
    """Return whether a worker has a single article in progress."""
    return "copytaster_records_in_progress 1.0" in worker.get("/metrics")[1]


@pytest.mark.parametrize(
    ("fault", "reason", "ends"),
    [
        ("raise", "unexpected", 0),
        ("hang", "deadline", 2),
        ("loop", "too_slow", 2),
        ("memory", "out_of_memory", 2),
        ("exit", "process_died", 2),
        ("crash", "process_died", 2),
    ],
)
def test_an_article_costs_itself_alone(newsroom: Newsroom, ledger: Ledger, fault: str, reason: str, ends: int) -> None:
    """One article is dead-lettered with its own reason, all others are tagged once, and everything is committed."""
    topics = newsroom.settings.topics
    ledger.send(*(article(number, fault if number == AT_FAULT else None)[:2] for number in range(ARTICLES)))

    with newsroom.worker(
        worker__child_deadline_seconds=RECOVERY_SECONDS if fault == "loop" else DEADLINE_SECONDS,
        worker__article_cpu_seconds=SHORT_BUDGET_SECONDS if fault == "loop" else 2 * DEADLINE_SECONDS,
        worker__child_memory_mebibytes=MEMORY_MEBIBYTES,
    ) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        metrics = worker.get("/metrics")[1]
        assert worker.get("/livez")[0] == 200
        eventually(lambda: worker.get("/readyz")[0] == 200, "the worker is ready again")

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
    (letter,) = newsroom.read(topics.rejected)
    headers = dict(letter.headers)
    assert letter.key == str(AT_FAULT).encode()
    assert headers["copytaster.error.reason"] == reason.encode()
    tagged = sorted(record.key or b"" for record in newsroom.read(topics.tagged))
    assert tagged == sorted(f"example.org:{number}".encode() for number in range(ARTICLES) if number != AT_FAULT)
    assert sum(map(int, re.findall(r"copytaster_child_ends_total\{.*\} (\d+)", metrics))) == ends


@pytest.mark.parametrize("fault", [None, "hang"], ids=["idle", "hanging"])
def test_no_child_outlives_its_worker(newsroom: Newsroom, fault: str | None) -> None:
    """A worker that is killed takes its child process along, even one that hangs in compiled code."""
    newsroom.produce(article(0, fault))

    with newsroom.worker(worker__child_deadline_seconds=30, worker__article_cpu_seconds=30) as worker:
        child = child_of(worker.ready())
        eventually(lambda: is_taken_up(worker) if fault else newsroom.committed() == 1, "the article is there")
        assert is_running(child)
        worker.signal(signal.SIGKILL)
        worker.exit_code()

    eventually(lambda: not is_running(child), "the child has ended")


def test_models_that_fail_on_most_articles_stop_the_worker(newsroom: Newsroom) -> None:
    """When the child process ends over every article, the breaker stops the worker."""
    newsroom.produce(*(article(number, "exit") for number in range(20)))

    with newsroom.worker(worker__breaker_first_failures=4) as worker:
        assert worker.exit_code() == 70

    assert len(newsroom.read(newsroom.settings.topics.rejected)) < 4


def test_a_hanging_article_does_not_hinder_a_stop(newsroom: Newsroom) -> None:
    """A worker that is stopped while an article hangs exits within its grace period and leaves it uncommitted."""
    newsroom.produce(article(0, "hang"))

    with newsroom.worker(
        worker__shutdown_seconds=1, worker__child_deadline_seconds=30, worker__article_cpu_seconds=30
    ) as worker:
        child = child_of(worker.ready())
        eventually(lambda: is_taken_up(worker), "the article is taken up")
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 70

    assert newsroom.committed() == 0
    eventually(lambda: not is_running(child), "the child has ended")


def test_a_thread_can_take_the_place_of_the_child(newsroom: Newsroom) -> None:
    """With `worker.isolation = "thread"` there is no child process, and an exception still costs its article alone."""
    newsroom.produce(article(0), article(1, "raise"))

    with newsroom.worker(worker__isolation="thread") as worker:
        eventually(lambda: newsroom.committed() == 2, "everything is committed")
        assert worker.get("/readyz") == (200, "ok\n")
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    assert not worker.logged(Logged.CLASSIFIES)
    assert len(newsroom.read(newsroom.settings.topics.rejected)) == 1
