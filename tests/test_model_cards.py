"""The model cards are of the models that ship, with the figures that were measured of them."""

import json
import shutil
from pathlib import Path

import pytest

from classifiers import model_files, resources
from classifiers.modelling.evaluation import reports
from classifiers.modelling.evaluation.evaluate import Request, evaluate
from classifiers.modelling.evaluation.report.view import Cell
from classifiers.modelling.evaluation.reports import BenchmarkReport
from classifiers.targets.watch_list import WatchList
from classifiers.topic.taxonomy import Taxonomy
from docs import cards

ROOT = Path(__file__).parents[1]
CARDS = ROOT / "docs/models"
TASKS = ["topic", "stance"]
NO_PROGRESS = lambda _step, _done, _parts: None  # noqa: E731


def test_cards_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Cards and pictures are what manifest, report and texts give; else `make cards` regenerates them."""
    assert cards.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("task", TASKS)
def test_a_card_is_of_the_model_that_ships(task: str) -> None:
    """The digest on the card, and that of the report behind it, are those of the model file."""
    manifest = model_files.load(resources.model(f"{task}.skops"), kind=task).manifest
    page = (CARDS / f"{task}.md").read_text(encoding="utf-8")

    assert f"| digest | `{manifest.digest}` |" in page
    assert reports.read(CARDS / f"{task}.json").model.digest == manifest.digest


@pytest.mark.parametrize("task", TASKS)
def test_a_card_has_the_figures_that_the_manifest_states(task: str) -> None:
    """What training measured and what the evaluation measured is the same, and stands on the card."""
    stated = model_files.read_manifest(resources.model(f"{task}.skops")).quality
    page = (CARDS / f"{task}.md").read_text(encoding="utf-8")
    measured = {each.name: each for each in reports.read(CARDS / f"{task}.json").benchmarks}

    assert stated.keys() & measured.keys()
    for name in stated.keys() & measured.keys():
        model = measured[name].model
        assert model.accuracy.value == pytest.approx(stated[name]["accuracy"], abs=1e-3)
        assert model.calibration_error == pytest.approx(stated[name]["calibration_error"], abs=1e-3)
        assert str(Cell.from_estimate(model.accuracy)) in page


def test_a_card_of_another_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a report is about another model than the one that ships, no card is written."""
    monkeypatch.setattr(cards, "FOLDER", shutil.copytree(CARDS, tmp_path / "models"))
    path = cards.FOLDER / "topic.json"
    report = json.loads(path.read_bytes())
    report["model"]["digest"] = "sha256:0"
    path.write_text(json.dumps(report), encoding="utf-8")

    assert cards.main(["--check"]) == 1
    assert "make cards CORPORA=DIR" in capsys.readouterr().err


@pytest.mark.corpora
@pytest.mark.parametrize("task", TASKS)
def test_the_stored_report_is_what_is_measured(corpora: Path, task: str) -> None:
    """On the corpora that the report names by their digests, the figures are those of the report."""
    stored = reports.read(CARDS / f"{task}.json")
    request = Request(
        task="topic" if task == "topic" else "stance",
        model=resources.model(f"{task}.skops"),
        data=corpora,
        taxonomy=Taxonomy.load(resources.seed("taxonomy.json")),
        watch_list=WatchList.load(resources.seed("targets.toml")),
    )

    found = evaluate(request, NO_PROGRESS)

    assert [(each.name, each.digest, each.rows) for each in found.benchmarks] == [
        (each.name, each.digest, each.rows) for each in stored.benchmarks
    ]
    assert _accuracies(found.benchmarks) == pytest.approx(_accuracies(stored.benchmarks), abs=0.005)


def _accuracies(benchmarks: tuple[BenchmarkReport, ...]) -> list[float]:
    return [each.model.accuracy.value for each in benchmarks]
