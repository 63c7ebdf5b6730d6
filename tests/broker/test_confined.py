"""A worker does its work with the rights that the deployment files leave it: none, and nothing to write to."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.broker.newsroom import ROOT, Newsroom, eventually
from tests.broker.processes import children, mounts, status

SCRIPT = Path(__file__).with_name("confined.sh")
USER = 10001
"""That of deploy/Dockerfile."""

ARTICLE = {"id": "7", "publisher": "example.org", "body": "The striker scored twice in the final and the team won."}
TOOLS = ("unshare", "setpriv")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not all(map(shutil.which, TOOLS)),
    reason="only root can take a process's rights away like this, with unshare and setpriv of Linux",
)


@contextmanager
def confined(newsroom: Newsroom, folder: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command of a worker without rights, as the image's entry point does."""
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    readable = dict.fromkeys(map(str, (Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT)))
    worker = [sys.executable, "-m", "streams.cli", "worker", *given]
    with log.open("wb") as written:
        process = subprocess.Popen(
            ["unshare", "--mount", SCRIPT, folder, *readable, "--", *worker],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=written,
            stderr=written,
            cwd="/",
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def _is_writable(kind: str, options: str) -> bool:
    """Return whether files can be made there; what the kernel shows of itself is none of them."""
    return "rw" in options.split(",") and kind not in {"proc", "sysfs", "devpts", "mqueue", "cgroup2"}


def test_a_worker_without_rights_and_without_a_disk(newsroom: Newsroom, tmp_path: Path) -> None:
    """As a user without rights, on a file system that is read-only throughout, a worker tags, rejects and stops."""
    log = tmp_path / "log"
    newsroom.produce((b"7", json.dumps(ARTICLE).encode(), ()), (b"poison", b"{", ()))

    with confined(newsroom, tmp_path, log) as worker:
        eventually(lambda: newsroom.committed() == 2, f"both records are committed: {log.read_text()}")
        (child,) = children(worker.pid)
        found = [status(pid) for pid in (worker.pid, child)]
        writable = [place for place, mount in mounts(worker.pid).items() if _is_writable(*mount)]
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(timeout=30) == 0

    (tagged,) = newsroom.read(newsroom.settings.topics.tagged)
    assert tagged.key == b"example.org:7"
    assert writable == []
    for facts in found:
        assert set(facts["Uid"].split()) == {str(USER)}
        assert (facts["CapEff"], facts["CapBnd"], facts["NoNewPrivs"]) == ("0" * 16, "0" * 16, "1")
    assert "Traceback" not in log.read_text()
