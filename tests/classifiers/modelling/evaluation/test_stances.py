"""Stances of sentences and of whole articles are measured as the worker predicts them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers import model_files, resources
from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import read_stances
from classifiers.modelling.evaluation import stances
from classifiers.modelling.evaluation.reports import LEXICON, MAJORITY, BenchmarkReport
from classifiers.modelling.evaluation.stances import StanceModel, StanceRows
from classifiers.stance.pairs import TargetGroup
from classifiers.targets.watch_list import WatchList
from tests.classifiers.modelling.evaluation.answering import WordStance

WATCH_LIST = WatchList.load(resources.seed("targets.toml"))
SHIPPED = model_files.read_manifest(resources.model("stance.skops"))


def rows_of(path: Path, rows: Sequence[dict[str, Any]]) -> StanceRows:
    """Return the rows of a file of JSON lines."""
    path /= "stances.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return stances.of_file(path, read_stances(path, LabelMap()), WATCH_LIST, SHIPPED)


def measured(data: StanceRows, threshold: float = 0.5) -> list[BenchmarkReport]:
    """Return what is found of a model that knows two words."""
    return stances.evaluate(StanceModel(WordStance(), np.full(len(TargetGroup), threshold)), None, data, 1)


def test_sentences_are_measured_with_their_spans(tmp_path: Path) -> None:
    """Each sentence is asked for its target, and the baselines answer the same rows."""
    row = {"sentence": "Norway praised Acme.", "start": 15, "end": 19, "label": "favor"}

    (found,) = measured(rows_of(tmp_path, [row, {**row, "sentence": "Norway blamed Acme!!", "label": "favor"}]))

    assert found.model.accuracy.value == 0.5
    assert found.model.flips is not None
    assert found.model.flips.value == 0.5
    assert set(found.baselines) == {LEXICON, MAJORITY}


def test_an_unsure_stance_is_no_answer(tmp_path: Path) -> None:
    """Below the threshold there is no label, whatever forced choice says."""
    row = {"sentence": "Norway praised Acme.", "target": "Acme", "label": "favor"}

    (found,) = measured(rows_of(tmp_path, [row]), threshold=0.9)

    assert (found.model.accuracy.value, found.model.coverage.value) == (1.0, 0.0)


def test_targets_on_the_watch_list_are_found_under_all_names(tmp_path: Path) -> None:
    """In a whole article a target of the watch-list is found by its aliases, another by the name of its row alone."""
    rows = [
        {"text": "The minister blamed America for it.", "target": "United States", "label": "against"},
        {"text": "The minister praised Ann Quill for it.", "target": "Ann Quill", "label": "favor"},
        {"text": "The minister praised Ann for it.", "target": "Ann Quill", "label": "favor"},
        {"text": "The minister praised AQ and the boat sank.", "target": "AQ", "label": "favor"},
    ]

    (found,) = measured(rows_of(tmp_path, rows))

    assert (found.model.accuracy.value, found.model.coverage.value) == (0.75, 0.75)
    assert sum(each.rows for each in found.reliability) == 3
    (note,) = found.notes
    assert note.startswith("In 1 of these articles the target was not found: they count as neutral and as not answered")


def test_a_target_that_only_looks_like_one_can_be_asked_for(tmp_path: Path) -> None:
    """A name that the watch-list keeps apart from its targets is a target where a row says so."""
    row = {"text": "The minister blamed the Washington Post for it.", "target": "Washington Post", "label": "against"}

    (found,) = measured(rows_of(tmp_path, [row]))

    assert found.model.coverage.value == 1.0


def test_states_are_shown_by_themselves(tmp_path: Path) -> None:
    """Where enough rows are about states, they have figures of their own, in sentences and in articles."""
    state = {"text": "The minister praised Norway.", "target": "Norway", "label": "favor"}
    other = {"text": "The minister blamed Acme.", "target": "Acme", "label": "favor"}
    sentences = [
        {"sentence": each["text"], "target": each["target"], "label": each["label"]} for each in (state, other)
    ]

    for one, two in ((state, other), sentences):
        everything, states = measured(rows_of(tmp_path, [one] * stances.MIN_STATES + [two] * 10))

        assert (everything.rows, states.rows) == (stances.MIN_STATES + 10, stances.MIN_STATES)
        assert states.name == "stances.jsonl/states"
        assert (everything.model.accuracy.value, states.model.accuracy.value) == (0.75, 1.0)


def test_training_rows_are_left_out(tmp_path: Path) -> None:
    """Rows of the training split are not measured, and counted."""
    row = {"sentence": "Norway praised Acme.", "target": "Acme", "label": "favor", "split": "train"}

    data = rows_of(tmp_path, [row, {**row, "split": "test"}])

    assert (len(data.rows.truth), data.rows.left_out) == (1, {"split train": 1})
    with pytest.raises(CorpusError, match=r"stances\.jsonl"):
        rows_of(tmp_path, [row])


def test_a_folder_without_corpora_is_refused(tmp_path: Path) -> None:
    """A folder that holds none of the corpora is named, with the corpora that are looked for."""
    manifest = model_files.read_manifest(resources.model("stance.skops"))

    with pytest.raises(CorpusError, match=tmp_path.name):
        stances.of_corpora(tmp_path, manifest)
