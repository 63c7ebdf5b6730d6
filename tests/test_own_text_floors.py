"""The shipped models keep their quality on texts of this project, which need no public corpora.

The texts of `news_items.toml` and `target_sentences.toml` are short and clear, and the figures on them higher than on
news. Those of the two files named `mixed` have words of other topics and stances. `test_quality_gate.py` and
`test_stance_quality.py` hold the floors on public corpora, and the model cards state what was measured there.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from classifiers import model_files, resources
from classifiers.cleaning import clean
from classifiers.language import identify_each
from classifiers.modelling.baselines.stance import LexiconSentences
from classifiers.modelling.baselines.topic import KeywordTopic, load_keywords
from classifiers.modelling.corpora import near_copies, sources
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.corpora.training_texts import load_texts
from classifiers.modelling.evaluation import stances, topics
from classifiers.modelling.evaluation.scoring import Rows, Summary, summarise
from classifiers.modelling.evaluation.stances import StanceModel
from classifiers.modelling.evaluation.topics import TopicRows
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import GROUPS, TargetGroup, TargetSentence
from classifiers.targets.watch_list import TargetKind
from classifiers.topic.classifier import LinearTopicClassifier, TopicClassifier
from classifiers.topic.taxonomy import Taxonomy

FOLDER = Path(__file__).parent / "classifiers"
NAMES = Taxonomy.load(resources.seed("taxonomy.json"))


class Floor(NamedTuple):
    """Lowest figures: what was measured, less one or two rows, which may tip on other machines.

    `accuracy` is of forced choice, `answered` of what the thresholds let through, `coverage` the share of that.
    """

    accuracy: float
    answered: float
    coverage: float


TOPIC_FLOORS = {
    "topic/news_items.toml": Floor(0.97, 0.97, 0.94),
    "topic/mixed_news_items.toml": Floor(0.87, 0.94, 0.82),
}
"""Measured: 0.992, 0.991, 0.967 of 120 items; 0.925, 0.971, 0.875 of 40."""

STANCE_FLOORS = {
    "stance/target_sentences.toml": Floor(0.85, 0.88, 0.91),
    "stance/mixed_target_sentences.toml": Floor(0.36, 0.34, 0.8),
}
"""Measured: 0.883, 0.912, 0.95 of 60 sentences; 0.433, 0.423, 0.867 of 30, which the model has yet to learn to read."""

MAX_FLIPS = 0.04
"""Share of sentences with one tone in which favor may be taken for against, or the reverse: 2 of 60. 1 was measured."""

CLEARLY = {
    "topic/news_items.toml": 0.04,
    "stance/target_sentences.toml": 0.04,
    "stance/mixed_target_sentences.toml": 0.2,
}
"""Accuracy by which a model is better than counting words: 0.075, 0.067 and 0.367 were measured. In mixed news items
the difference is one row of 40."""


def news_items(name: str) -> Iterator[tuple[str, str]]:
    """Yield each cleaned text with the id of its topic."""
    for slug, items in tomllib.loads((FOLDER / name).read_text(encoding="utf-8")).items():
        for item in items:
            yield clean(item["title"], item["body"]).text, NAMES.find_id(slug)


def target_sentences(name: str) -> Iterator[LabelledPair]:
    """Yield each sentence with the place of its target."""
    for label, kinds in tomllib.loads((FOLDER / name).read_text(encoding="utf-8")).items():
        for kind, rows in kinds.items():
            group = GROUPS.get(TargetKind(kind), TargetGroup.OTHER)
            for row in rows:
                start = row["sentence"].index(row["target"])
                span = Span(start, start + len(row["target"]))
                pair = TargetSentence(row["sentence"], (span,), group)
                yield LabelledPair(pair, StanceLabel(label), sources.DEV, "own")


def measure_topics(model: TopicClassifier, name: str, linear: LinearTopicClassifier) -> Summary:
    """Return the quality of a topic model on the items of a file, in the languages of the shipped one."""
    texts, truth = zip(*news_items(name), strict=True)
    rows = Rows(name, [(topic,) for topic in truth], sorted(set(truth)))
    languages = identify_each(texts, [None] * len(texts))
    data = TopicRows(rows, texts, languages, {label: label for label in linear.labels})
    return summarise(rows, topics.answers_of(model, data, linear.manifest.languages), min_support=1)


@pytest.fixture(scope="module")
def linear() -> LinearTopicClassifier:
    """Return the shipped topic model."""
    return LinearTopicClassifier.load(resources.model("topic.skops"), NAMES)


@pytest.fixture(scope="module")
def stance() -> StanceModel:
    """Return the shipped stance model."""
    return StanceModel.from_loaded(model_files.load(resources.model("stance.skops"), kind="stance"))


def assert_above(found: Summary, floor: Floor) -> None:
    """Check every figure of a floor."""
    assert found.accuracy >= floor.accuracy
    assert found.answered_accuracy is not None
    assert found.answered_accuracy >= floor.answered
    assert found.coverage >= floor.coverage


@pytest.mark.parametrize("name", TOPIC_FLOORS)
def test_topic_model_keeps_its_floor(linear: LinearTopicClassifier, name: str) -> None:
    """Accuracy, accuracy of the answers and coverage stay above their floors, on items with mixed words too."""
    assert_above(measure_topics(linear, name, linear), TOPIC_FLOORS[name])


@pytest.mark.parametrize("name", STANCE_FLOORS)
def test_stance_model_keeps_its_floor(stance: StanceModel, name: str) -> None:
    """Accuracy, accuracy of the answers and coverage stay above their floors, on sentences with mixed tones too."""
    assert_above(stances.measure(stance, list(target_sentences(name))), STANCE_FLOORS[name])


def test_stances_are_rarely_reversed(stance: StanceModel) -> None:
    """In sentences with one tone, praise is hardly ever taken for blame, or the reverse."""
    found = stances.measure(stance, list(target_sentences("stance/target_sentences.toml")))

    assert found.flip_rate is not None
    assert found.flip_rate <= MAX_FLIPS


def test_topic_model_beats_the_keywords(linear: LinearTopicClassifier) -> None:
    """The topic model is better than counting keywords of the same topics."""
    name = "topic/news_items.toml"
    keywords = {topic: words for topic, words in load_keywords().items() if topic in linear.labels}
    baseline = measure_topics(KeywordTopic(keywords, NAMES), name, linear)

    assert measure_topics(linear, name, linear).accuracy >= baseline.accuracy + CLEARLY[name]


@pytest.mark.parametrize("name", STANCE_FLOORS)
def test_stance_model_beats_the_lexicon(stance: StanceModel, name: str) -> None:
    """The stance model is better than adding up good and bad words."""
    rows = list(target_sentences(name))
    baseline = stances.measure(StanceModel(LexiconSentences(), stance.thresholds), rows)

    assert stances.measure(stance, rows).accuracy >= baseline.accuracy + CLEARLY[name]


@pytest.mark.parametrize("name", TOPIC_FLOORS)
def test_every_topic_of_the_model_has_items(linear: LinearTopicClassifier, name: str) -> None:
    """Each topic that the model knows has as many items as every other."""
    counts = Counter(topic for _, topic in news_items(name))

    assert set(counts) == set(linear.labels)
    assert len(set(counts.values())) == 1


def test_no_item_is_a_training_text() -> None:
    """No item is a copy or a near copy of a text that the topic model learnt from."""
    training = [each.text for each in load_texts()]
    items = [text for name in TOPIC_FLOORS for text, _ in news_items(name)]

    first = near_copies.groups([*training, *items])

    assert first[len(training) :] == list(range(len(training), len(training) + len(items)))
