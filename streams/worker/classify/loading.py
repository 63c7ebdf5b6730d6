"""Loading: everything that a worker needs before its first article, and the check that it can tag one."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from streams.brokers.layout import topic_specs
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Tagged
from streams.records.tagged import Release
from streams.settings.schema import Settings
from streams.stages.configured_taxonomy import load_taxonomy
from streams.stages.pipeline import Pipeline
from streams.worker.classify.executor import Processor

SPECIMEN = RawRecord(
    Origin("specimen", 0, 0), None, b'{"body": "The town council voted on Monday to repair the old bridge this year."}'
)
"""A plain article, of fewer characters than the lowest limit that the settings allow. It is never published. Tagging it
also initialises whatever is created at first use."""


class ModelFacts(NamedTuple):
    """What the worker has to know about the loaded models; plain data.

    `slugs` are the short names of the topics by their id; `kafka_topics` are those that have to exist.
    """

    release: Release
    slugs: Mapping[str, str]
    kafka_topics: tuple[str, ...]


class Loaded(NamedTuple):
    """The processor of articles, and the facts about it."""

    processor: Processor
    facts: ModelFacts


Loader = Callable[[Settings], Loaded]


class CannotTagError(Exception):
    """The loaded models do not even tag a plain article."""


def load(settings: Settings) -> Loaded:
    """Return what the settings name, loaded.

    Raises
    ------
    ClassifierError
        If a model, the taxonomy, the watch-list or the rules cannot be used.
    SettingsError
        If a route names a topic that the taxonomy does not have.
    """
    taxonomy = load_taxonomy(settings)
    pipeline = Pipeline.load(settings, taxonomy)
    facts = ModelFacts(
        release=pipeline.release,
        slugs={id_: taxonomy.slug(id_) for id_ in taxonomy.ids},
        kafka_topics=tuple(spec.name for spec in topic_specs(settings, taxonomy)),
    )
    return Loaded(pipeline, facts)


def load_and_check(loader: Loader, settings: Settings) -> Loaded:
    """Return what the loader loads, once it has tagged the specimen.

    A model that fails on every article would otherwise be discovered by the dead letters that it causes.

    Raises
    ------
    CannotTagError
        If it cannot tag the specimen.
    ClassifierError, OperatorError
        As the loader raises them.
    """
    loaded = loader(settings)
    (result,) = loaded.processor.process([SPECIMEN], datetime.now(UTC)).results
    if not isinstance(result.outcome, Tagged):
        raise CannotTagError(f"the models do not tag a plain article: {result.outcome}")
    return loaded
