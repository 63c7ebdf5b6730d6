"""A stance model can learn from a user's own sentences beside the corpora, and says what it is worth on them."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.evaluation import stance_benchmarks
from classifiers.modelling.training.stance import own
from classifiers.modelling.training.stance.network import NetworkOptions
from classifiers.modelling.training.stance.recipe import UNLABELLED
from classifiers.modelling.training.stance.rows import read_rows, split_rows, teaching_rows
from classifiers.modelling.training.stance.taught import pool_of
from classifiers.modelling.training.stance.teacher_labels import LABELS_FILE, save_labels
from classifiers.modelling.training.stance.weights import TrainingOptions
from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import TargetGroup

QUICK = TrainingOptions(folds=2, max_steps=2, network=NetworkOptions(hidden=4, epochs=1, batch_rows=64))
WORDS = {"positive": "admired and excellent", "neutral": "present and seated", "negative": "hated and terrible"}


def sentences(count: int, kind: str) -> list[dict[str, object]]:
    """Return made-up rows in the format of the packed corpora, every fifth of them for development."""
    labels = [list(WORDS)[number % len(WORDS)] for number in range(count)]
    return [
        {
            "sentence": f"Russia is {WORDS[label]} in room {kind}{number}.",
            "marked": f"[Russia] is {WORDS[label]} in room {kind}{number}.",
            "target": "Russia",
            "start": 0,
            "end": 6,
            "label": label,
            "split": "dev" if number % 5 == 0 else "train",
        }
        for number, label in enumerate(labels)
    ]


@pytest.fixture(scope="module")
def small_corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small made-up file for each corpus, and what a teacher that knows nothing said."""
    folder = tmp_path_factory.mktemp("corpora")
    for source in stance_benchmarks.SOURCES:
        lines = "\n".join(map(json.dumps, sentences(60, source.name)))
        (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    for source in UNLABELLED:
        event = {"text": f"On Monday the minister of Zorblax met {source.name} and left again. They said nothing."}
        (folder / f"{source.name}.jsonl.gz").write_bytes(gzip.compress(json.dumps(event).encode()))
    rows = read_rows(folder, lambda *_: None)
    _, held_out = split_rows(rows)
    pool = pool_of(folder, teaching_rows(rows, held_out), held_out)
    save_labels(pool, np.full((len(pool), 3), 1 / 3, dtype=np.float32), folder / LABELS_FILE.name)
    return folder


def own_file(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """Write a user's file."""
    path = folder / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


STANCES = LabelMap(labels={"positive": "favor", "neutral": "neutral", "negative": "against"})


def test_own_pairs_are_learnt_beside_the_corpora(small_corpora: Path) -> None:
    """The manifest has the user's rows first, and their held-out quality beside that of the corpora."""
    path = own_file(small_corpora, sentences(60, "own"))
    model = own.make_of_file(small_corpora, path, STANCES, 1, lambda *_: None, QUICK)

    assert (model.manifest.data_sets[0].licence, model.manifest.data_sets[0].rows) == ("your own", 48)
    assert len(model.manifest.data_sets) == 5
    assert model.manifest.quality["own/held-out"]["rows"] == 12
    assert "stance_sentfin/dev" in model.manifest.quality


def test_without_a_split_whole_sentences_are_held_out(tmp_path: Path) -> None:
    """All targets of a sentence are learnt from or measured on together; which depends on the sentence alone."""
    rows = [
        {"sentence": f"Iran blamed Boeing in room {number}.", "target": target, "label": "against"}
        for number in range(40)
        for target in ("Iran", "Boeing")
    ]
    pairs = own.own_pairs(own_file(tmp_path, rows), LabelMap())

    splits = {
        pair.pair.sentence: {each.split for each in pairs if each.pair.sentence == pair.pair.sentence} for pair in pairs
    }
    assert all(len(split) == 1 for split in splits.values())
    assert 0 < sum(pair.split == "dev" for pair in pairs) < len(pairs) / 2
    assert {pair.pair.group for pair in pairs} == {TargetGroup.STATE, TargetGroup.COMPANY}
    assert {pair.label for pair in pairs} == {StanceLabel.AGAINST}


def test_whole_articles_are_not_learnt_from(tmp_path: Path) -> None:
    """An article does not state which of its sentences carries the stance."""
    path = own_file(tmp_path, [{"text": "Iran was blamed.", "target": "Iran", "label": "against"}])

    with pytest.raises(CorpusError, match="'sentence'"):
        own.own_pairs(path, LabelMap())


def test_rows_for_one_of_the_two_are_not_enough(tmp_path: Path) -> None:
    """A file with nothing to measure on is refused."""
    row = {"sentence": "Iran was blamed.", "target": "Iran", "label": "against", "split": "train"}

    with pytest.raises(CorpusError, match="'train' and 'dev'"):
        own.own_pairs(own_file(tmp_path, [row]), LabelMap())
