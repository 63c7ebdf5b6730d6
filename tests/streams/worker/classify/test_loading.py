"""Loaded models have to tag one article before the worker starts."""

import pytest

from streams.settings import load
from streams.worker.classify.loading import CannotTagError, load_and_check
from streams.worker.classify.loading import load as load_models
from tests.streams.worker import loaders


def test_the_shipped_models_tag_the_specimen() -> None:
    """The shipped models tag it even with the lowest limits that the settings allow, and name the topics they need."""
    limits = {"max_record_bytes": 1024, "max_body_chars": 100, "max_depth": 4, "max_title_chars": 10}
    settings = load(flags={f"limits.{name}": value for name, value in limits.items()}, environment={})

    loaded = load_and_check(load_models, settings)

    assert settings.topics.raw in loaded.facts.kafka_topics
    assert loaded.facts.release.models.topic.name


def test_models_that_tag_nothing_are_refused() -> None:
    """Models that do not tag the specimen are refused, and the error has its outcome."""
    with pytest.raises(CannotTagError, match="not_json"):
        load_and_check(loaders.load_useless, load(environment={}))


def test_models_that_work_are_returned() -> None:
    """Models that tag the specimen are returned as the loader loaded them."""
    assert load_and_check(loaders.load_fragile, load(environment={})).facts == loaders.FACTS
