"""What a worker loads before it can take articles."""

from collections.abc import Mapping
from typing import NamedTuple

from streams.brokers.layout import topic_specs
from streams.records.tagged import Release
from streams.settings.schema import Settings
from streams.stages.pipeline import Pipeline
from streams.stages.taxonomy import load_taxonomy
from streams.worker.execution import Processor


class Loaded(NamedTuple):
    """Everything that articles meet, and what others have to know of it.

    `slugs` are the short names of the topics by their id; `kafka_topics` are those that have to exist.
    """

    processor: Processor
    release: Release
    slugs: Mapping[str, str]
    kafka_topics: tuple[str, ...]


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
    return Loaded(
        processor=pipeline,
        release=pipeline.release,
        slugs={id_: taxonomy.slug(id_) for id_ in taxonomy.ids},
        kafka_topics=tuple(spec.name for spec in topic_specs(settings, taxonomy)),
    )
