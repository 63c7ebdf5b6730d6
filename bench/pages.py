"""How much of the story of whole pages is found, and what it costs, beside trafilatura: `python -m bench.pages FOLDER`.

The folder has files `html_*.jsonl.gz`, each line an object with `html` and either `text` or `expected_html`. Two F1 are
computed: of words, averaged over the pages, and of runs of four words, from the averages of precision and recall, as in
Zyte's article extraction benchmark. Pages with an empty expected text count for the cost alone.
"""

import gzip
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, median

import msgspec
import trafilatura
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning import clean
from classifiers.cleaning.html.reader import read_blocks
from classifiers.cleaning.html.shingles import SIZE, words

ROUNDS = 3
"""Times that each page is read by each, in turn; the median counts, because the machine may be busy."""

WIDTH = 100

ALLOWED_RATIO = 1.1
ALLOWED_SECONDS_PER_CHAR = 0.020 / 100_000
"""What a page may cost: 1.1 times trafilatura and 20 ms for each 100,000 characters."""


class Page(msgspec.Struct, frozen=True):
    """A page and the text that is expected of it, empty where none is known."""

    html: str
    text: str | None = None
    expected_html: str | None = None

    @property
    def expected(self) -> str:
        """The expected text, without markup."""
        if self.text is not None:
            return self.text
        page = read_blocks(LexborHTMLParser(self.expected_html or ""))
        return "\n".join(block.text for block in page.blocks)


class Quality(msgspec.Struct, frozen=True):
    """Means over the pages of a set."""

    word_f1: float
    run_f1: float
    precision: float
    recall: float


def read_set(path: Path) -> list[Page]:
    """Return the pages of a file."""
    with gzip.open(path, "rb") as lines:
        return [msgspec.json.decode(line, type=Page) for line in lines]


def quality(found: Sequence[str], expected: Sequence[str]) -> Quality:
    """Return how well texts match what is expected of them.

    Examples
    --------
    >>> quality(["The dam held through the night"], ["The dam held through the night"]).run_f1
    1.0
    """
    pairs = [(words(text), words(wanted)) for text, wanted in zip(found, expected, strict=True) if words(wanted)]
    shares = [_precision_and_recall(text, wanted, SIZE) for text, wanted in pairs]
    precision, recall = fmean(each for each, _ in shares), fmean(each for _, each in shares)
    word_f1 = fmean(_f1(*_precision_and_recall(text, wanted, 1)) for text, wanted in pairs)
    return Quality(word_f1, _f1(precision, recall), precision, recall)


def _precision_and_recall(found: Sequence[str], wanted: Sequence[str], size: int) -> tuple[float, float]:
    """Return the share of the runs of a text that are wanted, and that of those wanted that are in it."""
    runs, wanted_runs = _runs(found, size), _runs(wanted, size)
    common = (runs & wanted_runs).total()
    return common / max(1, runs.total()), common / max(1, wanted_runs.total())


def _runs(text: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(text[start : start + size]) for start in range(max(1, len(text) - size + 1)))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ours(page: str) -> str:
    """Return the body that an article with this page gets."""
    return clean(None, page).body


def theirs(page: str) -> str:
    """Return trafilatura's answer with its defaults."""
    return trafilatura.extract(page) or ""


def _measure(pages: Sequence[Page]) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """Yield the texts of each page and their CPU seconds, ours first."""
    for page in pages:
        rounds = [[_timed(read, page.html) for read in (ours, theirs)] for _ in range(ROUNDS)]
        seconds = [median(each[place][1] for each in rounds) for place in (0, 1)]
        yield (rounds[0][0][0], rounds[0][1][0]), (seconds[0], seconds[1])


def _timed(read: Callable[[str], str], page: str) -> tuple[str, float]:
    started = time.process_time()
    text = read(page)
    return text, time.process_time() - started


def main() -> None:
    """Print a table of quality and one line on cost."""
    console = Console(width=WIDTH)
    table = Table("set", "pages", "program", "F1 of words", "F1 of runs", "precision", "recall")
    seconds, chars = [0.0, 0.0], 0
    for path in sorted(Path(sys.argv[1]).glob("html_*.jsonl.gz")):
        pages = read_set(path)
        _timed(ours, pages[0].html), _timed(theirs, pages[0].html)  # what is loaded at first use is no cost of a page
        texts, costs = zip(*_measure(pages), strict=True)
        chars += sum(len(page.html) for page in pages)
        for place, name in enumerate(("copytaster", "trafilatura")):
            seconds[place] += sum(cost[place] for cost in costs)
            found = quality([pair[place] for pair in texts], [page.expected for page in pages])
            figures = (found.word_f1, found.run_f1, found.precision, found.recall)
            table.add_row(path.name.split(".")[0], str(len(pages)), name, *(f"{value:.4f}" for value in figures))
    console.print(table)
    allowed = ALLOWED_RATIO * seconds[1] + ALLOWED_SECONDS_PER_CHAR * chars
    console.print(
        f"CPU: copytaster {seconds[0]:.2f} s, trafilatura {seconds[1]:.2f} s, ratio {seconds[0] / seconds[1]:.2f}; "
        f"{chars / 1e6:.1f} million characters, allowed {allowed:.2f} s"
    )


if __name__ == "__main__":
    main()
