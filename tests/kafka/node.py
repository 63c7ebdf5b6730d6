"""One process of Apache Kafka, which can be stopped, killed, frozen and kept from writing."""

import resource
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

CLUSTER_ID = "Y29weXRhc3Rlci10ZXN0cw"
STOP_SECONDS = 30.0
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dlog4j2.level=WARN")

_GUARD = 'cat >/dev/null; kill -KILL "$0" 2>/dev/null'


class Node:
    """One Kafka process and its folder."""

    def __init__(self, number: int, folder: Path, jars: Path, config: Mapping[str, str]) -> None:
        self.number = number
        self._folder = folder
        self.hosts = folder / "hosts"
        """Names that the node knows; where there is no such file, those of the machine."""
        self._jars = jars
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        self._properties = folder / "server.properties"
        lines = {"node.id": str(number), "log.dirs": str(folder / "data"), **config}
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8")

    @property
    def _java(self) -> list[str]:
        names = [f"-Djdk.net.hosts.file={self.hosts}"] if self.hosts.exists() else []
        return [*JAVA, *names, "-cp", f"{self._jars}/*"]

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """The last lines of what the node said."""
        return "\n".join((self._folder / "log").read_text(errors="replace").splitlines()[-20:])

    def partition_folder(self, topic: str, partition: int) -> Path:
        """Return where the node keeps the records of a partition."""
        return self._folder / "data" / f"{topic}-{partition}"

    def format(self, users: Sequence[str] = ()) -> None:
        """Prepare the storage; `users` are SCRAM credentials as kafka-storage takes them."""
        scram = [argument for user in users for argument in ("--add-scram", user)]
        storage = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._properties), *scram]
        done = subprocess.run([*self._java, *storage], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def wipe(self) -> None:
        """Delete everything that a node that does not run has stored; it has to be formatted before it starts again."""
        shutil.rmtree(self._folder / "data")

    def start(self) -> None:
        """Start the process, which becomes part of the cluster a little later."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java, "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, str(self._process.pid)], stdin=subprocess.PIPE, start_new_session=True
        )

    def stop(self) -> None:
        """End the process in good order; leaderships are handed over first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once, frozen or not."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let the process stand still with its connections open, as if the network had swallowed it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume a frozen process."""
        self._signal(signal.SIGCONT)

    def limit_files(self, size_bytes: int) -> None:
        """Let no file of the process grow beyond a size: writing fails as on a full disk, with no rights needed."""
        self._limit(size_bytes)

    def lift_limit(self) -> None:
        """Let files grow again."""
        self._limit(resource.RLIM_INFINITY)

    def wait(self) -> int:
        """Return the exit code of a process that ends by itself."""
        assert self._process is not None
        code = self._process.wait(STOP_SECONDS)
        self._release_guard()
        return code

    def _limit(self, soft: int) -> None:
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._release_guard()

    def _release_guard(self) -> None:
        # The guard would kill whoever has the node's process id by the time the pipe closes.
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
