"""What is measured, as plain numbers, and where the operating system keeps them."""

import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

MEBIBYTE = 1024 * 1024


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds below which half, and 99 of 100, of the articles stay."""

    p50_ms: float
    p99_ms: float


class InMemory(msgspec.Struct, frozen=True, kw_only=True):
    """The pipeline alone, in one process and one thread."""

    articles: int
    words_per_article: float
    outcomes: dict[str, int]
    load_seconds: float
    cpu_seconds: float
    articles_per_core_second: float
    stage_articles_per_core_second: dict[str, float]
    one_at_a_time: Latency
    peak_mebibytes: float


class ThroughWorker(msgspec.Struct, frozen=True, kw_only=True):
    """A worker behind the embedded broker; None where the system does not tell a process's CPU time."""

    articles: int
    outputs: int
    wall_seconds: float
    articles_per_second: float
    cpu_seconds: float | None
    articles_per_core_second: float | None
    paced_articles_per_second: float
    paced: Latency
    peak_mebibytes: float | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmark."""

    at: str
    python: str
    machine: str
    feed: str
    in_memory: InMemory
    worker: ThroughWorker
    worker_to_in_memory: float | None


def latency(seconds: Sequence[float]) -> Latency:
    """Return the two percentiles of some durations (nearest rank)."""
    ordered = sorted(seconds)
    return Latency(*(round(1000 * ordered[round(share * (len(ordered) - 1))], 2) for share in (0.50, 0.99)))


def own_peak_mebibytes() -> float:
    """Return the most memory that this process had resident."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEBIBYTE


def cpu_seconds_of(pid: int) -> float | None:
    """Return the CPU time that a process has used in all its threads, None where /proc does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def peak_mebibytes_of(pid: int) -> float | None:
    """Return the most memory that a process had resident, None where /proc does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    (kibibytes,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(kibibytes) / 1024
