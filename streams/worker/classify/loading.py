"""What a worker loads before it can take articles, and the proof that it can tag one."""

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
"""An article without any peculiarity, of fewer characters than the lowest limit that the settings allow. It never comes
near a broker. What is made at first use is made with it, too."""


class Facts(NamedTuple):
    """What others have to know of what is loaded; plain data.

    `slugs` are the short names of the topics by their id; `kafka_topics` are those that have to exist.
    """

    release: Release
    slugs: Mapping[str, str]
    kafka_topics: tuple[str, ...]


class Loaded(NamedTuple):
    """Everything that articles meet, and the facts about it."""

    processor: Processor
    facts: Facts


Loader = Callable[[Settings], Loaded]


class CannotTagError(Exception):
    """What is loaded does not even tag an article without any peculiarity."""


def load(settings: Settings) -> Loaded:
    """Return what the settings name, loaded.

    Raises
    ------
    ClassifierError
        If a model, the taxonomy, the watch-list or the rules cannot be used.
    SettingsError
        If a route names a topic that the taxonomy does not have.
    """
    pipeline = Pipeline.load(settings)
    taxonomy = load_taxonomy(settings)
    facts = Facts(
        release=pipeline.release,
        slugs={id_: taxonomy.slug(id_) for id_ in taxonomy.ids},
        kafka_topics=tuple(spec.name for spec in topic_specs(settings, taxonomy)),
    )
    return Loaded(pipeline, facts)


def load_proved(loader: Loader, settings: Settings) -> Loaded:
    """Return what the loader loads, when it has tagged the specimen.

    A model that fails on every article would otherwise be found out by the articles that it turns into dead letters.

    Raises
    ------
    CannotTagError
        If it cannot tag the specimen.
    ClassifierError, OperatorError
        What the loader raises.
    """
    loaded = loader(settings)
    (answer,) = loaded.processor.process([SPECIMEN], datetime.now(UTC)).processed
    if not isinstance(answer.outcome, Tagged):
        raise CannotTagError(f"the models do not tag an article without any peculiarity: {answer.outcome}")
    return loaded
