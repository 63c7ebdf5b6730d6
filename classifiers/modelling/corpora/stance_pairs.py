"""The corpora of stance: (sentence, target) pairs with a label, as published and as packed in gzipped JSON lines.

Every row comes with the place of its target. Sources that give the target as a string have it looked for; rows whose
target is not in its sentence are left out. Only shippable sources are ever trained on; SEESAW, whose licence
forbids commercial use, is evaluated on alone.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers import resources
from classifiers.modelling.corpora import published_stances
from classifiers.modelling.corpora.published import each
from classifiers.modelling.corpora.sources import Source
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import GROUPS, TargetGroup, TargetSentence
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import WatchList

LABELS: Final = {
    "positive": StanceLabel.FAVOR,
    "neutral": StanceLabel.NEUTRAL,
    "negative": StanceLabel.AGAINST,
}

NEWSMTSC_RW: Final = Source(
    "stance_newsmtsc_rw",
    "github.com/fhamborg/NewsMTSC (Hamborg and Donnay 2021)",
    "MIT",
    shippable=True,
    published=("newsmtsc-rw-hf", "NewsMTSC-dataset"),
)
NEWSMTSC_MT: Final = Source(
    "stance_newsmtsc_mt",
    NEWSMTSC_RW.url,
    NEWSMTSC_RW.licence,
    shippable=True,
    published=("newsmtsc-mt-hf", "NewsMTSC-dataset"),
)
SENTFIN: Final = Source(
    "stance_sentfin", "github.com/pyRis/SEntFiN (Sinha et al. 2022)", "MIT", shippable=True, published=("SEntFiN.csv",)
)
FINENTITY: Final = Source(
    "stance_finentity",
    "github.com/yixuantt/FinEntity (Tang et al. 2023)",
    "ODC-BY",
    shippable=True,
    published=("FinEntity.json",),
)
DIRECTED: Final = Source(
    "stance_directed_sentiment",
    "github.com/bywords/directed_sentiment_analysis (Park et al. 2021, A Blueprint of Directed Sentiment Analysis)",
    "free to use with citation",
    shippable=True,
    published=("directed_sentiment_analysis/dataset",),
)
SEESAW: Final = Source(
    "stance_seesaw_articles",
    "github.com/launchnlp/SEESAW (Zhang et al. 2022)",
    "CC BY-NC-SA 4.0",
    shippable=False,
    published=("SEESAW",),
)


class LabelledPair(msgspec.Struct, frozen=True):
    """A (sentence, target) pair with the stance that people read in it; `split` is `train` or `dev`."""

    pair: TargetSentence
    label: StanceLabel
    split: str
    source: str


class LabelledArticle(msgspec.Struct, frozen=True):
    """A whole article with the stance that people read in it towards one named target."""

    text: str
    target: str
    label: StanceLabel
    split: str


def read_pairs(source: Source, folder: Path, watch_list: WatchList) -> tuple[LabelledPair, ...]:
    """Return the pairs of a corpus, in the order of its file.

    Parameters
    ----------
    source
        Which corpus.
    folder
        Where its file lies.
    watch_list
        Tells which targets are states; those of the financial corpora are companies, all others count as other.

    Raises
    ------
    CorpusError
        The file cannot be read, or a row lacks a field.
    """
    place, grouped = _READERS[source.name]
    group_of = TargetGroups(watch_list) if grouped is None else (lambda _target: grouped)

    def pairs_of(row: dict[str, Any]) -> Iterator[LabelledPair]:
        if (span := place(row)) is not None:
            pair = TargetSentence(row["sentence"], (span,), group_of(row["target"]))
            yield LabelledPair(pair, LABELS[row["label"]], row["split"], source.name)

    return tuple(each(source.path(folder), _rows(source, folder), pairs_of))


def read_articles(folder: Path) -> tuple[LabelledArticle, ...]:
    """Return the articles of SEESAW, title first.

    Raises
    ------
    CorpusError
        The file cannot be read, or a row lacks a field.
    """

    def articles_of(row: dict[str, Any]) -> Iterator[LabelledArticle]:
        text = f"{row['title']}\n\n{row['text']}"
        yield LabelledArticle(text, row["target"], LABELS[row["label"]], row["split"])

    return tuple(each(SEESAW.path(folder), _rows(SEESAW, folder), articles_of))


def shipped_watch_list() -> WatchList:
    """Return the watch-list that tells which targets of the corpora are states."""
    return WatchList.load(resources.seed("targets.toml"))


class TargetGroups:
    """The group of a target by its name: a state where the whole name is that of a state on the watch-list.

    Parameters
    ----------
    watch_list
        Tells which targets are states and companies.
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._matcher = TargetMatcher(watch_list)
        self._groups = {target.id: GROUPS.get(target.kind, TargetGroup.OTHER) for target in watch_list.targets}

    def __call__(self, name: str) -> TargetGroup:
        """Return the group of a name; other for names that the watch-list does not have."""
        bare = name.strip(" '\N{RIGHT SINGLE QUOTATION MARK}").removeprefix("the ").removeprefix("The ")
        # Some names have lost their last letter ("the United State"), which is an s nearly always.
        for spelling in (bare, f"{bare}s"):
            if (target_id := self._matcher.find_target_id(spelling)) is not None:
                return self._groups[target_id]
        return TargetGroup.OTHER


def _stated_place(row: dict[str, Any]) -> Span | None:
    span = Span(row["start"], row["end"])
    if not 0 <= span.start < span.end <= len(row["sentence"]):
        raise ValueError(f"a target from {span.start} to {span.end} of {len(row['sentence'])} characters")
    return span


def _first_place(row: dict[str, Any]) -> Span | None:
    start = row["sentence"].find(row["target"])
    return Span(start, start + len(row["target"])) if start >= 0 else None


def _marked_place(row: dict[str, Any]) -> Span | None:
    """Return the place of the target that stands in square brackets in a copy of the sentence.

    Where the name has lost its last letter to the text behind the bracket, the word is masked as a whole all the same.
    """
    marked, target = row["marked"], row["target"]
    opening = marked.find(f"[{target}]")
    if opening < 0:
        return None
    start = opening - sum(marked.count(bracket, 0, opening) for bracket in "[]")
    span = Span(start, start + len(target))
    return span if row["sentence"][span.start : span.end] == target else _first_place(row)


_READERS: Final[dict[str, tuple[Callable[[dict[str, Any]], Span | None], TargetGroup | None]]] = {
    NEWSMTSC_RW.name: (_stated_place, None),
    NEWSMTSC_MT.name: (_stated_place, None),
    SENTFIN.name: (_first_place, TargetGroup.COMPANY),
    FINENTITY.name: (_stated_place, TargetGroup.COMPANY),
    DIRECTED.name: (_marked_place, None),
}
"""How each corpus gives the place of its targets, and their group where it is the same for all."""


def _rows(source: Source, folder: Path) -> Iterator[dict[str, Any]]:
    return source.rows(folder, published_stances.READERS)
