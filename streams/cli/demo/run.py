"""`copytaster demo`: starts a broker and a worker, sends a feed, shows the results, and removes everything."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from streams.cli.options import CommandContext, verb
from streams.exit_codes import SIGNAL_BASE
from streams.stop_signals import TERMINAL_SIGNALS, handling

if TYPE_CHECKING:
    from streams.brokers.cluster import Cluster
    from streams.cli.demo.worker_process import WorkerProcess
    from streams.feeds import Feed
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "demo",
        "copytaster demo",
        "copytaster demo --feed articles.jsonl --feed pages/",
        "copytaster demo --keep",
    )(_demo)


def _demo(
    context: CommandContext,
    *,
    feed: Annotated[
        list[str] | None,
        typer.Option(
            help="Your own file or folder instead of the sample feed, as for produce; repeatable.", metavar="PATH"
        ),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep broker and worker running until Ctrl-C.")] = False,
) -> None:
    """Tag a sample feed on this machine, with no setup.

    Starts an embedded broker and a worker on free ports, shows each article as it is tagged, and prints a summary. When
    it ends, both are stopped and their files are removed.
    """
    from streams.errors import OperatorError
    from streams.feeds import Feed

    if context.broker:
        raise OperatorError(
            "the demo starts its own broker: leave out --broker, or use copytaster produce and copytaster tail with it"
        )
    articles = Feed(feed or [_sample_feed()])
    with ExitStack() as running, _stops_on_signals(running):
        demo = _start(context, running)
        demo.play(articles)
        if keep:
            demo.keep()


def _sample_feed() -> str:
    from classifiers import resources

    return str(resources.seed("sample_feed.jsonl"))


class _Demo:
    """A running broker with its topics, and a running worker."""

    def __init__(self, settings: "Settings", cluster: "Cluster", worker: "WorkerProcess") -> None:
        self._settings = settings
        self._cluster = cluster
        self._worker = worker

    def play(self, feed: "Feed") -> None:
        """Produce the feed, show the outcome of each article, and print the summary."""
        from streams.cli.demo.summary import Summary
        from streams.cli.demo.viewer import Outcomes
        from streams.terminal.console import output
        from streams.terminal.progress import waiting

        with waiting("the worker loads its models and joins the consumer group"):
            self._worker.wait_until_ready()
        started = time.monotonic()
        articles_in = self._produce(feed)
        outcomes = Outcomes(self._settings, output())
        for batch in self._cluster.batches(outcomes.kafka_topics, "beginning", follow=True):
            outcomes.show(batch)
            if outcomes.count >= articles_in:
                break
            self._worker.require_alive()
            outcomes.require_progress(articles_in)
        output().print(Summary(outcomes.tally, articles_in, time.monotonic() - started))

    def keep(self) -> None:
        """Print all addresses, and wait for Ctrl-C."""
        address = self._settings.kafka.bootstrap_servers
        typer.echo(
            f"\nThe broker and the worker run until you press Ctrl-C.\n\n"
            f"  broker    {address}\n"
            f"  metrics   {self._worker.address}/metrics\n"
            f"  health    {self._worker.address}/healthz\n"
            f"  log       {self._worker.log}\n\n"
            f"In another terminal:\n\n"
            f"  copytaster tail --broker {address}\n"
            f"  copytaster produce --broker {address} YOUR_FILES\n"
        )
        try:
            while True:
                self._worker.require_alive()
                time.sleep(1)
        except KeyboardInterrupt:
            typer.echo("stopping")

    def _produce(self, feed: "Feed") -> int:
        from streams.terminal.progress import transfer

        with self._cluster.producer() as producer, transfer("producing", feed.total_bytes) as advance:
            for item in feed:
                producer.send(self._settings.topics.raw, item.value, item.key)
                advance(item.position)
        return producer.deliveries.acknowledged


def _start(context: CommandContext, running: ExitStack) -> _Demo:
    from streams.brokers.cluster import Cluster
    from streams.brokers.embedded import EmbeddedBroker
    from streams.cli.demo.worker_process import WorkerProcess
    from streams.cli.topics import load_specs
    from streams.terminal.console import messages

    context.settings()  # reports wrong settings before anything starts
    broker = running.enter_context(EmbeddedBroker())
    flags = context.flags(_overrides(broker.bootstrap_servers))
    settings = context.settings(flags)
    cluster = running.enter_context(Cluster(settings))
    cluster.create(load_specs(settings))
    folder = Path(running.enter_context(TemporaryDirectory(prefix="copytaster-demo-")))
    worker = running.enter_context(WorkerProcess(flags, context.config, folder / "worker.log"))
    messages().print(f"broker at {broker.bootstrap_servers}, worker at {worker.address}", style="dim")
    return _Demo(settings, cluster, worker)


def _overrides(bootstrap_servers: str) -> dict[str, object]:
    """Return the settings of a demo: everything on this machine, with short timeouts."""
    return {
        "kafka.bootstrap_servers": bootstrap_servers,
        "kafka.security_protocol": "PLAINTEXT",
        "kafka.wait_seconds": 10,  # after `kill -9` of the demo its worker loses the broker, and ends
        "topics.partitions": 1,
        "topics.replication_factor": 1,
        "worker.session_timeout_seconds": 4,  # this broker lets a consumer join after half of it
        "worker.heartbeat_interval_seconds": 1,
        "worker.shutdown_seconds": 10,
        "logs.format": "text",
    }


@contextmanager
def _stops_on_signals(running: ExitStack) -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does, and let nothing interrupt the stop."""
    with handling((signal.SIGTERM, signal.SIGHUP), _terminate):
        try:
            yield
        finally:
            with handling(TERMINAL_SIGNALS, signal.SIG_IGN):
                running.close()


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(SIGNAL_BASE + number)
