"""A user's labels and a model's topics meet, or it is told why they cannot."""

from pathlib import Path

import pytest

from classifiers import resources
from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import read_topics
from classifiers.modelling.evaluation import topics
from classifiers.modelling.evaluation.reports import KEYWORDS, MAJORITY, OTHER
from classifiers.modelling.evaluation.topics import TopicRows
from classifiers.topic.classifier import LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
MATCH = "The goalkeeper saved a penalty, and the striker scored in the cup final after extra time in the stadium."
VOTE = "Parliament passed the bill after the prime minister lost a vote, and the opposition called for an election."


@pytest.fixture(scope="module")
def model() -> LinearTopicClassifier:
    """Return the shipped topic model."""
    return LinearTopicClassifier.load(resources.model("topic.skops"), NAMES)


def rows_of(path: Path, lines: str, used: LabelMap) -> TopicRows:
    """Return the rows of a CSV file with the columns text, label and split."""
    path /= "news.csv"
    path.write_text("text,label,split\n" + lines, encoding="utf-8")
    return topics.of_file(path, read_topics(path, used, NAMES.find_id))


def test_labels_that_mean_the_same_are_one(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """Two labels of one meaning are one, and one label of several meanings is right with each."""
    used = LabelMap(labels={"Football": "sport", "Tennis": "sport", "World": ("politics", "conflict")})
    data = rows_of(tmp_path, f'"{MATCH}",Football,\n"{MATCH}",Tennis,\n"{VOTE}",World,\n', used)

    found = topics.evaluate(model, None, data, NAMES, 1)

    assert [(each.label, each.support) for each in found.labels] == [("Football + Tennis", 2), ("World", 1)]
    assert found.model.accuracy.value == 1.0
    assert set(found.baselines) == {KEYWORDS, MAJORITY}


def test_answers_without_a_counterpart_are_other(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """A topic that none of the labels means is an answer all the same, and a wrong one."""
    data = rows_of(tmp_path, f'"{MATCH}",economy,\n"{MATCH}",economy,\n', LabelMap())

    answers = topics.answers_of(model, data)

    assert list(answers.guesses) == [OTHER, OTHER]
    assert list(answers.given) == [OTHER, OTHER]


def test_labels_without_a_topic_are_told(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """Rows in which the model cannot be right, because it has no topic for their label, are counted in a note."""
    data = rows_of(tmp_path, f'"{MATCH}",sport,\n"{VOTE}",weather,\n', LabelMap())

    found = topics.evaluate(model, None, data, NAMES, 1)

    assert found.notes == ("The model has no topic for weather (rows: 1), and can be right in none of these rows.",)


def test_short_texts_are_not_answered(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """What the tagger would abstain from counts in forced choice, and not among what is answered."""
    data = rows_of(tmp_path, "The goalkeeper saved a penalty,sport,\n", LabelMap())

    found = topics.evaluate(model, None, data, NAMES, 1).model

    assert (found.accuracy.value, found.coverage.value) == (1.0, 0.0)


def test_training_rows_are_left_out(tmp_path: Path) -> None:
    """Rows of the training split are not measured, and counted."""
    data = rows_of(tmp_path, "One,sport,train\nTwo,sport,dev\n", LabelMap())

    assert (list(data.texts), data.rows.left_out) == (["Two"], {"split train": 1})
    with pytest.raises(CorpusError, match=r"all rows of .* are training rows"):
        rows_of(tmp_path, "One,sport,train\n", LabelMap())


def test_an_id_belongs_to_one_meaning(tmp_path: Path) -> None:
    """An id in two labels that do not mean the same is refused: an answer could be either."""
    used = LabelMap(labels={"World": ("politics", "conflict"), "Home": "politics"})

    with pytest.raises(CorpusError, match="belongs to labels that mean different things, 'Home' and 'World'"):
        rows_of(tmp_path, "One,World,\nTwo,Home,\n", used)


def test_a_model_without_a_label_of_the_data_is_refused(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """Where the model can be right in no row, that is told instead of measured."""
    data = rows_of(tmp_path, "One,weather,\n", LabelMap())

    with pytest.raises(CorpusError, match="no label of the data means any of these"):
        topics.evaluate(model, None, data, NAMES, 1)


def test_a_folder_without_corpora_is_refused(tmp_path: Path, model: LinearTopicClassifier) -> None:
    """A folder that holds none of the corpora is named, with the corpora that are looked for."""
    with pytest.raises(CorpusError, match="holds none of the corpora that topics are measured on"):
        topics.of_corpora(tmp_path, model.manifest, NAMES)
