"""A model of a user's own articles is honest about itself, the same twice, and ready for use."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from classifiers import model_files
from classifiers.errors import CorpusError, TaxonomyError
from classifiers.model_files import LoadedModel, Manifest
from classifiers.modelling.corpora.labelled_files import LabelledText, LabelledTexts
from classifiers.modelling.training import own_rows, train_own_topic
from classifiers.modelling.training.topic import own
from classifiers.modelling.training.topic.own import HELD_OUT, OwnTopicOptions
from classifiers.topic.classifier import LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

EXAMPLE = Path(__file__).parents[5] / "docs/examples/own_model"
QUICK = OwnTopicOptions(max_steps=10)


def train_example(out: Path, **changes: Any) -> Manifest:  # noqa: ANN401  # parameters of every type
    """Train on the articles of the documentation."""
    given: dict[str, Any] = {"label_map": EXAMPLE / "map.toml", "taxonomy": EXAMPLE / "desks.json"} | changes
    return train_own_topic(EXAMPLE / "articles.jsonl", out, **given)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model of the example."""
    folder = tmp_path_factory.mktemp("own") / "new"
    train_example(folder)
    return folder


def test_the_model_answers_with_the_users_labels(trained: Path) -> None:
    """It knows the desks of the paper, two of them for an article that belongs to both, and says why."""
    classifier = LinearTopicClassifier.load(trained / "topic.skops", Taxonomy.load(EXAMPLE / "desks.json"))

    one = classifier.predict_one("The ferry left the quay late, because the captain waited for a tug in the fog.")
    two = classifier.predict_one(
        "Farmers bring their harvest to the port: the ship takes the grain and the wheat, and the quay is full of "
        "tractors. A farmer waits at the harbour for the next ship, which carries cattle and hay."
    )

    assert [topic.label for topic in one.topics] == ["Harbour and shipping"]
    assert "ferry" in {term.term for term in one.why}
    assert {topic.id for topic in two.topics} == {"desk:farming", "desk:harbour"}


def test_the_manifest_says_what_the_model_is(trained: Path) -> None:
    """Data, licence, thresholds and held-out quality stand in it, altogether and by label."""
    manifest = model_files.load(trained / "topic.skops", kind="topic").manifest

    (data,) = manifest.data_sets
    assert (data.name, data.licence, data.rows) == ("articles.jsonl", "your own", 66)
    assert manifest.labels == ("desk:farming", "desk:harbour", "desk:schools")
    assert manifest.options["taxonomy"] == Taxonomy.load(EXAMPLE / "desks.json").digest
    assert manifest.quality[HELD_OUT]["accuracy"] > 0.9
    assert manifest.quality[f"{HELD_OUT}/desk:farming"]["rows"] == 24
    assert any("stretches of time" in note for note in manifest.notes)


def test_training_twice_gives_the_same_file(trained: Path, tmp_path: Path) -> None:
    """The same seed and data give the same bytes, and progress is told from reading to learning."""
    told: list[str] = []

    train_example(tmp_path, progress=lambda step, _done, _parts: told.append(step))

    for name in ("topic.skops", "topic.json"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()
    assert list(dict.fromkeys(told)) == ["read the articles", "hold out a fold", "learn from all rows"]


def test_another_taxonomy_is_refused(trained: Path, tmp_path: Path) -> None:
    """Labels that the taxonomy does not have are told when training, and when loading."""
    with pytest.raises(CorpusError, match=r"names 'desk:farming', 'desk:harbour', 'desk:schools'"):
        train_example(tmp_path, taxonomy=None)
    other = tmp_path / "other.json"
    other.write_bytes((EXAMPLE / "desks.json").read_bytes().replace(b"desk:farming", b"desk:fields"))
    with pytest.raises(TaxonomyError, match="'desk:farming'"):
        LinearTopicClassifier.load(trained / "topic.skops", Taxonomy.load(other))


def test_nothing_is_written_where_the_data_cannot_be_used(tmp_path: Path) -> None:
    """A failed training leaves no folder behind."""
    with pytest.raises(CorpusError):
        train_own_topic(EXAMPLE / "articles.jsonl", tmp_path / "new")

    assert not (tmp_path / "new").exists()


def quick_model(*rows: LabelledText, options: OwnTopicOptions = QUICK) -> LoadedModel:
    """Return a model made in a hurry, each label meaning itself."""
    classes = {label: (label,) for row in rows for label in row.labels}
    ready = own_rows.prepare(LabelledTexts(rows, classes, {}), options.seed)
    return own.make(ready, options, lambda *_: None)


def noise(count: int) -> list[LabelledText]:
    """Return texts of random words, with random labels that they say nothing about, each text twice."""
    random = np.random.default_rng(3)
    words = ["cup", "bank", "vote", "court", "storm", "film", "virus", "strike", "rocket", "bishop", "school", "river"]
    texts = [" ".join(random.choice(words, 30)) for _ in range(count)]
    labels = [("a", "b", "c")[each] for each in random.integers(0, 3, count)]
    return [LabelledText(0, text, (label,), "") for _ in range(2) for text, label in zip(texts, labels, strict=True)]


def test_where_there_is_nothing_to_learn_the_quality_says_so() -> None:
    """On labels without meaning, measured quality is that of a guess, though every text is there twice."""
    quality = quick_model(*noise(150)).manifest.quality[HELD_OUT]

    assert quality["accuracy"] < 0.45
    assert quality["calibration_error"] < 0.1
    assert quality["coverage"] < 0.1


def test_a_higher_precision_answers_less() -> None:
    """Thresholds follow from the precision that is asked for."""
    random = np.random.default_rng(5)
    told = {"a": ["cup", "goal", "team"], "b": ["bank", "rates", "shares"]}
    rows = [
        LabelledText(0, " ".join(random.choice(told[label] + told["a"] + told["b"], 9)), (label,), "")
        for label in ("a", "b")
        for _ in range(100)
    ]
    low, high = (
        quick_model(*rows, options=msgspec.structs.replace(QUICK, target_precision=share)).manifest
        for share in (0.6, 0.98)
    )

    assert all(low.thresholds[label] < high.thresholds[label] for label in "ab")
    assert low.quality[HELD_OUT]["coverage"] > high.quality[HELD_OUT]["coverage"]


def test_words_without_vectors_are_learnt() -> None:
    """A name that no vector stands for, but that the articles of a label hold, tells the labels apart."""
    random = np.random.default_rng(7)
    names = {"north": "zorblaxia", "south": "quuxville"}
    words = ["council", "met", "monday", "plans", "street", "evening", "mayor", "budget", "bridge", "house", "people"]
    rows = [
        LabelledText(0, " ".join([name, *random.choice(words, 20)]), (label,), "")
        for label, name in names.items()
        for _ in range(30)
    ]

    class Ids:
        def label(self, topic_id: str, /) -> str:
            return topic_id

    classifier = LinearTopicClassifier(quick_model(*rows), Ids())
    best = classifier.predict_proba([f"the mayor of {name}" for name in names.values()]).argmax(axis=1)
    assert [classifier.labels[each] for each in best] == list(names)
