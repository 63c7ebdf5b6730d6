"""Tests of `copytaster evaluate` on a user's own articles, and of its errors."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from classifiers import model_files, resources
from classifiers.predictions import StanceLabel
from classifiers.stance import sentence_model
from streams import __version__
from streams.exit_codes import PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from tests.streams.cli.conftest import Command

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs/examples"
NEWS, MAP = EXAMPLES / "news.jsonl", EXAMPLES / "label_map.toml"


@pytest.fixture
def stances(tmp_path: Path) -> Path:
    """Return a file with three labelled sentences."""
    rows = [
        {"sentence": "Ministers praised Norway for its patience.", "target": "Norway", "label": "favor"},
        {"sentence": "Ministers accused Norway of lying.", "target": "Norway", "label": "against"},
        {"sentence": "The talks in Norway last until Friday.", "target": "Norway", "label": "neutral"},
    ]
    path = tmp_path / "stances.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def useless(tmp_path: Path) -> Path:
    """Return a topic model whose weights are all zero."""
    model = model_files.load(resources.model("topic.skops"), kind="topic")
    for topic in model.estimator[-1].estimators_:
        topic.coef_ = topic.coef_ * 0
    path = tmp_path / "useless.skops"
    model_files.save(path, model.estimator, model.manifest)
    return path


def test_own_news_are_measured(command: Command, tmp_path: Path) -> None:
    """It prints figures by label and of the baselines, writes a page, and prints its path."""
    result = command("evaluate", "--task", "topic", "--map", MAP, NEWS, "--min-support", 3)

    assert result.exit_code == SUCCESS, result.stderr
    for part in ("Athletics + Football", "keywords", "majority", "Opinion 2"):
        assert part in result.stdout
    assert "evaluation/topic.html" in result.stderr
    page = (tmp_path / "evaluation/topic.html").read_text(encoding="utf-8")
    assert "Athletics + Football" in page
    assert (
        f"Copytaster {__version__}: <code>copytaster evaluate {NEWS} --task topic --map {MAP} --min-support 3<" in page
    )


def test_wrong_answers_are_listed_by_id(command: Command, tmp_path: Path) -> None:
    """A row has the id of its file, --wrong bounds the list, and what is cut is counted."""
    rows = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    swapped = {"Football": "Health", "Health": "Football"}
    lines = [
        json.dumps({"id": n, **row, "section": swapped.get(row["section"], "Opinion")}) for n, row in enumerate(rows)
    ]
    (tmp_path / "wrong.jsonl").write_text("\n".join(lines), encoding="utf-8")

    result = command("evaluate", "topic", "wrong.jsonl", "--map", MAP, "--json", "--wrong", 2)

    report = json.loads(result.stdout)
    (benchmark,) = report["benchmarks"]
    assert len(benchmark["wrong"]) == 2
    assert benchmark["wrong_not_listed"] > 0
    for each in benchmark["wrong"]:
        assert each["id"] == str(each["line"] - 1)
        assert each["answered"] not in each["expected"]
        assert each["probability"] >= benchmark["wrong"][-1]["probability"]
    assert report["origin"]["command"] == f"copytaster evaluate topic wrong.jsonl --map {MAP} --wrong 2 --json"


def test_the_documented_example_is_true(command: Command, tmp_path: Path) -> None:
    """The command of the documentation, run in a checkout, prints the block below it."""
    page = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^copytaster (evaluate --task .*news\.jsonl.*)$", page, re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "docs").symlink_to(ROOT / "docs")

    result = command(*line.split())

    assert result.exit_code == SUCCESS
    assert [each.rstrip() for each in result.stdout.splitlines()] == shown.splitlines()


def test_figures_as_json(command: Command, tmp_path: Path) -> None:
    """With --json the output is one JSON object without text of the data, and no page is written."""
    result = command("evaluate", "topic", NEWS, "--map", MAP, "--json")

    report = json.loads(result.stdout)
    assert report["task"] == "topic"
    assert report["benchmarks"][0]["rows"] == 32
    assert "goalkeeper" not in result.stdout
    assert not (tmp_path / "evaluation").exists()


def test_stances_are_measured(command: Command, stances: Path, tmp_path: Path) -> None:
    """The word stance names the shipped model; --out names the folder of the page."""
    result = command("evaluate", "stance", stances, "--out", tmp_path / "pages", "--json")

    assert result.exit_code == SUCCESS, result.stderr
    labels = {each["label"] for each in json.loads(result.stdout)["benchmarks"][0]["labels"]}
    assert labels == set(StanceLabel)
    assert (tmp_path / "pages/stance.html").is_file()


def test_the_task_is_that_of_the_model(command: Command, stances: Path) -> None:
    """A model file has a task of its own, and another --task is wrong usage."""
    model = resources.model("stance.skops")

    assert json.loads(command("evaluate", model, stances, "--json").stdout)["task"] == sentence_model.KIND
    wrong = command("evaluate", model, stances, "--task", "topic")
    assert wrong.exit_code == WRONG_USAGE
    assert "--task" in wrong.stderr


def test_a_model_of_the_settings_is_measured(command: Command, useless: Path) -> None:
    """Without a file the model is that of the settings, as for a worker."""
    digest = model_files.read_manifest(useless).digest

    result = command("evaluate", "topic", NEWS, "--map", MAP, "--json", "--set", f"models.topic={useless}")

    assert json.loads(result.stdout)["model"]["digest"] == digest


def test_a_worse_model_is_a_problem(command: Command, useless: Path) -> None:
    """A model is compared with the shipped one; where that is significantly better, the exit code is 1."""
    result = command("evaluate", useless, NEWS, "--map", MAP, "--json")

    shipped = model_files.read_manifest(resources.model("topic.skops"))
    assert result.exit_code == PROBLEM_FOUND
    assert json.loads(result.stdout)["previous"]["digest"] == shipped.digest
    assert "previous" in result.stderr


def test_a_previous_model_can_be_named(command: Command, useless: Path) -> None:
    """--previous names the model to compare with; a worse one is no problem."""
    result = command("evaluate", "topic", NEWS, "--map", MAP, "--previous", useless)

    assert result.exit_code == SUCCESS
    assert "previous" in result.stdout


def test_an_own_taxonomy_is_not_compared_with_the_shipped_model(command: Command, tmp_path: Path) -> None:
    """A model of the user's own topics is measured alone, because the shipped one has other topics."""
    model = model_files.load(resources.model("topic.skops"), kind="topic")
    own = {label: f"desk:{number}" for number, label in enumerate(model.manifest.labels)}
    manifest = {**json.loads(model_files.manifest_path(resources.model("topic.skops")).read_bytes())}
    manifest |= {
        "labels": list(own.values()),
        "thresholds": {own[label]: least for label, least in manifest["thresholds"].items()},
        "notes": [],
    }
    shutil.copy(resources.model("topic.skops"), tmp_path / "own.skops")
    (tmp_path / "own.json").write_text(json.dumps(manifest), encoding="utf-8")
    topics = [{"id": id_, "label": f"Desk {id_[-1]}", "slug": f"desk-{id_[-1]}"} for id_ in own.values()]
    taxonomy = {"name": "own", "scheme": "own", "licence": "none", "topics": topics}
    (tmp_path / "taxonomy.json").write_text(json.dumps(taxonomy), encoding="utf-8")
    (tmp_path / "news.jsonl").write_text(json.dumps({"text": "The cup.", "label": "desk-7"}), encoding="utf-8")
    arguments = ("evaluate", "own.skops", "news.jsonl", "--json", "--set", "models.taxonomy=taxonomy.json")

    report = json.loads(command(*arguments).stdout)

    assert report["benchmarks"][0]["labels"][0]["label"] == "desk-7"
    assert set(report["benchmarks"][0]["baselines"]) == {"majority"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param((), "copytaster evaluate", id="nothing"),
        pytest.param(("topic",), "copytaster evaluate", id="no data"),
        pytest.param(("topic", NEWS, NEWS), "copytaster evaluate", id="too many arguments"),
        pytest.param(("topic", "gone.jsonl"), "'gone.jsonl'", id="no such file"),
        pytest.param(("gone.skops", NEWS), "'gone.json'", id="no such model"),
        pytest.param(("topic", "."), "'.'", id="empty folder"),
        pytest.param(("topic", ".", "--map", MAP), "--map", id="map for a folder"),
        pytest.param(("topic", NEWS), "'label'", id="no map"),
        pytest.param(("topic", NEWS, "--map", NEWS), NEWS.name, id="an invalid map"),
        pytest.param(("topic", NEWS, "--map", MAP, "--min-support", "0"), "--min-support", id="no support"),
        pytest.param(("topic", NEWS, "--map", MAP, "--previous", "gone.skops"), "'gone.skops'", id="no previous"),
        pytest.param(("stance", NEWS, "--map", MAP), "'target'", id="no target"),
        pytest.param(("topic", NEWS, "--map", MAP, "--out", NEWS), "--out", id="no folder"),
    ],
)
def test_wrong_usage(command: Command, arguments: tuple[object, ...], named: str) -> None:
    """A problem of options or files exits 2, without a traceback, and the error names the cause."""
    result = command("evaluate", *arguments)

    assert result.exit_code == WRONG_USAGE, result.stdout
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_the_page_needs_matplotlib(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without matplotlib the figures are printed, and --out is a wrong usage."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    without = command("evaluate", "topic", NEWS, "--map", MAP)
    asked = command("evaluate", "topic", NEWS, "--map", MAP, "--out", "pages")

    assert (without.exit_code, asked.exit_code) == (SUCCESS, WRONG_USAGE)
    assert "macro-F1" in without.stdout
    assert "copytaster[evaluate]" in without.stderr
    assert "copytaster[evaluate]" in asked.stderr
    assert not (tmp_path / "evaluation").exists()
