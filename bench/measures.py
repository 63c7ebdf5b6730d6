"""Measurements as plain numbers, and the places where the operating system keeps them."""

import os
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

MEBIBYTE = 1024 * 1024
GONE = (FileNotFoundError, ProcessLookupError)
"""What reading in /proc raises of a process or a thread that has ended meanwhile."""


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
    """A worker behind the embedded broker; None where the system does not state a process's CPU time."""

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
    worker_in_thread: ThroughWorker
    process_to_thread: float | None


def latency(seconds: Sequence[float]) -> Latency:
    """Return the two percentiles of some durations (nearest rank)."""
    ordered = sorted(seconds)
    return Latency(*(round(1000 * ordered[round(share * (len(ordered) - 1))], 2) for share in (0.50, 0.99)))


def own_peak_mebibytes() -> float:
    """Return the most memory that this process had resident."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEBIBYTE


def cpu_seconds_of(pid: int) -> float | None:
    """Return the CPU time that a process and its children have used, None where there is no /proc."""
    family = list(_family(pid))
    return sum(map(_own_cpu_seconds, family)) if family else None


def peak_mebibytes_of(pid: int) -> float | None:
    """Return the sum of the most memory that a process and each of its children had resident, None as above."""
    family = list(_family(pid))
    return sum(map(_own_peak_mebibytes, family)) if family else None


class Footprint(msgspec.Struct, frozen=True):
    """What a process holds at one time."""

    mebibytes: float
    descriptors: int
    threads: int


def footprints(pid: int) -> list[Footprint]:
    """Return what a process and each of its children hold, the process first; nothing where there is no /proc."""
    found = []
    for folder in _family(pid):
        with suppress(*GONE):
            found.append(_footprint(folder))
    return found


def _footprint(folder: Path) -> Footprint:
    facts = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
    return Footprint(
        mebibytes=round(int(facts["VmRSS"].split()[0]) / 1024, 2),
        descriptors=len(list((folder / "fd").iterdir())),
        threads=int(facts["Threads"]),
    )


def _family(pid: int) -> Iterator[Path]:
    """Yield the folder in /proc of a process and of each of its children."""
    folder = Path(f"/proc/{pid}")
    if not folder.exists():
        return
    yield folder
    for threads_children in folder.glob("task/*/children"):
        children = ""
        with suppress(*GONE):
            children = threads_children.read_text()
        for child in children.split():
            yield from _family(int(child))


def _own_cpu_seconds(folder: Path) -> float:
    user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _own_peak_mebibytes(folder: Path) -> float:
    lines = (folder / "status").read_text().splitlines()
    (kibibytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kibibytes) / 1024
