"""Child processes that answer, hang, end and are replaced."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from streams.backoff import Backoff
from streams.errors import OperatorError
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.settings import load
from streams.worker.classify.child import start_message
from streams.worker.classify.executor import ChildEndedError
from streams.worker.classify.loading import Loader
from streams.worker.classify.process import RESTART_ATTEMPTS, ChildStartError, ProcessExecutor
from tests.broker.newsroom import eventually
from tests.streams.worker import loaders
from tests.streams.worker.records import POISON, EchoProcessor, raw

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENDS = {
    loaders.FATAL: (RejectReason.PROCESS_DIED, "the child process ended on SIGKILL"),
    loaders.ENDLESS: (RejectReason.DEADLINE, "processing took longer than 1 s and was killed"),
    loaders.GREEDY: (
        RejectReason.OUT_OF_MEMORY,
        "processing needed more than 64 MiB beyond the loaded models",
    ),
}

Answer = TypeVar("Answer")


class Nursery:
    """Observes child processes."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.ends: list[RejectReason] = []

    def on_child_ready(self, pid: int) -> None:
        """Record the child."""
        self.pids.append(pid)

    def on_child_ended(self, reason: RejectReason) -> None:
        """Record its end."""
        self.ends.append(reason)

    def run(
        self,
        story: Callable[[ProcessExecutor], Awaitable[Answer]],
        loader: Loader = loaders.load_fragile,
        **flags: object,
    ) -> Answer:
        """Run a story with an executor."""
        chosen: dict[str, object] = {"child_deadline_seconds": 1, "child_memory_mebibytes": 64}
        models = {"models.topic": flags.pop("topic")} if "topic" in flags else {}
        settings = load(
            flags={f"worker.{name}": value for name, value in (chosen | flags).items()} | models, environment={}
        )

        async def run() -> Answer:
            executor = ProcessExecutor(settings, loader, self, lambda: NOON, backoff=Backoff(0.01, 0.1))
            try:
                return await story(executor)
            finally:
                executor.close()

        return asyncio.run(run())


async def started(executor: ProcessExecutor) -> object:
    """Start the first child."""
    return await executor.start()


def test_a_child_answers_as_a_thread_would() -> None:
    """The result of a batch is that of its processor, in order."""
    nursery = Nursery()
    records = [raw(0), raw(1, POISON), raw(2, None, key=None)]

    async def story(executor: ProcessExecutor) -> object:
        assert await executor.start() == loaders.FACTS
        await executor.ready()
        return await executor.process(records)

    assert nursery.run(story) == EchoProcessor().process(records, NOON)
    assert (len(nursery.pids), nursery.ends) == (1, [])


@pytest.mark.parametrize("value", ENDS, ids=bytes.decode)
def test_a_child_that_ends_is_replaced(value: bytes) -> None:
    """Every end has its reason and message, and the next batch has a new child."""
    nursery = Nursery()

    async def story(executor: ProcessExecutor) -> tuple[RejectReason, str]:
        await executor.start()
        with pytest.raises(ChildEndedError) as raised:
            await executor.process([raw(0), raw(1, value)])
        await executor.ready()
        assert len((await executor.process([raw(0)])).results) == 1
        return raised.value.reason, str(raised.value)

    assert nursery.run(story) == ENDS[value]
    assert nursery.ends == [ENDS[value][0]]
    assert len(set(nursery.pids)) == 2


def test_the_end_of_a_child_is_a_rejection_of_its_only_record() -> None:
    """A record that was processed alone is rejected for the reason for which the child ended."""
    rejection = ChildEndedError(RejectReason.DEADLINE, "too long").rejection()

    assert rejection == Rejected(Stage.TAG, RejectReason.DEADLINE, "ChildEndedError", "too long")


def test_a_child_that_died_between_two_batches_is_replaced() -> None:
    """A child that is killed while it is idle is replaced before the next batch, which is not affected."""
    nursery = Nursery()

    async def story(executor: ProcessExecutor) -> int:
        await executor.start()
        os.kill(nursery.pids[0], signal.SIGKILL)
        await asyncio.to_thread(os.waitid, os.P_PID, nursery.pids[0], os.WEXITED | os.WNOWAIT)
        await executor.ready()
        return len((await executor.process([raw(0)])).results)

    assert nursery.run(story) == 1
    assert nursery.ends == [RejectReason.PROCESS_DIED]


def test_a_child_gets_no_password() -> None:
    """The first message to a child has neither credentials nor addresses of the brokers."""
    settings = load(flags={"kafka.sasl_password": "hush-hush", "kafka.bootstrap_servers": "far:9092"}, environment={})

    message = start_message(loaders.load_fragile, settings).work

    assert b"hush" not in message
    assert b"far:9092" not in message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_signals_do_not_reach_a_child(number: signal.Signals) -> None:
    """Ctrl-C, which every process of the terminal receives, SIGTERM and SIGHUP do not end a child."""
    nursery = Nursery()

    async def story(executor: ProcessExecutor) -> int:
        await executor.start()
        os.kill(nursery.pids[0], number)
        return len((await executor.process([raw(0)])).results)

    assert nursery.run(story) == 1
    assert nursery.ends == []


def test_models_that_the_operator_has_to_fix() -> None:
    """The operator's error of the child is that of the worker."""
    with pytest.raises(OperatorError, match=r"^there is no model 'None'$"):
        Nursery().run(started, loaders.load_refused)


@pytest.mark.parametrize(
    ("loader", "sentence"),
    [
        (loaders.load_faulty, "ended with exit code 70"),
        (loaders.load_useless, "ended with exit code 70"),
        (loaders.load_never, "took longer than 0.5 s"),
    ],
)
def test_models_that_do_not_load(loader: Loader, sentence: str) -> None:
    """Models that raise, do not tag the specimen, or hang are not loaded, and the worker does not start."""
    with pytest.raises(ChildStartError, match=f"^the models are not loaded: .* {sentence}"):
        Nursery().run(started, loader, child_start_seconds=0.5 if loader is loaders.load_never else 60)


async def fatal_story(executor: ProcessExecutor) -> None:
    """Start, lose the child, and wait for the next one."""
    await executor.start()
    with pytest.raises(ChildEndedError):
        await executor.process([raw(0, loaders.FATAL)])
    await executor.ready()


def test_models_that_have_changed_are_not_loaded() -> None:
    """When the models on disk have changed, the worker has to be restarted: a release does not change in mid-run."""
    with pytest.raises(ChildStartError, match="have changed since the worker started"):
        Nursery().run(fatal_story, loaders.load_another_each_time)


def test_a_child_that_cannot_be_replaced_is_given_up(tmp_path: Path) -> None:
    """After five attempts with pauses between them, the worker ends."""
    nursery = Nursery()

    with pytest.raises(ChildStartError, match=f"in {RESTART_ATTEMPTS} attempts"):
        nursery.run(fatal_story, loaders.load_once, topic=str(tmp_path / "loaded"))

    assert len(nursery.pids) == 1
    assert len(nursery.ends) == 1 + RESTART_ATTEMPTS


def test_a_replacement_that_fails_is_logged_before_the_next_batch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no batch follows, the log states that no child can be started; each later batch gets the same error."""
    nursery = Nursery()

    async def story(executor: ProcessExecutor) -> None:
        await executor.start()
        with pytest.raises(ChildEndedError):
            await executor.process([raw(0, loaders.FATAL)])
        await asyncio.to_thread(eventually, lambda: "stops at its next batch" in caplog.text, "the error is logged")
        for _ in range(2):
            with pytest.raises(ChildStartError, match=f"in {RESTART_ATTEMPTS} attempts"):
                await executor.ready()

    nursery.run(story, loaders.load_once, topic=str(tmp_path / "loaded"))

    assert len(nursery.ends) == 1 + RESTART_ATTEMPTS


def test_models_that_became_unusable_are_the_operators(tmp_path: Path) -> None:
    """A replacement that the operator has to make possible raises the operator's error, without further attempts."""
    nursery = Nursery()

    with pytest.raises(OperatorError, match="the models are gone"):
        nursery.run(fatal_story, loaders.load_then_refuse, topic=str(tmp_path / "loaded"))

    assert nursery.ends == [RejectReason.PROCESS_DIED]


@pytest.mark.parametrize("when", ["loading", "processing"])
def test_closing_kills_a_child_at_work(when: str) -> None:
    """A caller that waits for a child gets its end at once, and no other child is started."""

    async def story(executor: ProcessExecutor) -> None:
        work: asyncio.Task[object]
        if when == "processing":
            await executor.start()
            work = asyncio.create_task(executor.process([raw(0, loaders.ENDLESS)]))
        else:
            work = asyncio.create_task(executor.start())
        await asyncio.to_thread(eventually, lambda: executor._is_asking, "the child is at work")
        executor.close()
        async with asyncio.timeout(20):
            await work

    loader = loaders.load_fragile if when == "processing" else loaders.load_never
    with pytest.raises((ChildEndedError, ChildStartError), match="SIGKILL"):
        Nursery().run(story, loader, child_deadline_seconds=60)
