"""The README's programs do what it says, run as they stand there, on the embedded broker."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.resources import seed
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import topic_specs
from streams.records.origin import RawRecord
from streams.settings import load
from streams.stages.pipeline import Pipeline

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:9092"
GROUP = 'group_id="my-dashboard",'
QUICK_GROUP = f"{GROUP} session_timeout_ms=2_000, heartbeat_interval_ms=500,"
"""The embedded broker lets a consumer join after half its session timeout, which is 45 s by default."""


def example(heading: str) -> str:
    """Return the program under a heading of the README."""
    found = re.search(r"^```python\n(.*?)^```", README.partition(f"## {heading}\n")[2], re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return a connection to an embedded broker that has every topic."""
    with EmbeddedBroker() as broker:
        flags = {"kafka.bootstrap_servers": broker.bootstrap_servers, "topics.partitions": 1}
        settings = load(flags=flags, environment={})
        with Cluster(settings) as connected:
            connected.create(topic_specs(settings, Taxonomy.load(seed("taxonomy.json"))))
            yield connected


def _at(cluster: Cluster, program: str) -> list[str]:
    """Return the command that runs an example against another broker, which joins a group sooner."""
    assert ADDRESS in program
    program = program.replace(ADDRESS, cluster._settings.kafka.bootstrap_servers)
    return [sys.executable, "-c", program.replace(GROUP, QUICK_GROUP)]


@pytest.mark.broker
def test_the_examples_of_the_readme_work(cluster: Cluster) -> None:
    """What the scraper's example sends is tagged, and the dashboard's example prints it, and forgets it."""
    subprocess.run(_at(cluster, example("Produce from a scraper")), check=True, timeout=60)
    (record,) = cluster.records(["news.articles.raw.v1"])
    withdrawal = RawRecord(record.origin, record.key, value=None)
    result = Pipeline.load(load(environment={})).process([record, withdrawal], datetime.now(UTC))
    with cluster.producer() as producer:
        for output in (output for each in result.results for output in each.outputs):
            producer.send(output.topic, output.value, output.key, output.headers)

    command = _at(cluster, example("Consume from a dashboard"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dashboard:
        assert dashboard.stdout
        shown, forgotten = dashboard.stdout.readline(), dashboard.stdout.readline()
        dashboard.terminate()

    assert shown.endswith("\tRain, and more of it\n")
    key = result.results[0].outputs[0].key
    assert key is not None
    assert forgotten.split() == ["forget", key.decode()]


def test_the_demo_that_is_shown_is_that_of_the_sample_feed() -> None:
    """The summary in the README counts the articles that are in the sample feed."""
    articles = len(seed("sample_feed.jsonl").read_bytes().splitlines())

    assert f"\n{articles} articles in · " in README
