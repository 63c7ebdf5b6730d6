"""The linear topic classifier predicts like its pipeline, explains its prediction, and abstains with a reason."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from classifiers import model_files, resources
from classifiers.errors import ModelIncompatibleError, TaxonomyError
from classifiers.model_files import LoadedModel
from classifiers.modelling.training.linear import LinearWeights
from classifiers.modelling.training.topic.pipeline import topic_pipeline
from classifiers.predictions import AbstainReason
from classifiers.topic.classifier import MAX_TERMS, Decision, LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy, Topic

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
MODEL = model_files.load(resources.model("topic.skops"), kind="topic")
CLASSIFIER = LinearTopicClassifier(MODEL, NAMES)
SPORT = "The striker scored twice in the final and the team won the championship for the first time since 1998."
QUAKE = "An earthquake of magnitude 6.2 struck the coast, buildings collapsed and rescuers searched the rubble."


def test_answers_as_the_pipeline_does() -> None:
    """The compiled model gives the probabilities of the scikit-learn pipeline in the file, where no lead is stated."""
    texts = [SPORT, QUAKE, "no known wrds hre"]
    plain = LoadedModel(MODEL.estimator, msgspec.structs.replace(MODEL.manifest, lead=None))

    found = LinearTopicClassifier(plain, NAMES).predict_proba(texts)

    np.testing.assert_allclose(found, MODEL.estimator.predict_proba(texts), atol=1e-6)


def test_main_topic_is_as_probable_as_its_lead_says() -> None:
    """The main topic stays the same, its probability follows from the two best margins, and no other is above it."""
    texts = [SPORT, QUAKE, "The minister said that the hospital would close."]
    margins = np.sort(MODEL.estimator.decision_function(texts), axis=1)
    assert MODEL.manifest.lead
    best, second, shift = MODEL.manifest.lead

    found = CLASSIFIER.predict_proba(texts)

    expected = 1.0 / (1.0 + np.exp(-(best * margins[:, -1] + second * margins[:, -2] + shift)))
    np.testing.assert_allclose(found.max(axis=1), expected, atol=1e-6)
    assert found.argmax(axis=1).tolist() == MODEL.estimator.predict_proba(texts).argmax(axis=1).tolist()


@pytest.mark.parametrize(
    ("text", "topic"), [pytest.param(SPORT, "sport", id="sport"), pytest.param(QUAKE, "disaster", id="disaster")]
)
def test_plain_stories_have_their_topic(text: str, topic: str) -> None:
    """A plain story has its topic first, explained by words of that topic."""
    prediction = CLASSIFIER.predict_one(text)

    assert NAMES.slug(prediction.topics[0].id) == topic
    assert 0 < len(prediction.why) <= MAX_TERMS
    assert all(each.term in text.lower() for each in prediction.why)
    weights = [each.weight for each in prediction.why]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0


def test_least_number_of_words_is_a_choice() -> None:
    """A text of fewer words than asked for is too little; the same text is enough where less is asked for."""
    text = "Striker scores twice in final"

    assert CLASSIFIER.predict_one(text).abstained is AbstainReason.TOO_LITTLE_TEXT
    assert LinearTopicClassifier(MODEL, NAMES, min_words=3).predict_one(text).topics


def test_unknown_words_are_too_little() -> None:
    """A text none of whose words is known is too little, however long."""
    assert CLASSIFIER.predict_one("xqzt wvvk pqrx zzzx " * 10).abstained is AbstainReason.TOO_LITTLE_TEXT


def test_text_about_nothing_stays_below_the_thresholds() -> None:
    """Where no probability reaches its threshold the model abstains with that reason."""
    text = "She had not thought about it before, and perhaps it did not matter much to him either way."

    assert CLASSIFIER.predict_one(text).abstained is AbstainReason.PROBABILITY_BELOW_THRESHOLD


def test_thresholds_are_inclusive_and_per_topic() -> None:
    """A probability at its topic's threshold counts, one below does not, and equal ones keep the labels' order."""
    labels = ("medtop:11000000", "medtop:15000000", "medtop:16000000")
    decision = Decision(labels, NAMES, dict(zip(labels, (0.6, 0.9, 0.6), strict=True)))

    found = decision.topics([0.6, 0.89, 0.6])

    assert [each.id for each in found] == ["medtop:11000000", "medtop:16000000"]


def test_taxonomy_without_the_models_topics_is_rejected() -> None:
    """A model needs a taxonomy that names its topics."""
    other = Taxonomy([Topic("own:1", "gardening", "gardening")], "sha256:other")

    with pytest.raises(TaxonomyError) as caught:
        LinearTopicClassifier(MODEL, other)

    assert repr(MODEL.manifest.labels[0]) in str(caught.value)


@pytest.mark.parametrize("field", ["labels", "thresholds"])
def test_manifest_of_another_model_is_rejected(field: str) -> None:
    """Labels and thresholds must be those of the estimator."""
    shorter = {"labels": MODEL.manifest.labels[1:], "thresholds": {}}[field]
    manifest = msgspec.structs.replace(MODEL.manifest, **{field: shorter})

    with pytest.raises(ModelIncompatibleError):
        LinearTopicClassifier(LoadedModel(MODEL.estimator, manifest), NAMES)


def _pattern(parts: Pipeline) -> None:
    parts[0].set_params(token_pattern="(a+)+$")  # noqa: S106  # no password


def _document_frequencies(parts: Pipeline) -> None:
    parts[1].idf_ = parts[1].idf_[1:]


def _weights(parts: Pipeline) -> None:
    parts[2].estimators_[0].coef_ = np.ones((1, 3))


def _infinite(parts: Pipeline) -> None:
    parts[2].estimators_[0].intercept_ = np.array([np.inf])


def _absent(parts: Pipeline) -> None:
    del parts[2].estimators_


def _short(parts: Pipeline) -> None:
    parts.steps.pop()


@pytest.mark.parametrize("change", [_pattern, _document_frequencies, _weights, _infinite, _absent, _short])
def test_inconsistent_parts_are_rejected(change: Callable[[Pipeline], None]) -> None:
    """A file of trusted types with inconsistent parts, or another word pattern, is rejected."""
    weights = LinearWeights(np.ones((2, 2)), np.zeros(2))
    parts = topic_pipeline(["bank", "cup"], np.ones(2), weights, 2)
    labels = MODEL.manifest.labels[:2]
    manifest = msgspec.structs.replace(MODEL.manifest, labels=labels, thresholds=dict.fromkeys(labels, 0.5))
    LinearTopicClassifier(LoadedModel(parts, manifest), NAMES)
    change(parts)

    with pytest.raises(ModelIncompatibleError):
        LinearTopicClassifier(LoadedModel(parts, manifest), NAMES)


def test_shipped_model_is_small_and_described(tmp_path: Path) -> None:
    """The shipped file is below 15 MB, trained on data with permissive licences, and unchanged when saved again."""
    model = model_files.load(resources.model("topic.skops"), kind="topic")
    manifest = model.manifest

    again = model_files.save(tmp_path / "topic.skops", model.estimator, manifest)

    assert manifest.bytes < 15_000_000
    assert {each.name for each in manifest.data_sets} == {
        "topic_wiki_current_events",
        "topic_sib200",
        "topic_texts",
    }
    assert {each.licence for each in manifest.data_sets} == {"CC BY-SA 4.0", "Apache-2.0"}
    assert again == manifest
