"""Checks before a start, on brokers that report their limits: what would stop a worker is a problem, with its cause."""

import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from tests.broker.conftest import room_at
from tests.broker.newsroom import ROOT, Logged, Newsroom, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.test_offsets import configure


def check(newsroom: Newsroom, verb: tuple[str, ...], **flags: object) -> "subprocess.CompletedProcess[str]":
    """Run a verb that checks the cluster."""
    changed = {name.replace("__", "."): value for name, value in flags.items()}
    given = [part for name, value in (newsroom.flags | changed).items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", *verb, *given]
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT, env={"COLUMNS": "400"})


@pytest.mark.parametrize("verb", [("topics", "check"), ("doctor",)], ids=" ".join)
def test_fewer_replicas_than_a_write_needs(verb: tuple[str, ...], newsroom: Newsroom) -> None:
    """A topic with fewer replicas than its `min.insync.replicas` is a problem that names both."""
    admin = AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})
    configure(admin, newsroom.raw_topic, {"min.insync.replicas": "2"})

    done = check(newsroom, verb)

    assert done.returncode == 1
    assert f"{newsroom.raw_topic}: 1 replicas where min.insync.replicas is 2" in " ".join(done.stdout.split())


@pytest.mark.parametrize("verb", [("topics", "check"), ("doctor",)], ids=" ".join)
def test_a_session_timeout_that_the_broker_would_refuse(verb: tuple[str, ...], newsroom: Newsroom) -> None:
    """A session timeout above the broker's limit is a problem that names the setting and the limit."""
    done = check(newsroom, verb, worker__session_timeout_seconds=1_801)

    assert done.returncode == 1
    assert "worker.session_timeout_seconds is 1801 where group.max.session.timeout.ms is 1800000" in " ".join(
        done.stdout.split()
    )


def test_a_sound_cluster(newsroom: Newsroom) -> None:
    """With topics, limits and rights that fit, `doctor` looks at the group and finds no problem."""
    done = check(newsroom, ("doctor",))

    assert done.returncode == 0, done.stdout
    assert f"{newsroom.settings.worker.group} has a coordinator" in " ".join(done.stdout.split())


def test_a_broker_that_requires_more_replicas_than_there_are(kafka_jars: Path) -> None:
    """With `min.insync.replicas` 2 on one broker, `topics create` sets what fits, and the topic of commits is named."""
    with ApacheKafka(kafka_jars, config={"min.insync.replicas": "2"}) as cluster:
        newsroom = room_at(cluster.bootstrap_servers)
        created = check(newsroom, ("topics", "create"))
        checked = check(newsroom, ("topics", "check"))

    assert created.returncode == 0, created.stderr
    assert checked.returncode == 1
    (problem,) = checked.stdout.splitlines()
    assert problem.startswith("the topic of committed offsets has 1 replicas where min.insync.replicas is 2")


@pytest.mark.parametrize("verb", [("topics", "check"), ("doctor",)], ids=" ".join)
def test_a_broker_that_cannot_store_commits(verb: tuple[str, ...], kafka_jars: Path) -> None:
    """Where the topic of committed offsets needs more brokers than there are, the checks name the config and the group.

    A worker repeats the sentence while it waits for them.
    """
    with ApacheKafka(kafka_jars, config={"offsets.topic.replication.factor": "3"}) as cluster:
        newsroom = room_at(cluster.bootstrap_servers, wait_seconds=5)
        newsroom.create_topics()

        done = check(newsroom, verb)
        with newsroom.worker() as worker:
            eventually(lambda: worker.logged(Logged.WAITS), "the worker waits for the group")
            code = worker.exit_code()

    printed = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "offsets.topic.replication.factor is 3 where the cluster has 1 brokers" in printed
    assert "coordinates consumer groups (CoordinatorNotAvailable)" in printed
    assert code == 75
    assert "offsets.topic.replication.factor" in worker.log[-1]["message"]


def test_a_worker_runs_the_same_checks(newsroom: Newsroom) -> None:
    """A worker logs what differs from its settings, and starts where that does not stop it."""
    admin = AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})
    configure(admin, newsroom.settings.topics.tagged, {"retention.ms": "1000"})

    with newsroom.worker() as worker:
        worker.ready()

    (found,) = [entry for entry in worker.log if entry["message"].startswith("checked configs")]
    assert f"{newsroom.settings.topics.tagged}: retention.ms=1000 where" in found["message"]
    assert found["level"] == "warning"
