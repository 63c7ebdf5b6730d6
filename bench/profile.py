"""`make profile`: a flame graph of where an article's time goes, in a worker and its child process.

PROFILE_FEED      a JSON-lines file of raw articles, plain or gzipped; by default the sample feed, again and again
PROFILE_ARTICLES  how many; 20,000 by default

py-spy starts this script and samples every process below it: Linux lets only root sample a process from elsewhere
(ptrace_scope 1), and macOS asks for root in any case. So the picture also shows how the processes start and load the
models. In the picture, a click on `_serve` of the child shows its batches alone; `_run_once` of the worker is Faust,
publishing and the pipe to the child. The broker is the embedded one and not in the picture.
"""

import os
import subprocess
import sys
from pathlib import Path

from bench import feed
from bench.through_worker import produce, wait_for
from bench.workers import running, variables
from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import topic_specs
from streams.settings import load

DEFAULT_ARTICLES = 20_000
"""At 865 short articles a second (bench/README.md) some 23 s, beside 3 s of loading."""

PICTURE = Path("build/profile.svg")
SAMPLES_PER_SECOND = 100
"""py-spy's own default: a process stands still while it is sampled, some 1 % of its time at this rate."""

PROFILED = "--profiled"


def main() -> None:
    """Run this script again below py-spy, or, there, send the articles."""
    if sys.argv[1:] == [PROFILED]:
        _send()
    else:
        sys.exit(_profile())


def _profile() -> int:
    """Sample a run and return the exit code of py-spy."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    program = [sys.executable, "-m", "bench.profile", PROFILED]
    py_spy = Path(sys.executable).with_name("py-spy")
    options = ["--subprocesses", "--function", "--rate", str(SAMPLES_PER_SECOND), "--output", str(PICTURE)]
    return subprocess.run([py_spy, "record", *options, "--", *program], check=False).returncode


def _send() -> None:
    """Let a worker process the articles."""
    path = Path(os.environ.get("PROFILE_FEED") or feed.sample_feed())
    raw_values = feed.values(path, int(os.environ.get("PROFILE_ARTICLES") or DEFAULT_ARTICLES))
    with EmbeddedBroker() as broker:
        environment = variables(broker.bootstrap_servers)
        settings = load(environment=environment)
        with Cluster(settings) as cluster:
            cluster.create(topic_specs(settings, Taxonomy.load(resources.seed("taxonomy.json"))))
            with running(environment) as worker:
                produce(cluster, settings.topics.raw, raw_values)
                wait_for(worker, len(raw_values))


if __name__ == "__main__":
    main()
