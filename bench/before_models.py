"""Speed of the path before the models: decode, clean and identify, beside another version of Copytaster.

`python -m bench.before_models FEED [COUNT] [PYTHON]` prints CPU milliseconds per article, the median of five rounds.
PYTHON is the interpreter of an environment with another version installed, which is measured in turn with this one.

This file is also the program of both measuring processes, started with `--rounds`. It therefore uses only what every
version has: `Pipeline` up to the call of its tagger, which ends the measurement.
"""

import gc
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

ROUNDS: Final = 5
COUNT: Final = 2_000
BATCH: Final = 200
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ROUNDS_OPTION: Final = "--rounds"


class _ReachedError(BaseException):
    """All stages before the tagger are done; no `Exception`, which the pipeline would turn into a rejection."""


class _End:
    """Tagger that ends the measurement."""

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Any]:
        """End the measurement."""
        del texts, declared_languages
        raise _ReachedError


class _Version:
    """Measuring process of one version.

    Parameters
    ----------
    python
        Its interpreter.
    feed, count
        What it reads.
    """

    def __init__(self, python: str, feed: str, count: int) -> None:
        self._process = subprocess.Popen(
            [python, __file__, _ROUNDS_OPTION, feed, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(python).parent.parent.parent,
        )
        self.milliseconds: list[float] = []
        self.round()  # what is made at first use is no cost of an article
        self.milliseconds.clear()

    def round(self) -> None:
        """Measure one round."""
        if self._process.stdin is None or self._process.stdout is None:
            raise TypeError("the measuring process has no pipes")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.milliseconds.append(float(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main(feed: str, count: int, pythons: Sequence[str]) -> None:
    """Print the median of each version, and how much faster the first one is than each other."""
    versions = [_Version(python, feed, count) for python in pythons]
    for _ in range(ROUNDS):
        for version in versions:
            version.round()
    medians = [median(version.milliseconds) for version in versions]
    for version, python, middle in zip(versions, pythons, medians, strict=True):
        version.close()
        rounds = ", ".join(f"{each:.3f}" for each in version.milliseconds)
        print(f"{middle:.3f} ms of CPU per article ({rounds}), {middle / medians[0]:.2f} times the first: {python}")


def _measure(feed: Path, count: int) -> Iterator[float]:
    """Yield the CPU milliseconds per article of a round, for each line that is read."""
    from bench.feed import records, values  # noqa: PLC0415  # of the version that is measured
    from classifiers.cleaning import default_rules  # noqa: PLC0415  # as above
    from streams.settings import load  # noqa: PLC0415  # as above
    from streams.stages.decode import Decoder  # noqa: PLC0415  # as above
    from streams.stages.pipeline import Pipeline  # noqa: PLC0415  # as above

    limits = load(environment={}).limits
    try:
        from streams.stages.story import StoryCleaner  # noqa: PLC0415  # as above
    except ImportError:  # version 0.1.0
        cleaning: Any = {"rules": default_rules()}
    else:
        cleaning = {"cleaner": StoryCleaner(default_rules(), limits)}
    parts: Any = {"composer": None, "router": None}  # the measurement ends before they are used
    pipeline = Pipeline(decoder=Decoder(limits), tagger=_End(), **cleaning, **parts)
    raw = list(records(values(feed, count)))
    gc.collect()
    gc.freeze()  # as the worker's child process does: the search of the models for garbage is no cost of an article
    for _ in sys.stdin:
        started = time.process_time()
        for start in range(0, count, BATCH):
            with suppress(_ReachedError):
                pipeline.process(raw[start : start + BATCH], AT)
        yield (time.process_time() - started) / count * 1_000


if __name__ == "__main__":
    if sys.argv[1] == _ROUNDS_OPTION:
        sys.path[0] = str(Path.cwd())  # in place of the folder of this file
        for milliseconds in _measure(Path(sys.argv[2]), int(sys.argv[3])):
            print(milliseconds, flush=True)
    else:
        given = sys.argv[1:]
        articles = int(given.pop(1)) if given[1:] and given[1].isdecimal() else COUNT
        main(given[0], articles, [sys.executable, *given[1:]])
