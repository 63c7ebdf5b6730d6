"""Training a topic model is one call, is told of, and gives the same file twice."""

import gzip
import json
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from classifiers import model_archives, resources
from classifiers.errors import CorpusError
from classifiers.model_files import Manifest
from classifiers.modelling.training import DEFAULT_SEED, train
from classifiers.modelling.training.topic import recipe
from classifiers.modelling.training.topic.recipe import TopicOptions
from classifiers.topic.classifier import LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

EVENTS = {
    "sport": "The team won match {} of the championship after a late goal by the striker in the stadium.",
    "politics": "The parliament passes bill {} on the election of ministers after a vote of the coalition.",
    "conflict, war and peace": "Rebels attack town {} and soldiers are killed in fighting with militants.",
    "health": "Hospital {} reports a new outbreak of the virus and doctors vaccinate patients.",
}


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Write a corpus in gzipped JSON lines."""
    (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode(), mtime=0))


@pytest.fixture(scope="module")
def small_corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of small corpora, written for these tests; the last rows of the events are held out."""
    folder = tmp_path_factory.mktemp("corpora")
    events = [
        {
            "text": text.format(f"{label} {number}"),
            "iptc": label,
            "date": f"2020-{number % 12 + 1:02d}-01",
            "split": "train" if number < 30 else "dev",
        }
        for label, text in EVENTS.items()
        for number in range(36)
    ]
    write(folder, "topic_wiki_current_events", events)
    write(folder, "topic_sib200", [{"text": "The cathedral is a sight for travellers.", "label": "travel"}])
    write(folder, "unlabelled_wiki_current_events", [{"text": "A meeting is held."}])
    return folder


SMALL = partial(TopicOptions, articles_per_topic=30, lessons_per_article=10, max_steps=3)
"""Options of a model that is good enough to see what training does, not how well."""


class Trained(NamedTuple):
    """What one call of `train` wrote, returned and reported."""

    folder: Path
    manifest: Manifest
    steps: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def trained(small_corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Return a small model in its folder, which does not exist before."""
    folder, steps = tmp_path_factory.mktemp("models") / "new", list[tuple[str, int, int]]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recipe, "TopicOptions", SMALL)
        manifest = train("topic", small_corpora, folder, progress=lambda *step: steps.append(step))
    return Trained(folder, manifest, steps)


def test_training_twice_gives_the_same_file(small_corpora: Path, trained: Trained) -> None:
    """The same seed gives the same bytes; another seed gives others."""
    again, other = (recipe.make(small_corpora, SMALL(seed=seed), lambda *_: None) for seed in (DEFAULT_SEED, 2))

    archive = (trained.folder / "topic.skops").read_bytes()
    assert archive == model_archives.canonical_archive(again.estimator)
    assert archive != model_archives.canonical_archive(other.estimator)
    assert again.manifest.quality == trained.manifest.quality


def test_trained_model_is_ready_for_use(trained: Trained) -> None:
    """One call writes a file that loads, says what it was made of and how good it is, and knows its topics."""
    manifest = trained.manifest
    names = Taxonomy.load(resources.seed("taxonomy.json"))
    classifier = LinearTopicClassifier.load(trained.folder / "topic.skops", names)
    story = "The striker scored in the stadium and the team won the championship match."
    assert classifier.predict_one(story).topics[0].label == "sport"
    assert classifier.manifest == manifest
    assert [each.name for each in manifest.data_sets] == ["topic_wiki_current_events", "topic_sib200", "topic_texts"]
    assert [each.rows for each in manifest.data_sets][:2] == [120, 1]
    assert manifest.quality["wiki_current_events/dev"]["accuracy"] == 1.0
    assert manifest.lead is not None
    assert trained.steps[0] == ("read the corpora", 0, 1)
    assert ("hold out a fold", 2, 3) in trained.steps


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is the operator's to name."""
    with pytest.raises(CorpusError, match="no folder"):
        train("topic", tmp_path / "nowhere", tmp_path)
