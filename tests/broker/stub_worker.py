"""A worker as a process: the real pipeline with classifiers that need no model, so that it starts at once.

Usage: python -m tests.broker.stub_worker SETTINGS [POINT COUNT], where SETTINGS are flags by their dotted name as a
JSON object. A text names its own topic by its slug, and the time that a classifier needs for it: `sport slow=20` takes
20 ms. With a POINT the process kills itself when it comes to it for the COUNT-th time.
"""

import json
import re
import sys
import time
from collections.abc import Sequence

from classifiers import resources
from classifiers.cleaning import default_rules
from classifiers.predictions import AbstainReason, Language, Tags, TopicPrediction, TopicScore
from classifiers.taxonomy import Taxonomy
from streams.brokers.layout import topic_specs
from streams.records.tagged import ModelProvenance, ModelsProvenance, Release
from streams.settings import Settings, load
from streams.stages.decode import Decoder
from streams.stages.encode import Composer
from streams.stages.pipeline import Pipeline
from streams.stages.route import Router
from streams.worker.loading import Loaded
from streams.worker.run import run
from tests.broker import fail_points

MODEL = ModelProvenance("stub", "1", "sha256:0")
RELEASE = Release(code="0", models=ModelsProvenance(MODEL, MODEL), taxonomy="t", targets="w", rules="r", settings="s")


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
        topics = tuple(TopicScore(id_, slug, 0.9) for slug, id_ in self._ids.items() if slug in text)
        abstained = None if topics else AbstainReason.PROBABILITY_BELOW_THRESHOLD
        return Tags(Language("en", 0.9), TopicPrediction(topics, abstained, ()), ())


def load_stubs(settings: Settings) -> Loaded:
    """Return the pipeline with the stub."""
    taxonomy = Taxonomy.load(resources.seed("taxonomy.json"))
    pipeline = Pipeline(
        decoder=Decoder(settings.limits),
        rules=default_rules(),
        tagger=StubTagger(taxonomy),
        composer=Composer(RELEASE),
        router=Router(settings.topics, taxonomy),
    )
    slugs = {id_: taxonomy.slug(id_) for id_ in taxonomy.ids}
    return Loaded(pipeline, RELEASE, slugs, tuple(spec.name for spec in topic_specs(settings, taxonomy)))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        fail_points.install(sys.argv[2], int(sys.argv[3]))
    sys.exit(run(load(flags=json.loads(sys.argv[1]), environment={}), load_stubs))
