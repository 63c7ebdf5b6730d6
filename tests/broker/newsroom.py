"""Everything around a worker: Kafka topics of its own, a scraper, readers that share no code with it."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import kafka
from kafka.errors import CoordinatorNotAvailableError

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.cluster import Cluster
from streams.brokers.layout import topic_specs
from streams.records.origin import Headers, RawRecord
from streams.settings import Settings, load
from tests.broker.forked import ForkedWorker

DEADLINE_SECONDS = 40.0
"""How long anything may take before a test fails: ten times what it takes on an idle machine."""

POLL_SECONDS = 0.02
ROOT = Path(__file__).parents[2]

Answer = TypeVar("Answer")


def eventually(look: Callable[[], Answer], what: str, seconds: float = DEADLINE_SECONDS) -> Answer:
    """Return the first answer that is true, or fail when the time is over; the one place where tests wait."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s still not so: {what}")
        time.sleep(POLL_SECONDS)
    return answer


class Logged(StrEnum):
    """What a worker reports in its log, by words that no other message holds: the one place that knows them."""

    SERVES = "serves http"
    WAITS = "for a broker"
    CLASSIFIES = "classifies"
    READY = "ready: reads"
    UNANSWERED = "the broker does not answer"
    STOPS = "stops: finishes"
    STOPPED = "stopped"
    TERMINATES = "terminates immediately"
    REPAIRS = "publishes the newest version again"


class Worker:
    """A worker process and its log."""

    def __init__(self, process: "ForkedWorker | subprocess.Popen[str]") -> None:
        self._process = process
        self.log: list[dict[str, str]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def logged(self, report: Logged) -> list[str]:
        """Return the messages of one kind that are in the log by now."""
        return [entry["message"] for entry in list(self.log) if report in entry["message"]]

    def says(self, report: Logged) -> str:
        """Return the first message of one kind, when it is in the log."""

        def found() -> str:
            ended = not self._reader.is_alive()
            messages = self.logged(report)
            assert messages or not ended, f"the worker ended without saying {report!r}: {self.log}"
            return messages[0] if messages else ""

        return eventually(found, f"the worker says {report!r}")

    def ready(self) -> "Worker":
        """Return the worker when it reads."""
        self.says(Logged.READY)
        return self

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a request to the worker."""
        address = self.says(Logged.SERVES).split()[1].partition("/metrics")[0]
        try:
            with urllib.request.urlopen(address + path, timeout=DEADLINE_SECONDS) as answer:  # noqa: S310  # loopback
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def count(self, metric: str) -> int:
        """Return the sum of a metric of the worker over its labels."""
        lines = (
            line for line in self.get("/metrics")[1].splitlines() if line.startswith((f"{metric} ", f"{metric}{{"))
        )
        return int(sum(float(line.rpartition(" ")[2]) for line in lines))

    def signal(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def exit_code(self) -> int:
        """Return the exit code, when the process has ended."""
        code = self._process.wait(timeout=DEADLINE_SECONDS)
        self._reader.join()
        return code

    def close(self) -> None:
        """End the process if it has not ended."""
        if self._process.poll() is None:
            self._process.kill()
        self.exit_code()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log.append(json.loads(line) if line.startswith("{") else {"message": line})


def _program(flags: Mapping[str, Any], fail_point: Sequence[str], given: Mapping[str, Any]) -> "subprocess.Popen[str]":
    """Start a worker as a program."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.broker.stub_worker", json.dumps(flags), *fail_point],
        stderr=subprocess.PIPE,
        text=True,
        **{"cwd": ROOT, **given, "env": {"PYTHONPATH": str(ROOT), **os.environ, **given.get("env", {})}},
    )


class Newsroom:
    """One test's Kafka topics, its scraper and its readers."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self.flags = flags
        self.settings: Settings = load(flags=flags, environment={})
        self.specs = topic_specs(self.settings, Taxonomy.load(resources.seed("taxonomy.json")))
        self.raw_topic = self.settings.topics.raw
        others = {self.raw_topic, self.settings.topics.versions}
        self.output_topics = [spec.name for spec in self.specs if spec.name not in others]

    def create_topics(self) -> None:
        """Create every topic."""
        with Cluster(self.settings) as cluster:
            cluster.create(self.specs)

    def produce(self, *records: tuple[bytes | None, bytes | None, Headers]) -> None:
        """Send raw records, as key, value and headers, and wait for their acknowledgement."""
        with Cluster(self.settings) as cluster, cluster.producer() as producer:
            for key, value, headers in records:
                producer.send(self.raw_topic, value, key, headers)

    @contextmanager
    def worker(
        self,
        *fail_point: str,
        process: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        **flags: object,
    ) -> Iterator[Worker]:
        """Start a worker with some settings changed, for the time of a `with` block; it may die at a fail-point.

        `variables` are set in its environment. With `process` it is started as a program, with these parameters of
        `subprocess.Popen`.
        """
        settings = self.flags | {name.replace("__", "."): value for name, value in flags.items()}
        worker = Worker(
            ForkedWorker(settings, fail_point, variables or {})
            if process is None
            else _program(settings, fail_point, process)
        )
        try:
            yield worker
        finally:
            worker.close()

    def read_until(self, enough: Callable[[Sequence[RawRecord]], bool], topics: Sequence[str] = ()) -> list[RawRecord]:
        """Return the records of the output topics, or of some, from the beginning, when they are enough."""
        found: list[RawRecord] = []
        deadline = time.monotonic() + DEADLINE_SECONDS
        with Cluster(self.settings) as cluster:
            for batch in cluster.batches(list(topics) or self.output_topics, follow=True):
                found += batch
                if enough(found):
                    break
                assert time.monotonic() < deadline, f"only {len(found)} records came"
        return found

    def read(self, *topics: str) -> list[RawRecord]:
        """Return the records of some topics up to their end."""
        with Cluster(self.settings) as cluster:
            return list(cluster.records(topics))

    def committed(self) -> int:
        """Return how many raw records the group has committed.

        Lag would not do: the embedded broker reports the end of a partition as that of its last batch's first record.
        """
        admin = kafka.KafkaAdminClient(bootstrap_servers=self.settings.kafka.bootstrap_servers)
        group = self.settings.worker.group
        partitions = [kafka.TopicPartition(self.raw_topic, number) for number in range(self.settings.topics.partitions)]
        try:
            commits = admin.list_group_offsets({group: partitions})[group]
        except CoordinatorNotAvailableError:  # Apache Kafka creates its offsets topic at the first question
            return 0
        finally:
            admin.close()
        return sum(max(0, commit.offset) for commit in commits.values())
