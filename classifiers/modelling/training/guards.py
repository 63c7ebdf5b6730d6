"""Guards of a training run: the folder of the corpora exists, and libraries compute in one thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classifiers.errors import CorpusError


@contextmanager
def single_thread() -> Iterator[None]:
    """Limit the libraries that are loaded by now to one thread.

    With several threads, sums are taken in another order, and two runs do not give the same file.
    """
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415  # used in training alone
        threadpool_limits,
    )

    with threadpool_limits(limits=1):
        yield


def check_folder(corpora_dir: Path) -> None:
    """Check that the folder of the corpora exists.

    Raises
    ------
    CorpusError
        It does not.
    """
    if not corpora_dir.is_dir():
        raise CorpusError(f"{str(corpora_dir)!r} is no folder: name the folder that holds the corpora")
