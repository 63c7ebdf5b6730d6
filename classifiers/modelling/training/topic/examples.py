"""What the topic model learns from: labelled rows, texts of every length made of them, and the topics' definitions.

Only sources that may be shipped are read, and no text that anything is measured on. Each example has a fold, so that
the model can be calibrated on texts that it has not seen: a row's month decides, because reports of one event come
within days of each other.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from classifiers.model_files import DataSet
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.sources import Row
from classifiers.modelling.corpora.training_texts import TrainingText
from classifiers.modelling.evaluation import topic_benchmarks
from classifiers.modelling.evaluation.topic_benchmarks import IPTC_NAMES, LIFESTYLE

FOLDS: Final = 3

SIB200_NAMES: Final = {
    "entertainment": topic_benchmarks.ARTS,
    "health": topic_benchmarks.HEALTH,
    "politics": topic_benchmarks.POLITICS,
    "science/technology": topic_benchmarks.SCIENCE,
    "sports": topic_benchmarks.SPORT,
    "travel": LIFESTYLE,
}

_WORDS_PER_HEADLINE: Final = (7, 13)
"""Shortest headline and one more than the longest."""

_ROWS_PER_ARTICLE: Final = (2, 35)
"""Rows, of 24 words each, that make a long text: 50 to 840 words, log-uniform; the median article of a feed has 810."""

_ROWS_PER_REPEAT: Final = 3
"""Rows that a topic must have for every article made of them: the few rows of a rare one do not recur too often."""


class Example(msgspec.Struct, frozen=True):
    """A text to learn from, its topic, the fold that it is held out with, and the topics that it may have besides.

    `joined` says that the text was made of several.
    """

    text: str
    topic: str
    fold: int
    also: tuple[str, ...] = ()
    joined: bool = False


def read_examples(folder: Path, held_out: Collection[str]) -> tuple[list[Example], list[DataSet]]:
    """Return the labelled rows of every shippable source, and what the manifest says of the sources.

    Parameters
    ----------
    folder
        Where the corpora lie.
    held_out
        Texts that the model will be measured on: rows with such a text are left out.

    Raises
    ------
    CorpusError
        A corpus cannot be read, or a held-out text is left among the examples.
    """
    banned = {sources.fingerprint(text) for text in held_out}
    examples: list[Example] = []
    data_sets: list[DataSet] = []
    for source, field, names in (
        (sources.WIKI_EVENTS, "iptc", IPTC_NAMES),
        (sources.SIB200, "label", SIB200_NAMES),
    ):
        rows = sources.read(source, folder, label_field=field)
        kept = [row for row in rows if row.split == sources.TRAIN and row.label in names]
        kept = [row for row in kept if sources.fingerprint(row.text) not in banned]
        examples += [Example(row.text, names[row.label], _fold(row, place)) for place, row in enumerate(kept)]
        data_sets.append(sources.data_set(source, folder, len(kept)))
    sources.assert_disjoint((example.text for example in examples), held_out)
    return examples, data_sets


def from_training_texts(written: Sequence[TrainingText], held_out: Collection[str]) -> list[Example]:
    """Return the examples of written training texts; the digest of a text decides its fold.

    Raises
    ------
    CorpusError
        A held-out text is among them.
    """
    sources.assert_disjoint((each.text for each in written), held_out)
    return [
        Example(each.text, each.topic, int(sources.fingerprint(each.text)[:8], 16) % FOLDS, each.also)
        for each in written
    ]


def within(examples: Sequence[Example], topics: Collection[str]) -> list[Example]:
    """Return the examples of some topics, and those of others under their only further topic where it is one of these.

    >>> other = Example("Steel workers strike", "labour", 0, ("economy", "society"))
    >>> [(each.topic, each.also) for each in within([other], ("economy", "sport"))]
    [('economy', ())]
    """
    kept = []
    for example in examples:
        also = tuple(topic for topic in example.also if topic in topics)
        if example.topic in topics:
            kept.append(msgspec.structs.replace(example, also=also))
        elif len(also) == 1:
            kept.append(msgspec.structs.replace(example, topic=also[0], also=()))
    return kept


def headlines(rows: Sequence[Example], share: float, random: np.random.Generator) -> Iterator[Example]:
    """Yield the first words of a share of the rows, as many as a headline has."""
    for row in rows:
        if random.random() < share:
            words = row.text.split()[: int(random.integers(*_WORDS_PER_HEADLINE))]
            yield Example(" ".join(words), row.topic, row.fold, row.also)


def articles(rows: Sequence[Example], per_topic: int, random: np.random.Generator) -> Iterator[Example]:
    """Yield long texts, each of several rows of one topic and fold, so that length is nothing new to the model."""
    groups: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        groups.setdefault((row.topic, row.fold), []).append(row.text)
    for (topic, fold), texts in sorted(groups.items()):
        for _ in range(min(per_topic // FOLDS, len(texts) // _ROWS_PER_REPEAT)):
            parts = int(np.exp(random.uniform(*np.log(_ROWS_PER_ARTICLE))))
            chosen = random.integers(0, len(texts), parts)
            yield Example(" ".join(texts[each] for each in chosen), topic, fold, joined=True)


def _fold(row: Row, place: int) -> int:
    if not row.date:
        return place % FOLDS
    year, month = row.date.split("-")[:2]
    return (12 * int(year) + int(month)) % FOLDS
