"""Evaluation of stance models on corpora, or on a user's labelled file.

Sentences go to the sentence model. Whole articles with the name of a target go through the article classifier, which
has to find the target first: it looks for the one target of the row, which `named_targets` makes of its name.
An article in which the target is not found counts as neutral, and as no answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.errors import CorpusError
from classifiers.model_files import LoadedModel, Manifest
from classifiers.modelling.baselines.stance import LexiconSentences, MajoritySentences
from classifiers.modelling.corpora import record_files, sources, stance_pairs
from classifiers.modelling.corpora.labelled_files import LabelledTarget, LabelledTargets
from classifiers.modelling.corpora.stance_pairs import LabelledArticle, LabelledPair, TargetGroups
from classifiers.modelling.evaluation import stance_benchmarks
from classifiers.modelling.evaluation.named_targets import NamedTargets
from classifiers.modelling.evaluation.reports import LEXICON, MAJORITY, PREVIOUS, BenchmarkReport, RowPlace
from classifiers.modelling.evaluation.scoring import Answers, Rows, Summary, majority, score, summarise
from classifiers.modelling.evaluation.stance_benchmarks import STATES
from classifiers.predictions import StanceLabel
from classifiers.stance.aggregation import shrink
from classifiers.stance.classifier import ArticleStanceClassifier
from classifiers.stance.pairs import GROUPS, PairBatch, TargetGroup, TargetSentence, integers
from classifiers.stance.sentence_model import LABELS, LinearSentenceModel, SentenceModel, answer_thresholds
from classifiers.targets.watch_list import Target, WatchList

MIN_STATES: Final = 30
"""Rows of states below which they are not shown by themselves: every figure would be open to 17 points either way."""

SEEN: Final = "The model has learnt from most of these very rows: the figures say little of other sentences."
"""The note where the file is one that the model learnt from, and no split separates its rows."""

_NEUTRAL: Final = LABELS.index(StanceLabel.NEUTRAL)

Probabilities: TypeAlias = NDArray[np.float64]
"""Shape (rows, 3), in the order of `LABELS`."""


class StanceModel(msgspec.Struct, frozen=True):
    """A sentence model, and the least probability of a label that it gives, by target group, of shape (groups,)."""

    sentences: SentenceModel
    thresholds: NDArray[np.float64]

    @classmethod
    def from_loaded(cls, model: LoadedModel) -> "StanceModel":
        """Return the stance model of a file."""
        return cls(LinearSentenceModel.from_loaded(model), answer_thresholds(model.manifest))


class StanceRows(msgspec.Struct, frozen=True):
    """What is true, the group of each row's target, and how a sentence model answers these rows."""

    rows: Rows
    group: NDArray[np.int64]
    ask: Callable[[SentenceModel], Probabilities]
    whole_articles: bool = False

    def thresholds(self, model: StanceModel) -> NDArray[np.float64]:
        """Return the least probability of an answer of each row, of shape (rows,)."""
        of_groups = shrink(model.thresholds) if self.whole_articles else model.thresholds
        return of_groups[self.group]


def evaluate(
    model: StanceModel, previous: StanceModel | None, data: StanceRows, min_support: int
) -> list[BenchmarkReport]:
    """Return the reports on a model for one set of rows, beside the baselines; and on the states among them.

    Parameters
    ----------
    model, previous
        What is measured, and what is measured beside it.
    data
        The rows.
    min_support
        Rows that a label needs to count in the macro average.
    """
    beside = {LEXICON: StanceModel(LexiconSentences(), model.thresholds)}
    if previous is not None:
        beside[PREVIOUS] = previous
    ours = data.ask(model.sentences)
    others = {name: data.ask(each.sentences) for name, each in beside.items()}
    found = []
    for about, part in _parts(data):
        rows = _with_missed(about, int(np.isnan(ours[part, 0]).sum()))
        baselines = {MAJORITY: majority(rows.truth)}
        for name, probabilities in others.items():
            baselines[name] = _answers(probabilities[part], data.thresholds(beside[name])[part])
        found.append(score(rows, _answers(ours[part], data.thresholds(model)[part]), baselines, min_support))
    return found


def quality(model: StanceModel, rows: Sequence[LabelledPair]) -> dict[str, dict[str, float]]:
    """Return what a manifest states of a model: its figures on every benchmark, with the macro-F1 of the baselines."""
    baselines = {
        MAJORITY: StanceModel(MajoritySentences(), model.thresholds),
        LEXICON: StanceModel(LexiconSentences(), model.thresholds),
    }
    return {
        name: measure(model, selected).stated()
        | {f"macro_f1_{key}": measure(each, selected).stated()["macro_f1"] for key, each in baselines.items()}
        for name, selected in stance_benchmarks.benchmarks(rows)
    }


def measure(model: StanceModel, rows: Sequence[LabelledPair]) -> Summary:
    """Return the point estimates of a model on labelled pairs."""
    data = _of_pairs([(row.pair, row.label) for row in rows], Rows(""))
    return summarise(data.rows, _answers(data.ask(model.sentences), data.thresholds(model)), 1)


def _parts(data: StanceRows) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
    """Yield all rows, and those of states by themselves where there are other rows too."""
    yield data.rows, np.ones(len(data.group), dtype=bool)
    states = data.group == TargetGroup.STATE
    if MIN_STATES <= states.sum() < len(states):
        truth = [each for each, state in zip(data.rows.truth, states.tolist(), strict=True) if state]
        name = f"{data.rows.name}/{STATES}"
        # Wrong answers about states are listed with all others.
        about = msgspec.structs.replace(
            data.rows, name=name, truth=truth, labels=_labels(truth), left_out={}, places=()
        )
        yield about, states


def _with_missed(about: Rows, missed: int) -> Rows:
    if not missed:
        return about
    note = (
        f"In {missed:,} of these articles the target was not found: they count as neutral and as not answered, and not "
        "at all in the calibration."
    )
    return msgspec.structs.replace(about, notes=(*about.notes, note))


def _answers(probabilities: Probabilities, thresholds: NDArray[np.float64]) -> Answers:
    """Return the answers of a model, by the threshold of each row; a row of NaN is a target that was not found."""
    found = np.isfinite(probabilities[:, 0])
    guess = np.where(found, np.where(found[:, None], probabilities, 0.0).argmax(axis=1), _NEUTRAL)
    confidence = np.where(found, probabilities.max(axis=1), 1 / len(LABELS))
    guesses = [LABELS[each].value for each in guess]
    answered = found & (confidence >= thresholds)
    given = [each if ok else None for each, ok in zip(guesses, answered, strict=True)]
    return Answers(guesses, confidence, given, found)


def of_corpora(folder: Path, manifest: Manifest) -> list[StanceRows]:
    """Return the development rows of every corpus in a folder that stances are measured on, and the articles of SEESAW.

    Raises
    ------
    CorpusError
        There is none, or one cannot be read.
    """
    watch_list = stance_pairs.shipped_watch_list()
    learnt = {each.name for each in manifest.data_sets}
    there = [each for each in stance_benchmarks.SOURCES if each.is_in(folder)]
    found = [_of_corpus(each, folder, watch_list, learnt) for each in there]
    if stance_pairs.SEESAW.is_in(folder):
        found.append(_of_seesaw(folder, watch_list))
    if not found:
        raise CorpusError(
            f"{str(folder)!r} holds none of the corpora that stances are measured on "
            f"({', '.join(each.name for each in stance_benchmarks.SOURCES)}): name their folder, or a file of labelled "
            "stances"
        )
    return found


def of_file(path: Path, targets: LabelledTargets, watch_list: WatchList, manifest: Manifest) -> StanceRows:
    """Return the rows of a user's file; rows that its split calls `train` are left out, and counted.

    Raises
    ------
    CorpusError
        No row is left.
    """
    used = [row for row in targets.rows if row.split != sources.TRAIN]
    if not used:
        raise CorpusError(f"all rows of {str(path)!r} are training rows: give rows that the model has not learnt from")
    training = len(targets.rows) - len(used)
    digest = record_files.digest(path)
    about = Rows(
        path.name,
        digest=digest,
        left_out={**targets.left_out, **({"split train": training} if training else {})},
        notes=() if training or digest not in {each.digest for each in manifest.data_sets} else (SEEN,),
        places=[RowPlace(row.line, row.id or None) for row in used],
    )
    if used[0].span is None:
        return _of_articles([LabelledArticle(row.text, row.target, row.label, "") for row in used], watch_list, about)
    group_of = TargetGroups(watch_list)
    return _of_pairs([(_sentence(row, group_of(row.target)), row.label) for row in used], about)


def _sentence(row: LabelledTarget, group: TargetGroup) -> TargetSentence:
    return TargetSentence(row.text, (row.span,) if row.span else (), group)


def _of_corpus(source: sources.Source, folder: Path, watch_list: WatchList, learnt: set[str]) -> StanceRows:
    # Both files of NewsMTSC hold the same training rows.
    training = stance_pairs.NEWSMTSC_RW if source == stance_pairs.NEWSMTSC_MT else source
    read = stance_pairs.read_pairs(source, folder, watch_list)
    about = Rows(
        stance_benchmarks.name_of(source),
        digest=record_files.digest(source.path(folder)),
        learnt_from=training.name in learnt,
    )
    return _of_pairs([(row.pair, row.label) for row in read if row.split == sources.DEV], about)


def _of_seesaw(folder: Path, watch_list: WatchList) -> StanceRows:
    about = Rows(
        stance_pairs.SEESAW.name,
        digest=record_files.digest(stance_pairs.SEESAW.path(folder)),
        learnt_from=False,
        notes=("Whole articles with the name of one target, which has to be found first.",),
    )
    return _of_articles(stance_pairs.read_articles(folder), watch_list, about)


def _of_pairs(pairs: Sequence[tuple[TargetSentence, StanceLabel]], about: Rows) -> StanceRows:
    batch = PairBatch.from_sentences(pair for pair, _ in pairs)
    return StanceRows(
        _with_truth(about, [label for _, label in pairs]), batch.group, lambda model: model.predict_proba(batch)
    )


def _of_articles(articles: Sequence[LabelledArticle], watch_list: WatchList, about: Rows) -> StanceRows:
    target_of = NamedTargets(watch_list, [row.text for row in articles])
    targets = [target_of(row.target) for row in articles]
    return StanceRows(
        _with_truth(about, [row.label for row in articles]),
        integers(GROUPS.get(target.kind, TargetGroup.OTHER) for target in targets),
        lambda model: _of_whole_texts(model, [row.text for row in articles], targets, watch_list.not_targets),
        whole_articles=True,
    )


def _of_whole_texts(
    model: SentenceModel, texts: Sequence[str], targets: Sequence[Target], not_targets: Sequence[str]
) -> Probabilities:
    """Return what articles say of one target each, with NaN where it is not found."""
    found = np.full((len(texts), len(LABELS)), np.nan)
    places: defaultdict[Target, list[int]] = defaultdict(list)
    for place, target in enumerate(targets):
        places[target].append(place)
    for target, rows in places.items():
        names = {name.casefold() for name in target.names}
        others = tuple(name for name in not_targets if name.casefold() not in names)
        classifier = ArticleStanceClassifier(model, WatchList((target,), not_targets=others))
        for row, stances in zip(rows, classifier.predict_many([texts[each] for each in rows]), strict=True):
            if stances:
                found[row] = [getattr(stances[0].probabilities, label) for label in LABELS]
    return found


def _with_truth(about: Rows, labels: Sequence[StanceLabel]) -> Rows:
    truth = [(label.value,) for label in labels]
    return msgspec.structs.replace(about, truth=truth, labels=_labels(truth))


def _labels(truth: Sequence[tuple[str, ...]]) -> list[str]:
    return [label.value for label in LABELS if (label.value,) in set(truth)]
