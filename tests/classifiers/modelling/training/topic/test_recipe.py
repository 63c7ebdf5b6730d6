"""Training a topic model is one call, reports its progress, and gives the same file twice."""

import gzip
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from classifiers import model_archives, resources
from classifiers.errors import CorpusError
from classifiers.model_files import LoadedModel
from classifiers.modelling.progress import silent
from classifiers.modelling.training import train
from classifiers.modelling.training.topic import examples
from classifiers.modelling.training.topic.recipe import TopicOptions, make, train_topic
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


@pytest.fixture(scope="module")
def made(small_corpora: Path) -> LoadedModel:
    """Return a model of few steps: enough to see what training does, not how well."""
    return make(small_corpora, SMALL, silent)


def test_training_twice_gives_the_same_file(small_corpora: Path, made: LoadedModel, tmp_path: Path) -> None:
    """One call with the same seed and options writes the same bytes and manifest, and reports every step."""
    steps: list[tuple[str, int, int]] = []

    manifest = train_topic(small_corpora, tmp_path, SMALL.seed, lambda *step: steps.append(step), SMALL)

    assert (tmp_path / "topic.skops").read_bytes() == model_archives.canonical_archive(made.estimator)
    assert msgspec.structs.replace(manifest, digest="", bytes=0) == made.manifest
    assert steps[0] == ("read the corpora", 0, 1)
    assert ("hold out a fold", 2, 3) in steps


def test_the_seed_decides_the_texts(small_corpora: Path) -> None:
    """Another seed joins other texts, from which another model is learnt."""
    one, two = (examples.read_examples(small_corpora, [])[0] for _ in range(2))
    first, again, other = (
        [each.text for each in examples.articles(one, 30, np.random.default_rng(seed))] for seed in (1, 1, 2)
    )

    assert one == two
    assert first == again
    assert first != other


def test_trained_model_is_ready_for_use(made: LoadedModel) -> None:
    """The model knows its topics, and its manifest states what it was made of and how good it is."""
    classifier = LinearTopicClassifier(made, Taxonomy.load(resources.seed("taxonomy.json")))
    manifest = made.manifest

    probabilities = classifier.predict_proba(["The striker scored and the team won the championship match."])
    assert classifier.labels[probabilities[0].argmax()] == "medtop:15000000"
    assert [each.name for each in manifest.data_sets] == ["topic_wiki_current_events", "topic_sib200", "topic_texts"]
    assert [each.rows for each in manifest.data_sets][:2] == [120, 1]
    assert manifest.quality["wiki_current_events/dev"]["accuracy"] == 1.0
    assert manifest.lead is not None


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is the operator's to name."""
    with pytest.raises(CorpusError, match="nowhere"):
        train("topic", tmp_path / "nowhere", tmp_path)
