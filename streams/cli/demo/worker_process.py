"""Worker process of a demo: a child process for the time of a `with` block."""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.errors import OperatorError, TransientError
from streams.exit_codes import WRONG_USAGE
from streams.loopback import LOOPBACK, free_port

START_SECONDS = 120.0
"""Timeout for the start of a worker: it takes about four seconds on an idle machine, and a minute on one with a slow
disk that imports scikit-learn for the first time."""

STOP_SECONDS = 15.0
"""How long a worker may take to stop before it is killed; it ends by itself after `worker.shutdown_seconds`."""

_POLL_SECONDS = 0.1


class WorkerProcess:
    """A worker that is configured by flags, writes its log to a file, and serves health on a free port.

    It has a session of its own, so that Ctrl-C in a terminal reaches only the parent, which then stops it with SIGTERM.

    Parameters
    ----------
    flags
        Settings by dotted name.
    config
        A settings file.
    log
        Where its log goes.
    """

    def __init__(self, flags: Mapping[str, object], config: Path | None, log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._flags = dict(flags) | {"http.enabled": True, "http.host": LOOPBACK, "http.port": self.port}
        self._config = config

    @property
    def address(self) -> str:
        """Where it serves metrics and health."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "streams.cli", "worker"]
        command += ["--config", str(self._config.absolute())] if self._config else []
        command += [part for name, value in self._flags.items() for part in ("--set", f"{name}={value}")]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Terminate it, and kill it if it does not end in time."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def require_alive(self) -> None:
        """Return if it runs.

        Raises
        ------
        OperatorError
            If it has ended because of wrong usage or configuration.
        TransientError
            If it has ended for another reason.
        """
        code = self._process.poll()
        if code is None:
            return
        message = f"the worker ended with exit code {code}, and the last line of its log is: {self.last_line()}"
        raise OperatorError(message) if code == WRONG_USAGE else TransientError(message)

    def wait_until_ready(self) -> None:
        """Return when it is ready for articles.

        Raises
        ------
        OperatorError, TransientError
            If it ends before, or takes too long.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            self.require_alive()
            if time.monotonic() > deadline:
                raise TransientError(
                    f"the worker is not ready after {START_SECONDS:g} s: run the demo again when the machine is less "
                    f"busy; the last line of its log is: {self.last_line()}"
                )
            time.sleep(_POLL_SECONDS)

    def last_line(self) -> str:
        """Return the last line of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "(none)")

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
