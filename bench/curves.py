"""Samples of a long run: taken, kept as CSV, fitted with straight lines, drawn.

A curve is flat where the line through what follows the warm-up rises by no more than its bound over that time. The
bounds hold whatever the length of the run, so that a longer run finds a smaller leak.
"""

import csv
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from rich.table import Table

from bench.ledger import Ledger
from bench.measures import Footprint, footprints
from bench.workers import Watched

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WARM_UP_SHARE = 0.25
"""What of a run is left out of the fit: caches fill, the heap finds its size, the group its rate."""

MAX_GROWTH: Mapping[str, Callable[[float], float]] = {
    "worker_mebibytes": lambda mean: 0.05 * mean,
    "child_mebibytes": lambda mean: 0.05 * mean,
    "worker_descriptors": lambda _: 2.0,
    "child_descriptors": lambda _: 2.0,
    "worker_threads": lambda _: 1.0,
    "child_threads": lambda _: 1.0,
    "uncommitted": lambda _: 500.0,
    "lag": lambda _: 500.0,
}
"""How much a curve may rise, by its mean. Memory that is freed is not always given back: 5 % are 10 MiB of a worker's
200. Descriptors and threads come and go with a connection. Records are a few batches."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """All workers together at one time; `uncommitted` is what was seen on the topics and is not committed."""

    seconds: float
    seen: int
    committed: int
    uncommitted: int
    lag: int
    worker_mebibytes: float
    child_mebibytes: float
    worker_descriptors: int
    child_descriptors: int
    worker_threads: int
    child_threads: int


class Growth(msgspec.Struct, frozen=True):
    """What the fitted line of a curve says."""

    name: str
    mean: float
    growth: float
    bound: float

    @property
    def is_flat(self) -> bool:
        """Whether it rises by no more than its bound."""
        return self.growth <= self.bound


def sample(started: float, workers: Sequence[Watched], ledger: Ledger) -> Sample:
    """Return how everything stands; `started` is when the run began, on the monotonic clock."""
    families = [footprints(worker.pid) for worker in workers]
    own = [family[0] for family in families]
    children = [child for family in families for child in family[1:]]
    committed = ledger.committed()
    return Sample(
        seconds=round(time.monotonic() - started, 1),
        seen=ledger.seen,
        committed=committed,
        uncommitted=max(0, ledger.seen - committed),
        lag=sum(worker.total("copytaster_consumer_lag_records") for worker in workers),
        worker_mebibytes=_mebibytes(own),
        child_mebibytes=_mebibytes(children),
        worker_descriptors=sum(each.descriptors for each in own),
        child_descriptors=sum(each.descriptors for each in children),
        worker_threads=sum(each.threads for each in own),
        child_threads=sum(each.threads for each in children),
    )


def growths(samples: Sequence[Sample]) -> list[Growth]:
    """Return how much every curve that must be flat rises after the warm-up."""
    warm = samples[int(len(samples) * WARM_UP_SHARE) :]
    return [_growth(name, [each.seconds for each in warm], _curve(warm, name)) for name in MAX_GROWTH]


def rates(samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """Return minutes since the start, and articles per minute between each sample and the next."""
    pairs = itertools.pairwise(samples)
    return [(b.seconds / 60, 60 * (b.seen - a.seen) / (b.seconds - a.seconds)) for a, b in pairs]


def write_csv(samples: Sequence[Sample], path: Path) -> None:
    """Write one line for each sample."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(Sample.__struct_fields__)
        lines.writerows(map(msgspec.structs.astuple, samples))


def table(found: Sequence[Growth]) -> Table:
    """Return the growths beside their bounds."""
    shown = Table("curve", "mean", "rises by", "bound", "")
    for each in found:
        verdict = "flat" if each.is_flat else "NOT FLAT"
        shown.add_row(each.name, f"{each.mean:.1f}", f"{each.growth:+.1f}", f"{each.bound:.1f}", verdict)
    return shown


def draw(samples: Sequence[Sample], path: Path) -> None:
    """Draw every curve over minutes; the ending of the path decides the format."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # slow to import, and wanted at the end alone

    minutes = [each.seconds / 60 for each in samples]
    pairs = (("mebibytes", "MiB"), ("descriptors", "descriptors"), ("threads", "threads"))
    panels = [{who: _curve(samples, f"{who}_{what}") for who in ("worker", "child")} for what, _ in pairs]
    figure = Figure(figsize=(8, 10), layout="constrained")
    axes = figure.subplots(5, 1, sharex=True)
    for each, panel, (_, name) in zip(axes, panels, pairs, strict=False):
        for who, curve in panel.items():
            each.plot(minutes, curve, label=who)
        each.set_ylabel(name)
        _name_curves(each)
    axes[3].plot(minutes, _curve(samples, "uncommitted"), label="seen, not committed")
    axes[3].plot(minutes, _curve(samples, "lag"), label="lag")
    axes[3].set_ylabel("records")
    _name_curves(axes[3])
    axes[4].plot(*zip(*rates(samples), strict=True))
    axes[4].set_ylabel("articles per minute")
    axes[4].set_xlabel("minutes")
    for each in axes:
        each.set_ylim(bottom=0)
        each.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def _name_curves(axes: "Axes") -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _growth(name: str, seconds: Sequence[float], curve: Sequence[float]) -> Growth:
    mean = float(np.mean(curve))
    slope, _ = np.polyfit(seconds, curve, 1)
    return Growth(name, mean, float(slope) * (seconds[-1] - seconds[0]), MAX_GROWTH[name](mean))


def _curve(samples: Sequence[Sample], name: str) -> list[float]:
    return [getattr(each, name) for each in samples]


def _mebibytes(held: Sequence[Footprint]) -> float:
    return round(sum(each.mebibytes for each in held), 1)
