"""Tests of models trained on the user's own articles: the documented example, and the errors of options and data."""

import json
import re
import shutil
from pathlib import Path

import pytest

from classifiers import model_files, resources
from classifiers.predictions import AbstainReason
from classifiers.topic.taxonomy import Taxonomy
from streams.brokers.layout import topic_specs
from streams.exit_codes import SUCCESS, WRONG_USAGE
from streams.settings import load
from streams.worker.classify.loading import load as load_worker
from streams.worker.classify.loading import load_and_check
from tests.streams.cli.conftest import Command

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs/examples/own_model"
PAGE = (ROOT / "docs/own-models.md").read_text(encoding="utf-8")
STEPS = re.findall(
    r"<!-- run -->\n```console\ncopytaster (.*?)\n```\n\n<!-- prints -->\n```text\n(.*?)```", PAGE, re.DOTALL
)
TRAIN, _TAG = STEPS
GERMAN = Path(__file__).with_name("german_articles.jsonl")
DIGEST = re.compile(r"sha256:[0-9a-f]+…?")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return the folder in which commands are run, with the files of the example."""
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    return tmp_path


def shown(text: str) -> list[str]:
    """Return lines without the digests, which depend on the arithmetic of the machine."""
    return [DIGEST.sub("sha256", line.rstrip()) for line in text.strip().splitlines()]


@pytest.mark.usefixtures("example", "in_one_process")
def test_the_page_is_true_from_train_to_worker(command: Command) -> None:
    """The commands of the page print what it shows, and a worker loads the model with its taxonomy."""
    for line, printed in STEPS:
        result = command(*line.split())
        assert result.exit_code == SUCCESS, result.stderr
        assert shown(result.stdout) == shown(printed)

    flags = {"models.topic": "models/topic.skops", "models.taxonomy": "desks.json"}
    worker = load_worker(load(flags=flags, environment={}))
    assert worker.facts.slugs == {"desk:harbour": "harbour", "desk:farming": "farming", "desk:schools": "schools"}
    assert "news.topic.farming.v1" in worker.facts.kafka_topics

    measured = command(
        "evaluate", "models/topic.skops", "articles.jsonl", "--map", "map.toml", "--set", "models.taxonomy=desks.json"
    )
    assert measured.exit_code == SUCCESS, measured.stderr
    assert "Harbour" in measured.stdout

    forgotten = command("tag", "new.jsonl", "--set", "models.topic=models/topic.skops")
    assert forgotten.exit_code == WRONG_USAGE
    assert "'desk:farming'" in forgotten.stderr


@pytest.mark.usefixtures("example", "in_one_process")
def test_a_german_model_works_from_train_to_worker(command: Command, example: Path) -> None:
    """`train`, `evaluate`, `tag` and a worker agree that a model of German articles predicts in German alone."""
    shutil.copy(GERMAN, example / "german.jsonl")
    own = ("--set", "models.topic=german/topic.skops", "--set", "models.taxonomy=desks.json")

    trained = command(*f"train --task topic --data german.jsonl --taxonomy desks.json --out {example}/german".split())
    assert trained.exit_code == SUCCESS, trained.stderr
    manifest = json.loads((example / "german/topic.json").read_bytes())
    assert manifest["languages"] == ["de"]

    measured = command("evaluate", "german/topic.skops", "german.jsonl", "--json", *own[2:])
    assert measured.exit_code == SUCCESS, measured.stderr
    (benchmark,) = json.loads(measured.stdout)["benchmarks"]

    tagged = command("tag", "german.jsonl", *own)
    assert tagged.exit_code == SUCCESS, tagged.stderr
    records = [json.loads(line) for line in tagged.stdout.splitlines()]
    answered = [bool(record["topics"]) for record in records]
    assert benchmark["model"]["coverage"]["value"] == pytest.approx(sum(answered) / len(records), abs=1e-6)
    assert sum(answered) > len(records) / 2
    assert "language_not_supported" not in {record["abstained"] for record in records}

    new = ["Der Frachter liegt mit seiner Ladung im Hafen vor der Werft.", "The freighter lies in the harbour today."]
    (example / "both.jsonl").write_text("\n".join(json.dumps({"body": body}) for body in new), encoding="utf-8")
    german, english = map(json.loads, command("tag", "both.jsonl", *own).stdout.splitlines())
    assert german["topics"][0]["id"] == "desk:harbour"
    assert (english["abstained"], english["candidates"]) == (AbstainReason.LANGUAGE_NOT_SUPPORTED, [])

    worker = load_and_check(load_worker, load(flags=dict(flag.split("=") for flag in own[1::2]), environment={}))
    assert worker.facts.release.models.topic.digest == manifest["digest"]


@pytest.mark.usefixtures("in_one_process")
def test_own_sentences_correct_the_shipped_stance_model(command: Command, tmp_path: Path) -> None:
    """Without corpora, `train` prints the quality of both models on held-out rows, and `evaluate` and `tag` load it."""
    verbs = {"was praised in": "favor", "was seated in": "neutral", "was accused in": "against"}
    rows = [
        {"sentence": f"Senator Haldane {verb} room {number}.", "target": "Haldane", "label": label}
        for number in range(40)
        for verb, label in verbs.items()
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    trained = command("train", "--task", "stance", "--data", "pairs.jsonl", "--out", "models")

    assert trained.exit_code == SUCCESS, trained.stderr
    assert re.search(
        r"^held out, \d+ rows: 100% right; .*\nthe shipped model on these rows: ", trained.stdout, re.MULTILINE
    )
    manifest = json.loads((tmp_path / "models/stance.json").read_bytes())
    shipped = model_files.read_manifest(resources.model("stance.skops"))
    assert manifest["notes"][0].startswith(f"adapted from {shipped.name} {shipped.version}, {shipped.digest}")
    assert manifest["data_sets"][0]["rows"] + manifest["quality"]["own/held-out"]["rows"] == len(rows)
    assert len(manifest["data_sets"]) == len(shipped.data_sets) + 1

    measured = json.loads(command("evaluate", "models/stance.skops", "pairs.jsonl", "--json").stdout)
    assert measured["model"]["digest"] == manifest["digest"]
    assert "has learnt from" in measured["benchmarks"][0]["notes"][0]
    assert json.loads(command("evaluate", "stance", "pairs.jsonl", "--json").stdout)["benchmarks"][0]["notes"] == []
    (tmp_path / "new.jsonl").write_text(json.dumps({"body": "France was praised by all sides for its patience."}))
    tagged = command("tag", "new.jsonl", "--set", "models.stance=models/stance.skops")
    assert json.loads(tagged.stdout)["provenance"]["models"]["stance"]["digest"] == manifest["digest"]


def test_articles_are_routed_to_the_kafka_topic_of_their_desk() -> None:
    """With the user's own taxonomy there is a Kafka topic for each of its slugs."""
    settings = load(flags={"topics.routes": {"schools": "education.desk"}}, environment={})
    names = {spec.name for spec in topic_specs(settings, Taxonomy.load(EXAMPLE / "desks.json"))}

    assert {"news.topic.harbour.v1", "news.topic.farming.v1", "education.desk"} <= names


@pytest.mark.parametrize("name", ["desks.json", "map.toml"])
def test_the_page_shows_the_files_of_the_example(name: str) -> None:
    """The page shows the files of the example as they are."""
    assert (
        f"{EXAMPLE.relative_to(ROOT)}/{name} -->\n```{Path(name).suffix[1:]}\n{(EXAMPLE / name).read_text()}```" in PAGE
    )


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        pytest.param("--task topic", ("--corpora", "--data"), id="nothing"),
        pytest.param("--task stance", ("--corpora", "--data"), id="no pairs"),
        pytest.param("--task stance --data new.jsonl", ("'label'",), id="articles for pairs"),
        pytest.param("--task topic --data a.jsonl --corpora .", ("--corpora", "--data"), id="both"),
        pytest.param("--task vectors --data a.jsonl --corpora .", ("--task vectors", "--data"), id="vectors"),
        pytest.param("--task topic-words", ("--glove",), id="topic words without vectors"),
        pytest.param(
            "--task topic --corpora . --map map.toml --leave-out-rare", ("--map, --leave-out-rare",), id="map"
        ),
        pytest.param("--task stance --corpora . --data a.jsonl --precision 0.9", ("--precision",), id="precision"),
        pytest.param("--task topic --data gone.jsonl", ("'gone.jsonl'",), id="no file"),
        pytest.param("--task topic --data articles.jsonl", ("'label'",), id="no map"),
        pytest.param("--task topic --data articles.jsonl --map map.toml", ("'desk:farming'",), id="no taxonomy"),
        pytest.param("--task topic --data articles.jsonl --map gone.toml", ("'gone.toml'",), id="no such map"),
        pytest.param(
            "--task topic --data few.jsonl --map map.toml --taxonomy desks.json",
            ("'desk:farming' has 2", "'desk:harbour' has 1"),
            id="too few",
        ),
    ],
)
def test_wrong_options_and_data(command: Command, example: Path, flags: str, named: tuple[str, ...]) -> None:
    """Options that conflict, and data that is too little or unclear, exit 2 with one sentence that names them."""
    rows = [json.loads(line) for line in (example / "articles.jsonl").read_text().splitlines()]
    few = [row for row in rows if row["desk"] == "Schools"] + [{**rows[0], "desk": "Harbour; Farming"}, rows[1]]
    (example / "few.jsonl").write_text("\n".join(map(json.dumps, few)))

    result = command("train", *flags.split(), "--out", "new")

    assert (result.exit_code, result.stdout) == (WRONG_USAGE, "")
    assert all(each in result.stderr for each in named)
    assert result.stderr.count("\n") == 1
    assert not (example / "new").exists()


def test_no_progress_is_written_to_a_pipe(command: Command, example: Path) -> None:
    """Without a terminal only the result is written."""
    result = command(*TRAIN[0].split(), "--precision", "0.95", "--seed", "7")

    assert result.stderr == ""
    manifest = json.loads((example / "models/topic.json").read_bytes())
    assert (manifest["options"]["target_precision"], manifest["options"]["seed"]) == (0.95, 7)
