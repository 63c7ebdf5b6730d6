"""Training a topic model is one call, is told of, and gives the same file twice."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from classifiers import model_archives, resources
from classifiers.errors import CorpusError
from classifiers.model_files import LoadedModel
from classifiers.modelling.training import train
from classifiers.modelling.training.topic.recipe import TopicOptions, make
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


SMALL = TopicOptions(seed=1, articles_per_topic=30, lessons_per_article=10, max_steps=3)


def make_small(folder: Path, options: TopicOptions = SMALL) -> LoadedModel:
    """Return a model made in a hurry: good enough to see what training does, not how well."""
    return make(folder, options, lambda *_: None)


def test_training_twice_gives_the_same_file(small_corpora: Path) -> None:
    """The same seed gives the same bytes and the same manifest; another seed gives others."""
    first, again = make_small(small_corpora), make_small(small_corpora)
    other = make_small(small_corpora, msgspec.structs.replace(SMALL, seed=2))

    archive = model_archives.canonical_archive(first.estimator)
    assert archive == model_archives.canonical_archive(again.estimator)
    assert archive != model_archives.canonical_archive(other.estimator)
    assert first.manifest == again.manifest


def test_trained_model_is_ready_for_use(small_corpora: Path, tmp_path: Path) -> None:
    """One call writes a file that loads, says what it was made of and how good it is, and knows its topics."""
    told: list[tuple[str, int, int]] = []

    manifest = train("topic", small_corpora, tmp_path / "new", progress=lambda *step: told.append(step))

    names = Taxonomy.load(resources.seed("taxonomy.json"))
    classifier = LinearTopicClassifier.load(tmp_path / "new" / "topic.skops", names)
    story = "The striker scored in the stadium and the team won the championship match."
    assert classifier.predict_one(story).topics[0].label == "sport"
    assert classifier.manifest == manifest
    assert [each.name for each in manifest.data_sets] == ["topic_wiki_current_events", "topic_sib200", "topic_texts"]
    assert [each.rows for each in manifest.data_sets][:2] == [120, 1]
    assert manifest.quality["wiki_current_events/dev"]["accuracy"] == 1.0
    assert manifest.lead is not None
    assert told[0] == ("read the corpora", 0, 1)
    assert ("hold out a fold", 2, 3) in told


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is the operator's to name."""
    with pytest.raises(CorpusError, match="no folder"):
        train("topic", tmp_path / "nowhere", tmp_path)
