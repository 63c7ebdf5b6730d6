"""Recall and precision of mentions by language.

    python -m bench.mentions [PARALLEL]

The sentences of `tests/data/mentions` were written for this project, each with the targets that a reader finds in it.
With PARALLEL, JSON lines with the `id` and the `text` of sentences, such as those of NTREX-128 ("ntrex-17-de"), it also
prints which share of the targets that are found in an English sentence is found in its translations. The names were
completed with the first `DEVELOPMENT` of these sentences; only the others are measured.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from classifiers import resources
from classifiers.targets.language_matching import ENGLISH, LanguageTargets
from classifiers.targets.watch_list import WatchList

SENTENCES: Final = Path(__file__).parents[1] / "tests" / "data" / "mentions"
DEVELOPMENT: Final = 1_000
"""Half of the 1,997 sentences of NTREX-128."""


class Counts(msgspec.Struct, frozen=True):
    """Sentences, those without a target, and the numbers of (sentence, target) pairs: expected, found, and both."""

    sentences: int
    negatives: int
    expected: int
    found: int
    correct: int

    @property
    def recall(self) -> float:
        """Share of the expected pairs that are found."""
        return self.correct / self.expected

    @property
    def precision(self) -> float:
        """Share of the found pairs that are expected."""
        return self.correct / self.found


def read_sentences(language: str) -> list[tuple[str, frozenset[str]]]:
    """Return the sentences of a language and the ids of their targets."""
    lines = (SENTENCES / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [(sentence, frozenset(targets.split())) for sentence, _, targets in (line.partition("\t") for line in lines)]


def measure(names: LanguageTargets, language: str) -> Counts:
    """Return how many targets of a language's sentences are found."""
    sentences = read_sentences(language)
    found = _found(names, (sentence for sentence, _ in sentences), language)
    return count((targets for _, targets in sentences), found)


def count(expected: Iterable[frozenset[str]], found: Iterable[frozenset[str]]) -> Counts:
    """Return the counts of expected and found targets by sentence."""
    pairs = list(zip(expected, found, strict=True))
    return Counts(
        sentences=len(pairs),
        negatives=sum(not wanted for wanted, _ in pairs),
        expected=sum(len(wanted) for wanted, _ in pairs),
        found=sum(len(got) for _, got in pairs),
        correct=sum(len(wanted & got) for wanted, got in pairs),
    )


def main() -> None:
    """Measure, and print the tables."""
    names = LanguageTargets(WatchList.load(resources.seed("targets.toml")))
    own = {path.stem: measure(names, path.stem) for path in sorted(SENTENCES.glob("*.tsv"))}
    Console().print(_table("sentences written for this project", own))
    for path in map(Path, sys.argv[1:]):
        Console().print(_table(f"translations in {path.name}", _parallel(names, path)))


def _parallel(names: LanguageTargets, path: Path) -> dict[str, Counts]:
    texts: defaultdict[str, dict[int, str]] = defaultdict(dict)
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            _, number, language = row["id"].split("-", 2)
            if int(number) >= DEVELOPMENT:
                texts[language][int(number)] = row["text"]
    english = _found(names, texts.pop(ENGLISH).values(), ENGLISH)
    return {
        language: count(english, _found(names, sentences.values(), language.partition("-")[0]))
        for language, sentences in sorted(texts.items())
    }


def _found(names: LanguageTargets, texts: Iterable[str], language: str) -> list[frozenset[str]]:
    return [frozenset(mention.target_id for mention in names.find(text, language)) for text in texts]


def _table(title: str, counts: Mapping[str, Counts]) -> Table:
    table = Table("language", "sentences", "without", "targets", "recall", "precision", title=title)
    for row in _rows(counts):
        table.add_row(*row)
    return table


def _rows(counts: Mapping[str, Counts]) -> Iterator[tuple[str, ...]]:
    for language, each in counts.items():
        numbers = (each.sentences, each.negatives, each.expected)
        yield (language, *map(str, numbers), f"{each.recall:.3f}", f"{each.precision:.3f}")


if __name__ == "__main__":
    main()
