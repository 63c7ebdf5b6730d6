"""Test bed of a long run: a broker with its topics, and workers, all for the time of a `with` block.

BENCH_BROKER decides which broker: Apache Kafka, started for the run (the default), `embedded`, or host:port of yours,
where Kafka topics named bench-* are made and left. BENCH_WORKERS says how many workers.
"""

import os
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import msgspec

from bench.ledger import Ledger
from bench.workers import Watched, running, variables
from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import topic_specs
from streams.settings import Settings, load
from tests.kafka.apache import ApacheKafka
from tests.kafka.maven import KafkaMissingError, fetched_jars

PARTITIONS = 4
SESSION_SECONDS = "6"
"""Apache Kafka takes no shorter session by default."""


class TestBed(msgspec.Struct, frozen=True):
    """What a run needs."""

    settings: Settings
    environment: Mapping[str, str]
    ledger: Ledger

    @contextmanager
    def workers(self, count: int) -> Iterator[Sequence[Watched]]:
        """Run so many workers for the time of a `with` block, which begins when all are ready."""
        with ExitStack() as closing:
            yield [closing.enter_context(running(self.environment)) for _ in range(count)]


@contextmanager
def open_testbed(topic_configs: Mapping[str, str] | None = None, **changed: str) -> Iterator[TestBed]:
    """Set everything up but the workers.

    Parameters
    ----------
    topic_configs
        Added to the configs of every Kafka topic.
    changed
        Settings of the workers besides, by section and name: `versions__enabled="false"`.
    """
    with _broker() as bootstrap_servers:
        name = f"bench-{uuid.uuid4().hex[:8]}"
        defaults = {
            "topics__partitions": str(PARTITIONS),
            "topics__raw": f"{name}.raw",
            "topics__tagged": f"{name}.tagged",
            "topics__review": f"{name}.review",
            "topics__rejected": f"{name}.rejected",
            "topics__versions": f"{name}.versions",
            "topics__routed": f"{name}.topic.{{slug}}",
            "worker__group": name,
            "worker__session_timeout_seconds": SESSION_SECONDS,
        }
        environment = variables(bootstrap_servers, **{**defaults, **changed})
        settings = load(environment=environment)
        specs = topic_specs(settings, Taxonomy.load(resources.seed("taxonomy.json")))
        configured = [
            msgspec.structs.replace(each, configs={**each.configs, **(topic_configs or {})}) for each in specs
        ]
        with Cluster(settings) as cluster:
            cluster.create(configured)
        with Ledger(settings) as ledger:
            yield TestBed(settings, environment, ledger)


def workers_wanted(default: int) -> int:
    """Return how many workers BENCH_WORKERS asks for."""
    return int(os.environ.get("BENCH_WORKERS") or default)


@contextmanager
def _broker() -> Iterator[str]:
    named = os.environ.get("BENCH_BROKER") or "kafka"
    if named == "embedded":
        with EmbeddedBroker() as embedded:
            yield embedded.bootstrap_servers
    elif named == "kafka":
        try:
            jars = fetched_jars()
        except KafkaMissingError as error:
            sys.exit(f"{error}, or name another broker with BENCH_BROKER")
        with ApacheKafka(jars) as cluster:
            yield cluster.bootstrap_servers
    else:
        yield named
