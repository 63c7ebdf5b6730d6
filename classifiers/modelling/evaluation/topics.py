"""Evaluation of topic models on corpora, or on a user's labelled file."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from classifiers.errors import CorpusError
from classifiers.language import identify_each, is_supported
from classifiers.model_files import Manifest
from classifiers.modelling.baselines.topic import KeywordTopic, load_keywords
from classifiers.modelling.corpora import record_files, sources
from classifiers.modelling.corpora.labelled_files import LabelledTexts
from classifiers.modelling.evaluation import measures, topic_benchmarks
from classifiers.modelling.evaluation.reports import (
    KEYWORDS,
    MAJORITY,
    OTHER,
    PREVIOUS,
    TOGETHER,
    BenchmarkReport,
    RowPlace,
)
from classifiers.modelling.evaluation.scoring import Answers, Rows, Summary, majority, score, summarise
from classifiers.modelling.evaluation.topic_benchmarks import BENCHMARKS, Benchmark
from classifiers.predictions import Language
from classifiers.topic.classifier import LinearTopicClassifier, TopicClassifier
from classifiers.topic.taxonomy import Taxonomy

TRAIN: Final = sources.TRAIN


TRAINING_ROWS: Final = "split train"
"""What training rows are counted as among those that are left out."""


class TopicRows(msgspec.Struct, frozen=True):
    """Texts with their languages and true labels, and the label of the data by the id that a model answers with."""

    rows: Rows
    texts: Sequence[str]
    languages: Sequence[Language | None]
    answers: Mapping[str, str]


def evaluate(
    model: LinearTopicClassifier,
    previous: LinearTopicClassifier | None,
    data: TopicRows,
    names: Taxonomy,
    min_support: int,
) -> BenchmarkReport:
    """Return the report on a model for one set of rows, beside the baselines.

    Raises
    ------
    CorpusError
        The model has no label in common with the data.
    """
    if not set(model.labels) & set(data.answers):
        raise CorpusError(
            f"the model answers with {', '.join(model.labels[:3])} and the like, and no label of the data means any of "
            "these: map the labels to ids of the taxonomy that the model was made for"
        )
    baselines = {MAJORITY: majority(data.rows.truth)}
    keywords = {topic: words for topic, words in load_keywords().items() if topic in model.labels}
    if keywords:
        baselines[KEYWORDS] = answers_of(KeywordTopic(keywords, names), data, model.manifest.languages)
    if previous is not None:
        baselines[PREVIOUS] = answers_of(previous, data, previous.manifest.languages)
    notes = (
        *data.rows.notes,
        *_learnt_from(model, data),
        *_never_answered(model, data),
        *_other_languages(model.manifest, data),
    )
    rows = msgspec.structs.replace(data.rows, notes=notes)
    return score(rows, answers_of(model, data, model.manifest.languages), baselines, min_support)


def _learnt_from(model: LinearTopicClassifier, data: TopicRows) -> Iterator[str]:
    """Yield a warning where the data is a file that the model has learnt from, and no split separates its rows."""
    known = {each.digest for each in model.manifest.data_sets}
    if data.rows.digest in known and data.rows.learnt_from is None and TRAINING_ROWS not in data.rows.left_out:
        yield "The model has learnt from these very rows: the figures say nothing of other articles."


def _never_answered(model: TopicClassifier, data: TopicRows) -> Iterator[str]:
    """Yield a sentence about the labels of the data for which the model has no topic, if there are any."""
    known = {data.answers[topic] for topic in model.labels if topic in data.answers}
    counts = Counter(truth[0] for truth in data.rows.truth if truth[0] not in known)
    if counts:
        names = data.rows.names
        listing = ", ".join(f"{names.get(label, label)} (rows: {rows:,})" for label, rows in sorted(counts.items()))
        yield f"The model has no topic for {listing}, and can be right in none of these rows."


def _other_languages(manifest: Manifest, data: TopicRows) -> Iterator[str]:
    """Yield a sentence about the rows on which the model abstains because of their language, if there are any."""
    counts = Counter(each.code for each in data.languages if each and not is_supported(each, manifest.languages))
    if counts:
        listing = ", ".join(f"{code} (rows: {rows:,})" for code, rows in sorted(counts.items()))
        yield f"The model predicts in {', '.join(manifest.languages)} and abstains on texts in {listing}."


def answers_of(model: TopicClassifier, data: TopicRows, languages: Container[str]) -> Answers:
    """Return what a model answers, in the words of the data: by force, and as the tagger does.

    Forced, the topic with the highest margin is the answer. The tagger abstains on texts in other languages than those
    given, on too little text, and below the thresholds.
    """
    best = model.decision_function(data.texts).argmax(axis=1)
    guesses = [data.answers.get(model.labels[each], OTHER) for each in best]
    given = [
        data.answers.get(prediction.topics[0].id, OTHER)
        if prediction.topics and is_supported(language, languages)
        else None
        for prediction, language in zip(model.predict_many(data.texts), data.languages, strict=True)
    ]
    return Answers(guesses, model.predict_proba(data.texts)[np.arange(len(best)), best], given)


def quality(model: LinearTopicClassifier, held_out: Mapping[str, Sequence[sources.Row]]) -> dict[str, dict[str, float]]:
    """Return what a manifest states of a model: its figures on the held-out rows of every benchmark that has some."""
    found = {
        each.name: measure(model, each, held_out[each.name], model.manifest.languages).stated()
        for each in BENCHMARKS
        if each.name in held_out
    }
    # Manifests of topic models have always stated rows as whole numbers.
    return {name: {**figures, "rows": len(held_out[name])} for name, figures in found.items()}


def measure(
    model: TopicClassifier, benchmark: Benchmark, read: Sequence[sources.Row], languages: Container[str]
) -> Summary:
    """Return the point estimates of a model on the rows of a benchmark."""
    data = _data(benchmark, read, Rows(benchmark.name))
    return summarise(data.rows, answers_of(model, data, languages), measures.MIN_SUPPORT)


def of_corpora(folder: Path, manifest: Manifest, names: Taxonomy) -> list[TopicRows]:
    """Return the development rows of every corpus in a folder that topics are measured on.

    Raises
    ------
    CorpusError
        There is none, or one cannot be read.
    """
    held_out = topic_benchmarks.held_out(folder)
    if not held_out:
        raise CorpusError(
            f"{str(folder)!r} holds none of the corpora that topics are measured on "
            f"({', '.join(each.source.name for each in BENCHMARKS)}): name their folder, or a file of labelled articles"
        )
    return [
        _of_corpus(each, held_out[each.name], folder, manifest, names) for each in BENCHMARKS if each.name in held_out
    ]


def _of_corpus(
    benchmark: Benchmark,
    read: Sequence[sources.Row],
    folder: Path,
    manifest: Manifest,
    names: Taxonomy,
) -> TopicRows:
    about = Rows(
        name=benchmark.name,
        names={id_: names.label(id_) for id_ in names.ids},
        digest=record_files.digest(benchmark.source.path(folder)),
        learnt_from=benchmark.source.name in {each.name for each in manifest.data_sets},
    )
    return _data(benchmark, read, about)


def _data(benchmark: Benchmark, read: Sequence[sources.Row], about: Rows) -> TopicRows:
    truth = [(benchmark.classes[row.label],) for row in read]
    rows = msgspec.structs.replace(about, truth=truth, labels=sorted({each[0] for each in truth}))
    texts = [row.text for row in read]
    return TopicRows(rows, texts, identify_each(texts, [None] * len(texts)), benchmark.answers)


def of_file(path: Path, texts: LabelledTexts) -> TopicRows:
    """Return the rows of a user's file; rows that its split calls `train` are left out, and counted.

    Raises
    ------
    CorpusError
        An id belongs to labels that do not mean the same, or no row is left.
    """
    words = _in_words(texts.classes)
    used = [row for row in texts.rows if row.split != TRAIN]
    if not used:
        raise CorpusError(f"all rows of {str(path)!r} are training rows: give rows that the model has not learnt from")
    truth = [tuple(dict.fromkeys(words[label] for label in row.labels)) for row in used]
    training = len(texts.rows) - len(used)
    rows = Rows(
        name=path.name,
        truth=truth,
        labels=sorted({label for each in truth for label in each}),
        digest=record_files.digest(path),
        left_out={**texts.left_out, **({TRAINING_ROWS: training} if training else {})},
        places=[RowPlace(row.line, row.id or None) for row in used],
    )
    answers = {id_: words[label] for label, ids in texts.classes.items() for id_ in ids}
    languages = identify_each([row.text for row in used], [row.language for row in used])
    return TopicRows(rows, [row.text for row in used], languages, answers)


def _in_words(classes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the class of every label of the user's: labels that mean the same are one class.

    >>> _in_words({"Football": ("sport",), "Tennis": ("sport",), "World": ("politics", "conflict")})
    {'Football': 'Football + Tennis', 'Tennis': 'Football + Tennis', 'World': 'World'}
    """
    meanings: dict[frozenset[str], list[str]] = {}
    for label, ids in classes.items():
        meanings.setdefault(frozenset(ids), []).append(label)
    owners: dict[str, list[str]] = {}
    for meaning, labels in meanings.items():
        for id_ in meaning:
            owners.setdefault(id_, []).extend(labels)
    for meaning, labels in meanings.items():
        for id_ in sorted(meaning):
            if len(owners[id_]) > len(labels):
                raise CorpusError(
                    f"the id {id_!r} belongs to labels that mean different things, "
                    f"{' and '.join(map(repr, owners[id_]))}: an answer can be one of them alone, so map it to one"
                )
    return {label: TOGETHER.join(labels) for labels in meanings.values() for label in labels}
