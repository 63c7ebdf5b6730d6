"""Workers as processes of their own, started as the command `copytaster worker`, and what they say of themselves."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from streams.loopback import LOOPBACK, free_port
from streams.settings import environment_variable

PATIENCE_SECONDS = 900.0
POLL_SECONDS = 0.05
BROKER_SESSION_SECONDS = "4"
"""The embedded broker lets a worker join after half its session timeout."""


class Watched:
    """A worker that runs, and what it says of itself."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self._address = f"http://{LOOPBACK}:{port}"

    def is_ready(self) -> bool:
        """Return whether the worker can take articles."""
        try:
            self._get("/readyz")
        except (urllib.error.URLError, ConnectionError):
            return False
        return True

    def count(self, metric: str) -> int:
        """Return the value of a counter without labels."""
        return self.total(f"{metric}_total")

    def total(self, name: str) -> int:
        """Return the sum of a metric over its labels, 0 where it has no value."""
        values = re.findall(rf"^{name}(?:\{{.*\}})? ([\d.e+]+)$", self._get("/metrics"), re.MULTILINE)
        return int(sum(map(float, values)))

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self._address + path, timeout=10) as answer:  # noqa: S310  # our own loopback port
            return str(answer.read().decode())


def variables(bootstrap_servers: str, **chosen: str) -> dict[str, str]:
    """Return the environment of a worker for a short run; `chosen` are settings with two underscores for the dot."""
    settings = {
        "kafka.bootstrap_servers": bootstrap_servers,
        "topics.partitions": "1",
        "worker.session_timeout_seconds": BROKER_SESSION_SECONDS,
        "worker.heartbeat_interval_seconds": "1",
        "logs.level": "ERROR",
        **{name.replace("__", "."): value for name, value in chosen.items()},
    }
    return {environment_variable(name): value for name, value in settings.items()}


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[Watched]:
    """Run a worker on a free port for the time of a `with` block, which begins when it is ready."""
    port = free_port()
    chosen = {**os.environ, **environment, environment_variable("http.port"): str(port)}
    with subprocess.Popen([sys.executable, "-m", "streams.cli", "worker"], env=chosen) as process:
        try:
            worker = Watched(process.pid, port)
            _wait_until_ready(worker, process)
            yield worker
        finally:
            process.terminate()


def _wait_until_ready(worker: Watched, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not worker.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit("the worker did not become ready")
        time.sleep(POLL_SECONDS)
