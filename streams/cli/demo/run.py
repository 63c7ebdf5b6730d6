"""`copytaster demo`: the whole path on this machine, from a broker to a summary, with nothing left behind."""

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
        typer.Option(help="Your own files or folders instead of the sample feed; see `produce`.", metavar="PATH"),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave everything running until Ctrl-C.")] = False,
) -> None:
    """Tag a sample feed before your eyes.

    A broker, a worker, articles with topic and stance as they are tagged, a summary. Nothing has to be installed.

    The broker and the worker run on free ports of this machine and are gone when the demo ends.
    """
    from streams.errors import OperatorError
    from streams.feeds import Feed

    if context.broker:
        raise OperatorError(
            "the demo runs on a broker of its own; leave --broker out, or use: copytaster produce --broker, and tail"
        )
    articles = Feed(feed or [_sample_feed()])
    with ExitStack() as running, _stops_on_signals(running):
        stage = _set_up(context, running)
        stage.play(articles)
        if keep:
            stage.keep()


def _sample_feed() -> str:
    from classifiers import resources

    return str(resources.seed("sample_feed.jsonl"))


class _Stage:
    """A broker with its topics and a worker, all running."""

    def __init__(self, settings: "Settings", cluster: "Cluster", worker: "WorkerProcess") -> None:
        self._settings = settings
        self._cluster = cluster
        self._worker = worker

    def play(self, feed: "Feed") -> None:
        """Produce the feed, show what becomes of it, and sum up."""
        from streams.cli.demo.summary import Summary
        from streams.cli.demo.viewer import Outcomes
        from streams.terminal.console import output
        from streams.terminal.progress import waiting

        with waiting("the worker loads its models and joins the group"):
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
        """Say where everything is, and wait for Ctrl-C."""
        address = self._settings.kafka.bootstrap_servers
        typer.echo(
            f"\nEverything runs until you press Ctrl-C.\n\n"
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


def _set_up(context: CommandContext, running: ExitStack) -> _Stage:
    from streams.brokers.cluster import Cluster
    from streams.brokers.embedded import EmbeddedBroker
    from streams.cli.demo.worker_process import WorkerProcess
    from streams.cli.topics import specs_of
    from streams.terminal.console import messages

    context.settings()  # what is wrong with the settings is said before anything starts
    broker = running.enter_context(EmbeddedBroker())
    flags = context.flags(_overrides(broker.bootstrap_servers))
    settings = context.settings(flags)
    cluster = running.enter_context(Cluster(settings))
    cluster.create(specs_of(settings))
    folder = Path(running.enter_context(TemporaryDirectory(prefix="copytaster-demo-")))
    worker = running.enter_context(WorkerProcess(flags, context.config, folder / "worker.log"))
    messages().print(f"broker at {broker.bootstrap_servers}, worker at {worker.address}", style="dim")
    return _Stage(settings, cluster, worker)


def _overrides(bootstrap_servers: str) -> dict[str, object]:
    """Return the settings of a demo: everything on this machine, and quick."""
    return {
        "kafka.bootstrap_servers": bootstrap_servers,
        "kafka.security_protocol": "PLAINTEXT",
        "kafka.wait_seconds": 10,  # a worker whose demo was killed notices by the broker that is gone, and ends
        "topics.partitions": 1,
        "topics.replication_factor": 1,
        "worker.session_timeout_seconds": 4,  # joining takes half of it on this broker
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
