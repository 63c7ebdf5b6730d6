"""`copytaster evaluate` measures a model on a user's own articles, and tells what is wrong with them."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from classifiers import model_files, resources
from classifiers.predictions import StanceLabel
from classifiers.stance import sentence_model
from streams.cli.evaluate import NO_PAGE
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
    """Return a topic model that has forgotten every word."""
    model = model_files.load(resources.model("topic.skops"), kind="topic")
    for topic in model.estimator[-1].estimators_:
        topic.coef_ = topic.coef_ * 0
    path = tmp_path / "useless.skops"
    model_files.save(path, model.estimator, model.manifest)
    return path


def test_own_news_are_measured(command: Command, tmp_path: Path) -> None:
    """It prints figures by label beside the baselines, writes a page, and says where."""
    result = command("evaluate", "--task", "topic", "--map", MAP, NEWS, "--min-support", 3)

    assert result.exit_code == 0, result.stderr
    for part in ("Athletics + Football", "keywords", "majority", "Left out: 2 rows (Opinion 2)."):
        assert part in result.stdout
    assert "wrote evaluation/topic.html" in result.stderr
    assert "Athletics + Football" in (tmp_path / "evaluation/topic.html").read_text(encoding="utf-8")


def test_the_documented_example_prints_what_the_page_shows(command: Command, tmp_path: Path) -> None:
    """The command of the documentation, run as it stands there in a checkout, prints the block below it."""
    page = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^copytaster (evaluate --task .*news\.jsonl.*)$", page, re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "docs").symlink_to(ROOT / "docs")

    result = command(*line.split())

    assert result.exit_code == 0
    assert [each.rstrip() for each in result.stdout.splitlines()] == shown.splitlines()


def test_figures_for_machines(command: Command, tmp_path: Path) -> None:
    """With --json there is one JSON object, no page, and no text of the data."""
    result = command("evaluate", "topic", NEWS, "--map", MAP, "--json")

    report = json.loads(result.stdout)
    assert report["task"] == "topic"
    assert report["benchmarks"][0]["rows"] == 32
    assert "goalkeeper" not in result.stdout
    assert not (tmp_path / "evaluation").exists()


def test_stances_are_measured(command: Command, stances: Path, tmp_path: Path) -> None:
    """The word stance names the shipped model; the page goes where --out says."""
    result = command("evaluate", "stance", stances, "--out", tmp_path / "pages", "--json")

    assert result.exit_code == 0, result.stderr
    labels = {each["label"] for each in json.loads(result.stdout)["benchmarks"][0]["labels"]}
    assert labels == set(StanceLabel)
    assert (tmp_path / "pages/stance.html").is_file()


def test_the_task_is_that_of_the_model(command: Command, stances: Path) -> None:
    """A model file says itself what it is for, and another task is refused."""
    model = resources.model("stance.skops")

    assert json.loads(command("evaluate", model, stances, "--json").stdout)["task"] == sentence_model.KIND
    wrong = command("evaluate", model, stances, "--task", "topic")
    assert wrong.exit_code == 2
    assert "is for stance, and --task says topic" in wrong.stderr


def test_a_model_of_the_settings_is_measured(command: Command, useless: Path) -> None:
    """Without a file the model is the one that a worker would take."""
    digest = model_files.read_manifest(useless).digest

    result = command("evaluate", "topic", NEWS, "--map", MAP, "--json", "--set", f"models.topic={useless}")

    assert json.loads(result.stdout)["model"]["digest"] == digest


def test_a_worse_model_is_a_problem(command: Command, useless: Path) -> None:
    """Another model is measured beside the shipped one; where that is better beyond chance, the exit code is 1."""
    result = command("evaluate", useless, NEWS, "--map", MAP, "--json")

    assert result.exit_code == 1
    assert (
        json.loads(result.stdout)["previous"]["digest"]
        == model_files.read_manifest(resources.model("topic.skops")).digest
    )
    assert "the model is worse than others, in accuracy: previous by" in result.stderr


def test_a_previous_model_can_be_named(command: Command, useless: Path) -> None:
    """--previous names the model to measure beside; that it is worse is no problem."""
    result = command("evaluate", "topic", NEWS, "--map", MAP, "--previous", useless)

    assert result.exit_code == 0
    assert "previous" in result.stdout


def test_an_own_taxonomy_does_without_the_shipped_model(command: Command, tmp_path: Path) -> None:
    """A model of the user's own topics is measured alone, because the shipped one cannot name its topics."""
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
    ("arguments", "message"),
    [
        pytest.param((), "give a model, if not the shipped one, and what to measure it on", id="nothing"),
        pytest.param(("topic",), "and what to measure it on", id="no data"),
        pytest.param(("topic", NEWS, NEWS), "and what to measure it on", id="too much"),
        pytest.param(("topic", "gone.jsonl"), "'gone.jsonl' cannot be read", id="no such file"),
        pytest.param(("gone.skops", NEWS), "'gone.json' cannot be read", id="no such model"),
        pytest.param(("topic", "."), "holds none of the corpora", id="empty folder"),
        pytest.param(("topic", ".", "--map", MAP), "is a folder, and --map is for a file", id="map for a folder"),
        pytest.param(("topic", NEWS), "has no column 'label' for the label", id="no map"),
        pytest.param(("topic", NEWS, "--map", NEWS), "cannot be used", id="a map that is none"),
        pytest.param(("topic", NEWS, "--map", MAP, "--min-support", "0"), "--min-support", id="no support"),
        pytest.param(("topic", NEWS, "--map", MAP, "--previous", "gone.skops"), "cannot be read", id="no previous"),
        pytest.param(("stance", NEWS, "--map", MAP), "has no column 'target'", id="no target"),
        pytest.param(("topic", NEWS, "--map", MAP, "--out", NEWS), "cannot be written", id="no folder"),
    ],
)
def test_wrong_usage_is_told(command: Command, arguments: tuple[object, ...], message: str) -> None:
    """Whatever is wrong with flags or files is told in a sentence, and the exit code is 2."""
    result = command("evaluate", *arguments)

    assert result.exit_code == 2, result.stdout
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_pictures_need_matplotlib(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without matplotlib the figures are printed all the same; a page that is asked for is a wrong usage."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    without = command("evaluate", "topic", NEWS, "--map", MAP)
    asked = command("evaluate", "topic", NEWS, "--map", MAP, "--out", "pages")

    assert (without.exit_code, asked.exit_code) == (0, 2)
    assert "macro-F1" in without.stdout
    assert NO_PAGE in without.stderr
    assert NO_PAGE in asked.stderr
    assert not (tmp_path / "evaluation").exists()
