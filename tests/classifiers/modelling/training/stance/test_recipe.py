"""Training makes the same stance model twice, from rows that no evaluation sentence is among."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers import model_files
from classifiers.errors import CorpusError
from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.sources import Source
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import stance_benchmarks
from classifiers.modelling.progress import silent
from classifiers.modelling.training.stance.network import NetworkOptions
from classifiers.modelling.training.stance.recipe import UNLABELLED, train_stance
from classifiers.modelling.training.stance.rows import LEARNT_FROM, read_rows, split_rows, teaching_rows
from classifiers.modelling.training.stance.taught import pool_of
from classifiers.modelling.training.stance.teacher_labels import LABELS_FILE, save_labels
from classifiers.modelling.training.stance.weights import TrainingOptions
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import TargetGroup, TargetSentence

QUICK = TrainingOptions(folds=2, max_steps=2, network=NetworkOptions(hidden=4, epochs=1, batch_rows=64))
WORDS = {"positive": "admired and excellent", "neutral": "present and seated", "negative": "hated and terrible"}


def rows(count: int, kind: str, sentence: str = "{name} is {words} in room {number}.") -> list[dict[str, object]]:
    """Return made-up rows, every fifth of them for development."""
    labels = [list(WORDS)[number % len(WORDS)] for number in range(count)]
    return [
        {
            "id": f"{kind}-{number}",
            "sentence": (text := sentence.format(name="Russia", words=WORDS[label], number=f"{kind}{number}")),
            "marked": text.replace("Russia", "[Russia]"),
            "target": "Russia",
            "start": text.index("Russia"),
            "end": text.index("Russia") + len("Russia"),
            "label": label,
            "split": "dev" if number % 5 == 0 else "train",
        }
        for number, label in enumerate(labels)
    ]


@pytest.fixture(scope="module")
def small_corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small made-up file for each corpus."""
    folder = tmp_path_factory.mktemp("corpora")
    for source in stance_benchmarks.SOURCES:
        lines = "\n".join(json.dumps(row) for row in rows(60, source.name))
        (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for source in UNLABELLED:
        event = {"text": f"On Monday the minister of Zorblax met {source.name} and left again. They said nothing."}
        (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress(json.dumps(event).encode()))
    return folder


@pytest.fixture(scope="module")
def taught_corpora(small_corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy with the labels of a teacher that knows nothing."""
    held_out = read_rows(small_corpora, silent)
    _, development = split_rows(held_out)
    pool = pool_of(small_corpora, teaching_rows(held_out, development), development)
    unsure = np.full((len(pool), 3), 1 / 3, dtype=np.float32)
    folder = shutil.copytree(small_corpora, tmp_path_factory.mktemp("taught"), dirs_exist_ok=True)
    save_labels(pool, unsure, folder / LABELS_FILE.name)
    return folder


def test_training_twice_makes_the_same_file(taught_corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same corpora and seed give the same digest, and a model that has learnt what they say."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    first, second = (train_stance(taught_corpora, folder, 1, silent, QUICK) for folder in folders)

    assert first.digest == second.digest
    assert model_files.load(folders[0] / "stance.skops", kind="stance").manifest == first
    assert all(measured["accuracy"] > measured["macro_f1_majority"] for measured in first.quality.values())
    assert {source.name for source in first.data_sets} == {source.name for source in (*LEARNT_FROM, *UNLABELLED)}


def test_labels_of_other_corpora_are_refused(small_corpora: Path, tmp_path: Path) -> None:
    """What ships was said of the public corpora: others want a teacher of their own, and the message says which."""
    with pytest.raises(CorpusError, match="stance-teacher"):
        train_stance(small_corpora, tmp_path / "out", 1, silent, QUICK)


def test_pool_holds_no_evaluation_sentence(small_corpora: Path) -> None:
    """No development sentence is among the pool, nor is one the origin of a variant."""
    rows_read = read_rows(small_corpora, silent)
    _, held_out = split_rows(rows_read)
    pool = pool_of(small_corpora, teaching_rows(rows_read, held_out), held_out)
    seen = {row.pair.sentence for row in held_out}

    assert pool
    assert not seen & ({each.origin for each in pool} | {each.pair.sentence for each in pool})


def test_pool_finds_names_and_their_places(small_corpora: Path) -> None:
    """Names in texts without stances become targets, without the word that only begins the sentence."""
    rows_read = read_rows(small_corpora, silent)
    _, held_out = split_rows(rows_read)
    pool = pool_of(small_corpora, teaching_rows(rows_read, held_out), held_out)
    names = {
        each.pair.sentence[place.start : place.end]
        for each in pool
        for place in each.pair.mentions
        if "minister" in each.pair.sentence
    }

    assert "Zorblax" in names
    assert not any(name.startswith(("On ", "They")) for name in names)


def test_sentences_of_development_rows_are_not_learnt_from() -> None:
    """A training row whose sentence is a development row's, but for case and marks, is left out."""
    pairs = [
        LabelledPair(TargetSentence(text, (Span(0, 4),)), StanceLabel.NEUTRAL, split, stance_pairs.NEWSMTSC_RW.name)
        for text, split in [("Iran spoke.", "train"), ("Iran, spoke!", "dev"), ("Iran slept.", "train")]
    ]
    training, held_out = split_rows(pairs)

    assert [row.pair.sentence for row in training] == ["Iran slept."]
    assert [row.pair.sentence for row in held_out] == ["Iran, spoke!"]


def test_without_development_rows_there_is_no_training() -> None:
    """Corpora that lack one of the two splits are refused."""
    with pytest.raises(CorpusError):
        split_rows([])


def test_missing_corpus_is_named(tmp_path: Path) -> None:
    """A folder without the corpora gives a sentence that names the file."""
    with pytest.raises(CorpusError, match="stance_newsmtsc_rw"):
        train_stance(tmp_path, tmp_path, 1, silent)


def write(folder: Path, source: Source, *lines: dict[str, object]) -> None:
    """Write a corpus of these rows."""
    content = "\n".join(json.dumps({"label": "positive", "split": "train", **line}) for line in lines)
    (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress(content.encode()))


def test_marked_targets_are_found_in_their_sentence(tmp_path: Path) -> None:
    """The place of a target in brackets is that in the sentence without brackets; lost last letters do no harm."""
    sentence = "Oman told the United States of Oman."
    marked = "[Oman] told [the United State]s of Oman."
    write(
        tmp_path,
        stance_pairs.DIRECTED,
        {"sentence": sentence, "marked": marked, "target": "the United State"},
        {"sentence": sentence, "marked": marked, "target": "Zorblax"},
    )
    (row,) = stance_pairs.read_pairs(stance_pairs.DIRECTED, tmp_path, stance_pairs.shipped_watch_list())

    assert row.pair.mentions == (Span(10, 26),)
    assert row.pair.group is TargetGroup.STATE
    assert row.label is StanceLabel.FAVOR


def test_targets_given_as_strings_are_looked_for(tmp_path: Path) -> None:
    """A target that its sentence does not hold is left out."""
    write(
        tmp_path,
        stance_pairs.SENTFIN,
        {"sentence": "Shares of Acme rose", "target": "Acme"},
        {"sentence": "Shares of Acme rose", "target": "Acme neutralings"},
    )
    (row,) = stance_pairs.read_pairs(stance_pairs.SENTFIN, tmp_path, stance_pairs.shipped_watch_list())

    assert row.pair == TargetSentence("Shares of Acme rose", (Span(10, 14),), TargetGroup.COMPANY)


def test_articles_have_their_title_first(tmp_path: Path) -> None:
    """An article is its title, a blank line and its text."""
    write(tmp_path, stance_pairs.SEESAW, {"title": "Title", "text": "Text.", "target": "Iran"})

    assert [article.text for article in stance_pairs.read_articles(tmp_path)] == ["Title\n\nText."]


def test_broken_corpus_is_named(tmp_path: Path) -> None:
    """A file that is no gzipped JSON gives a sentence that names it."""
    (tmp_path / "stance_seesaw_articles.jsonl.gz").write_bytes(b"no archive")

    with pytest.raises(CorpusError, match="stance_seesaw_articles"):
        stance_pairs.read_articles(tmp_path)
