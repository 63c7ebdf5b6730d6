"""The clock on the wall jumps while a worker is at work: nothing is lost, late, counted wrong or taken for a stall.

libfaketime gives a worker and its child a clock of their own, and reads from a file how far it is off.
"""

import platform
import re
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="libfaketime comes compiled for Linux on x86-64"
)

PATIENT: dict[str, Any] = {"worker__session_timeout_seconds": 10, "worker__heartbeat_interval_seconds": 1}
"""A session that no busy machine lets expire, so that a rebalance is the clock's doing."""

ARTICLES = 240
SLOW_MS = 10
RECOVERY_SECONDS = 40.0
MAX_SECONDS = 60.0
"""More than anything takes here, and much less than the jump."""


class Clock:
    """The clock of a worker.

    Parameters
    ----------
    folder
        Where its file lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "offset"
        self.set("+0")

    def set(self, offset: str) -> None:
        """Let the clock be off by so much."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset}\n")
        new.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to have this clock; its monotonic clock stays right, as on a real machine."""
        package = find_spec("libfaketime")
        assert package is not None
        assert package.origin is not None
        library = Path(package.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def values(worker: Worker, pattern: str) -> list[float]:
    """Return the values of all metrics whose name matches."""
    lines = re.findall(rf"^(?:{pattern})(?:\{{.*\}})? (\S+)$", worker.get("/metrics")[1], re.MULTILINE)
    assert lines
    return list(map(float, lines))


def test_the_clock_jumps(newsroom: Newsroom, ledger: Ledger, tmp_path: Path) -> None:
    """A worker whose clock jumps by a day, either way, continues: alive, ready, in its group, with true durations."""
    clock = Clock(tmp_path)
    with newsroom.worker(process={"env": clock.environment}, **PATIENT) as worker:
        worker.ready()
        ledger.send(*(article(number, SLOW_MS) for number in range(ARTICLES)))
        for jump, before, meanwhile in [("+1d", 30, 90), ("-1d", 120, 180)]:
            ledger.wait_for(before)
            clock.set(jump)
            ledger.wait_for(meanwhile)
            assert [worker.get(path) for path in ("/livez", "/readyz")] == [(200, "ok\n")] * 2
            clock.set("+0")
        account = ledger.settle(RECOVERY_SECONDS)

        ages = values(worker, "copytaster_oldest_work_seconds|copytaster_stage_seconds_sum")
        latencies = values(worker, "copytaster_end_to_end_seconds_(?:sum|bucket)")
        assert worker.count("copytaster_records_in_total") == ARTICLES
        worker.signal(signal.SIGTERM)
        assert worker.exit_code() == 0

    assert (account.sent, account.missing, account.duplicates) == (ARTICLES, 0, 0)
    assert all(0 <= age < MAX_SECONDS for age in ages)
    assert min(latencies) >= 0
    assert len(worker.logged(Logged.READY)) == 1
    eventually(lambda: newsroom.committed() == ARTICLES, "everything is committed")
