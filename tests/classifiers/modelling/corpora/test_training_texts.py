"""The lessons are whole, of known topics, and nobody's rows of evaluation."""

import json
import re
from pathlib import Path

import pytest

from classifiers import resources
from classifiers.errors import CorpusError
from classifiers.modelling.corpora import training_texts
from classifiers.topic.bag_of_words import WORD_PATTERN
from classifiers.topic.taxonomy import Taxonomy

TOPICS = set(Taxonomy.load(resources.seed("taxonomy.json")).ids)


def test_every_topic_has_lessons_and_terms() -> None:
    """There are texts and words for every topic of the taxonomy, and for no other."""
    texts, terms = training_texts.load_texts(), training_texts.load_terms()

    assert {lesson.topic for lesson in texts} == TOPICS
    assert terms.keys() == TOPICS
    assert {topic for lesson in texts for topic in lesson.also} <= TOPICS
    assert [lesson for lesson in texts if lesson.topic in lesson.also] == []


def test_texts_are_unique() -> None:
    """No text stands twice."""
    texts = [lesson.text for lesson in training_texts.load_texts()]

    assert len(set(texts)) == len(texts)


def test_terms_are_words_that_the_model_reads() -> None:
    """Every term is a word as the model sees words, and stands in one of the two lists alone."""
    is_word = re.compile(WORD_PATTERN).fullmatch
    for terms in training_texts.load_terms().values():
        assert [word for word in (*terms.words, *terms.weak) if not is_word(word)] == []
        assert not set(terms.words) & set(terms.weak)


def test_title_and_text_are_joined_as_in_the_stream(tmp_path: Path) -> None:
    """A text has its title first and a blank line; a title alone is a text too."""
    line = {"topic": "medtop:15000000", "also": [], "title": "Late goal wins the cup"}
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(json.dumps(line | {"text": text}) for text in ("The striker scored.", "")))

    first, second = training_texts.load_texts(path)

    assert first.text == "Late goal wins the cup\n\nThe striker scored."
    assert second.text == "Late goal wins the cup"


def test_broken_line_is_refused(tmp_path: Path) -> None:
    """A line that is no lesson is told with the file."""
    path = tmp_path / "texts.jsonl"
    path.write_text('{"topic": 1}')

    with pytest.raises(CorpusError, match="restore the file"):
        training_texts.load_texts(path)
