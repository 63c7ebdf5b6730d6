"""How a worker ends, with an app that follows a script instead of Faust."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.settings import load
from streams.worker.probes.health import Health
from streams.worker.run import _Serving
from streams.worker.signals import Signals


class DiedError(Exception):
    """The process would have ended here, with this exit code."""


class ScriptedApp:
    """Starts, runs and stops as it is told; every step is an error, an event to wait for, or nothing.

    Parameters
    ----------
    broker
        Whether some broker answers.
    finished
        Whether everything that was taken up is committed.
    """

    def __init__(self, *, broker: bool = True, finished: bool = False, **steps: Exception | asyncio.Event) -> None:
        self.crash_reason: BaseException | None = None
        self.consumer = self.producer = self._producer = self.client = self
        self._broker = broker
        self._finished = finished
        self._steps = steps

    async def start(self) -> None:
        """Start."""
        await self._step("start")

    async def wait(self) -> None:
        """Return when it ends."""
        await self._step("wait")

    async def stop(self) -> None:
        """Stop."""
        await self._step("stop")

    def is_finished(self) -> bool:
        """Return whether everything that was taken up is committed."""
        return self._finished

    async def force_metadata_update(self) -> bool:
        """Return whether some broker answers."""
        return self._broker

    async def _step(self, name: str) -> None:
        match self._steps.get(name):
            case asyncio.Event() as event:
                await event.wait()
            case Exception() as error:
                raise error
            case None:
                pass


def die(code: int) -> NoReturn:
    """End the test's process."""
    raise DiedError(code)


async def serve(app: Any, *, told_to_stop: bool = False, wait_seconds: float = 60) -> int:  # noqa: ANN401  # no Faust
    """Return how the worker of an app ends."""
    flags = {"worker.shutdown_seconds": 0.01, "kafka.wait_seconds": wait_seconds}
    settings = load(flags=flags, environment={})
    signals = Signals(die)
    if told_to_stop:
        signals.stopped.set()
    return await _Serving(settings, app, Health(stall_seconds=300), die).until_ended(signals)


@pytest.mark.parametrize(
    ("error", "code"), [(KafkaConnectionError(), 75), (ZeroDivisionError(), 70)], ids=["broker", "fault"]
)
def test_an_app_that_does_not_start_ends_the_process(error: Exception, code: int) -> None:
    """What goes wrong at the start ends the process: 75 where no broker answers, 70 otherwise."""

    async def story() -> int:
        return await serve(ScriptedApp(start=error, wait=asyncio.Event()))

    with pytest.raises(DiedError, match=str(code)):
        asyncio.run(story())


def test_an_app_that_crashes_ends_the_process() -> None:
    """An app that crashes later ends the process with 75 where no broker answers."""

    async def story() -> int:
        app = ScriptedApp(start=asyncio.Event())
        app.crash_reason = KafkaConnectionError()
        return await serve(app)

    with pytest.raises(DiedError, match="75"):
        asyncio.run(story())


def test_an_app_that_ends_for_no_reason_ends_the_process() -> None:
    """An app that stops by itself without a reason is an internal fault, even while it starts."""

    async def story() -> int:
        return await serve(ScriptedApp(start=asyncio.Event()))

    with pytest.raises(DiedError, match="70"):
        asyncio.run(story())


def test_a_stop_in_good_order_is_0() -> None:
    """A worker that was told to stop and finishes in time ends with 0."""

    async def story() -> int:
        return await serve(ScriptedApp(wait=asyncio.Event()), told_to_stop=True)

    assert asyncio.run(story()) == 0


@pytest.mark.parametrize(("broker", "code"), [(True, 70), (False, 75)], ids=["fault", "broker"])
def test_a_stop_that_takes_too_long_ends_the_process(*, broker: bool, code: int) -> None:
    """A worker that is not finished in time ends hard and commits nothing: with 75 where no broker answers."""

    async def story() -> int:
        return await serve(ScriptedApp(broker=broker, wait=asyncio.Event(), stop=asyncio.Event()), told_to_stop=True)

    with pytest.raises(DiedError, match=str(code)):
        asyncio.run(story())


def test_a_stop_does_not_wait_for_a_start_for_ever() -> None:
    """A worker that is told to stop before it has started, and never starts, ends hard as well."""

    async def story() -> int:
        return await serve(ScriptedApp(wait=asyncio.Event(), start=asyncio.Event()), told_to_stop=True)

    with pytest.raises(DiedError, match="70"):
        asyncio.run(story())


@pytest.mark.parametrize("step", ["start", "stop"])
def test_a_stop_with_nothing_unfinished_is_0(step: str) -> None:
    """A worker that waits for a broker with nothing in hand, in its start or its farewell, ends with 0 in time."""

    async def story() -> int:
        app = ScriptedApp(broker=False, finished=True, wait=asyncio.Event(), **{step: asyncio.Event()})
        return await serve(app, told_to_stop=True)

    with pytest.raises(DiedError, match=r"^0$"):
        asyncio.run(story())


def test_a_broker_that_goes_away_during_the_start_ends_the_process() -> None:
    """A worker whose start never ends, because the broker has gone, ends with 75 when its time to wait is over."""

    async def story() -> int:
        app = ScriptedApp(broker=False, start=asyncio.Event(), wait=asyncio.Event())
        return await serve(app, wait_seconds=0.01)

    with pytest.raises(DiedError, match="75"):
        asyncio.run(story())


@pytest.mark.parametrize(
    ("loader", "code", "words"),
    [
        ("load_never", 70, "the models are not loaded: loading took longer than 0.5 s and was killed"),
        ("load_faulty", 70, "ended with exit code 70"),
        ("load_refused", 2, "there is no model"),
    ],
)
def test_models_that_do_not_load_end_the_worker(loader: str, code: int, words: str) -> None:
    """Models that hang or fail are 70, those that a person has to mend 2, and the last line says what it was."""
    program = f"""
import sys
from streams.settings import load
from streams.worker.run import run
from tests.streams.worker import loaders
flags = {{"http.port": 0, "worker.child_start_seconds": {0.5 if loader == "load_never" else 60}}}
sys.exit(run(load(flags=flags, environment={{}}), loaders.{loader}))
"""
    worker = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )

    assert worker.returncode == code
    assert words in worker.stderr.splitlines()[-1]
