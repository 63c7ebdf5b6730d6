"""Evaluation of a model file on labelled rows: `copytaster evaluate` without a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from classifiers import model_files, resources
from classifiers.cleaning import Rules
from classifiers.errors import TaxonomyError
from classifiers.model_files import Manifest
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import read_stances, read_topics
from classifiers.modelling.evaluation import measures, stances, topics
from classifiers.modelling.evaluation.reports import BenchmarkReport, Identity, Report
from classifiers.modelling.evaluation.stances import StanceModel
from classifiers.modelling.progress import Progress
from classifiers.stance import sentence_model
from classifiers.targets.watch_list import WatchList
from classifiers.topic.classifier import MIN_WORDS, LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

Task: TypeAlias = Literal["topic", "stance"]


MIN_SUPPORT: Final = {"topic": measures.MIN_SUPPORT, "stance": 1}
"""Rows that a label needs to count in the macro average, by task: topics are many and some rare; of the three stances,
none can be left out."""


MAX_WRONG: Final = 20
"""Wrong answers that are listed unless more are asked for: they fit on one screen."""


class Request(msgspec.Struct, frozen=True):
    """A model to evaluate, and the data to evaluate it on.

    Parameters
    ----------
    task, model
        A model file, and what it is for.
    data
        A file of labelled articles, or a folder of corpora.
    taxonomy, watch_list, rules
        What the model answers with, which targets have which names, how texts are cleaned.
    label_map
        What the columns and labels of the file mean.
    previous
        The model to measure beside it; None for the shipped one, unless that is the one that is measured.
    min_support
        Rows that a label needs to count in the macro average; None for the task's default.
    min_words
        Texts of fewer words are not answered by topic models.
    max_wrong
        Wrong answers to list of a file.
    """

    task: Task
    model: Path
    data: Path
    taxonomy: Taxonomy
    watch_list: WatchList
    rules: Rules | None = None
    label_map: LabelMap = LabelMap()
    previous: Path | None = None
    min_support: int | None = None
    min_words: int = MIN_WORDS
    max_wrong: int = MAX_WRONG

    @property
    def effective_min_support(self) -> int:
        """Rows that a label needs to count in the macro average."""
        return MIN_SUPPORT[self.task] if self.min_support is None else self.min_support


def evaluate(request: Request, progress: Progress) -> Report:
    """Return the report on a model.

    Raises
    ------
    ClassifierError
        The model, the data or the map cannot be used.
    """
    progress("load the models", 0, 1)
    return _evaluate_topics(request, progress) if request.task == "topic" else _evaluate_stances(request, progress)


def _evaluate_topics(request: Request, progress: Progress) -> Report:
    names = request.taxonomy
    model = LinearTopicClassifier.load(request.model, names, min_words=request.min_words)
    previous = _previous_topics(request, model.manifest)
    progress("load the models", 1, 1)
    if request.data.is_dir():
        data = topics.of_corpora(request.data, model.manifest, names)
    else:
        texts = read_topics(request.data, request.label_map, names.find_id, request.rules)
        data = [topics.of_file(request.data, texts)]
    found: list[BenchmarkReport] = []
    for rows in data:
        progress("measure", len(found), len(data))
        found.append(topics.evaluate(model, previous, rows, names, request.effective_min_support))
    progress("measure", len(data), len(data))
    return _report(request, model.manifest, previous.manifest if previous else None, found)


def _previous_topics(request: Request, manifest: Manifest) -> LinearTopicClassifier | None:
    path = _previous(request, manifest)
    if path is None:
        return None
    try:
        return LinearTopicClassifier.load(path, request.taxonomy, min_words=request.min_words)
    except TaxonomyError:
        if request.previous is not None:
            raise
        return None  # a taxonomy of the user's own has no names for what the shipped model knows


def _evaluate_stances(request: Request, progress: Progress) -> Report:
    loaded = model_files.load(request.model, kind=sentence_model.KIND)
    path = _previous(request, loaded.manifest)
    before = None if path is None else model_files.load(path, kind=sentence_model.KIND)
    progress("load the models", 1, 1)
    if request.data.is_dir():
        data = stances.of_corpora(request.data, loaded.manifest)
    else:
        targets = read_stances(request.data, request.label_map, request.rules)
        data = [stances.of_file(request.data, targets, request.watch_list, loaded.manifest)]
    model = StanceModel.from_loaded(loaded)
    previous = StanceModel.from_loaded(before) if before else None
    found: list[BenchmarkReport] = []
    for number, rows in enumerate(data):
        progress("measure", number, len(data))
        found += stances.evaluate(model, previous, rows, request.effective_min_support)
    progress("measure", len(data), len(data))
    return _report(request, loaded.manifest, before.manifest if before else None, found)


def _previous(request: Request, manifest: Manifest) -> Path | None:
    if request.previous is not None:
        return request.previous
    shipped = resources.model(f"{request.task}.skops")
    is_shipped = model_files.read_manifest(shipped).digest == manifest.digest
    return None if is_shipped else shipped


def _report(
    request: Request, manifest: Manifest, previous: Manifest | None, benchmarks: Sequence[BenchmarkReport]
) -> Report:
    return Report(
        task=request.task,
        model=_identity(manifest),
        previous=_identity(previous) if previous else None,
        min_support=request.effective_min_support,
        benchmarks=tuple(each.with_wrong_at_most(request.max_wrong) for each in benchmarks),
    )


def _identity(manifest: Manifest) -> Identity:
    return Identity(manifest.name, manifest.version, manifest.digest)
