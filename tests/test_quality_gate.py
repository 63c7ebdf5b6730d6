"""The shipped models are as good as they were when they shipped, on the very data that this was measured on."""

import hashlib
from pathlib import Path

import pytest

from classifiers import resources
from classifiers.modelling.baselines.topic import KeywordTopic, load_keywords
from classifiers.modelling.evaluation import topic_benchmarks, topics
from classifiers.modelling.evaluation.scoring import Summary
from classifiers.modelling.evaluation.topic_benchmarks import Benchmark
from classifiers.topic.classifier import LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))

FLOORS = {
    "wiki_current_events/dev": (0.855, 0.77),
    "masakhanews/dev": (0.778, 0.767),
    "tagmynews/dev": (0.704, 0.645),
    "huffpost/dev": (0.58, 0.605),
}
"""Least accuracy and macro-F1 of the topic model: what was measured, less the standard error of each set or a point."""

ANSWERED_FLOORS = {
    "wiki_current_events/dev": 0.915,
    "masakhanews/dev": 0.86,
    "tagmynews/dev": 0.825,
    "huffpost/dev": 0.76,
}
"""Least accuracy of what is answered. The threshold aims at 0.9 on texts like those that were learnt from. Headlines of
HuffPost on wellness, which count as health there, are often told as lifestyle, which the benchmark calls wrong."""

MAX_CALIBRATION_ERROR = {
    "wiki_current_events/dev": 0.03,
    "masakhanews/dev": 0.08,
    "tagmynews/dev": 0.06,
    "huffpost/dev": 0.085,
}
"""Most calibration error of the main topic: less on the sources that it never saw than before its log-odds were
tempered, and more on the one that it learnt from. 473 rows, as of MasakhaNEWS, have one of 0.034 by chance alone."""

DIGESTS = {
    "topic_wiki_current_events": "eda0a947b028316c22438ddd54e1bf1d9a4173c35b8c8a1fc94c2f26db302ca5",
    "topic_masakhanews_dev": "cf87f905351eb31e92e4d555455a140dbeab3511ad5196cf0007b3555d755bb9",
    "topic_tagmynews": "deb1e21def4cd29b5c641a69dfc7ce367dfaddfbc9bd61702f00d2092474eeab",
    "topic_huffpost": "b0517feb8d36166f644f4609f371468a674226bb3e92776c340e0369012adc6c",
}
"""SHA-256 of the files that the floors were measured on: other data would need other floors."""


MEASURED = [each for each in topic_benchmarks.BENCHMARKS if each.name in FLOORS]
"""Benchmarks with floors; the others are of corpora that whoever has them may measure on."""


@pytest.fixture(scope="module")
def linear() -> LinearTopicClassifier:
    """Return the shipped topic model."""
    return LinearTopicClassifier.load(resources.model("topic.skops"), NAMES)


def measure(classifier: LinearTopicClassifier | KeywordTopic, benchmark: Benchmark, corpora: Path) -> Summary:
    """Return the quality of a classifier on a benchmark."""
    return topics.measure(classifier, benchmark, benchmark.rows(corpora))


@pytest.mark.corpora
@pytest.mark.parametrize("benchmark", MEASURED, ids=lambda each: each.name)
def test_corpora_are_those_that_were_measured(corpora: Path, benchmark: Benchmark) -> None:
    """A floor holds for one file alone."""
    content = benchmark.source.path(corpora).read_bytes()

    assert hashlib.sha256(content).hexdigest() == DIGESTS[benchmark.source.name]


@pytest.mark.corpora
@pytest.mark.parametrize("benchmark", MEASURED, ids=lambda each: each.name)
def test_topic_model_keeps_its_floor(corpora: Path, linear: LinearTopicClassifier, benchmark: Benchmark) -> None:
    """Accuracy and macro-F1 of the topic model stay above their floors, on sources that it never saw too."""
    quality = measure(linear, benchmark, corpora)

    accuracy, macro_f1 = FLOORS[benchmark.name]
    assert quality.accuracy >= accuracy
    assert quality.macro_f1 is not None
    assert quality.macro_f1 >= macro_f1


@pytest.mark.corpora
def test_topic_model_beats_the_keywords(corpora: Path, linear: LinearTopicClassifier) -> None:
    """Over all benchmarks the model is clearly better than counting keywords of the same topics."""
    keywords = {topic: words for topic, words in load_keywords().items() if topic in linear.labels}
    baseline = KeywordTopic(keywords, NAMES)

    gains = [measure(linear, each, corpora).accuracy - measure(baseline, each, corpora).accuracy for each in MEASURED]

    assert sum(gains) / len(gains) >= 0.05


@pytest.mark.corpora
@pytest.mark.parametrize("benchmark", MEASURED, ids=lambda each: each.name)
def test_answers_keep_their_floor(corpora: Path, linear: LinearTopicClassifier, benchmark: Benchmark) -> None:
    """What is answered is right as often as when the model shipped: nine in ten where it learnt, less elsewhere."""
    quality = measure(linear, benchmark, corpora)

    assert quality.answered_accuracy is not None
    assert quality.answered_accuracy >= ANSWERED_FLOORS[benchmark.name]
    assert quality.answered_accuracy > quality.accuracy
    assert quality.calibration_error <= MAX_CALIBRATION_ERROR[benchmark.name]
