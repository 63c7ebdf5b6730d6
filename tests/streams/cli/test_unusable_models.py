"""Tests of models that cannot be used: no verb starts with one, and the error is one sentence for the operator."""

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from classifiers import resources
from classifiers.errors import ModelAlteredError, ModelIncompatibleError, ModelMissingError, ModelUntrustedError
from streams.exit_codes import WRONG_USAGE
from tests.streams.cli.conftest import Command, assert_failed


def changed_model(folder: Path, **changes: Any) -> Path:  # noqa: ANN401
    """Return a copy of the shipped topic model with a changed manifest."""
    for name in ("topic.skops", "topic.json"):
        shutil.copy(resources.model(name), folder / name)
    manifest = json.loads((folder / "topic.json").read_text())
    (folder / "topic.json").write_text(json.dumps(manifest | changes))
    return folder / "topic.skops"


def damage(folder: Path, how: str) -> Path:
    """Return a copy of the shipped topic model that is damaged in one way, or the path of a missing one."""
    if how == "missing":
        return folder / "topic.skops"
    model = changed_model(folder)
    manifest = json.loads((folder / "topic.json").read_text())
    archive = bytearray(model.read_bytes())
    if how == "an altered byte":
        archive[len(archive) // 2] ^= 1
        model.write_bytes(archive)
        return model
    changes: dict[str, Any] = {
        "a pickle": {},
        "another scikit-learn": {"libraries": manifest["libraries"] | {"scikit-learn": "1.8.2"}},
        "another kind": {"kind": "stance"},
        "labels of another model": {"labels": manifest["labels"][1:]},
        "thresholds of another model": {"thresholds": {"medtop:0": 0.5}},
    }[how]
    if how == "a pickle":
        archive = bytearray(pickle.dumps({"weights": [1.0]}))
        model.write_bytes(archive)
    changes |= {"digest": f"sha256:{hashlib.sha256(archive).hexdigest()}", "bytes": len(archive)}
    (folder / "topic.json").write_text(json.dumps(manifest | changes))
    return model


DAMAGES = {
    "missing": ModelMissingError,
    "an altered byte": ModelAlteredError,
    "a pickle": ModelUntrustedError,
    "another scikit-learn": ModelIncompatibleError,
    "another kind": ModelIncompatibleError,
    "labels of another model": ModelIncompatibleError,
    "thresholds of another model": ModelIncompatibleError,
}


@pytest.mark.usefixtures("article", "in_one_process")
@pytest.mark.parametrize("how", DAMAGES)
def test_no_article_is_tagged_by_a_model_that_cannot_be_used(command: Command, tmp_path: Path, how: str) -> None:
    """A model file that is missing, damaged, or made for something else ends `tag` with one sentence and exit 2."""
    flags = ("--set", f"models.topic={damage(tmp_path, how)}")

    assert_failed(command("tag", "articles.jsonl", *flags), WRONG_USAGE, "topic")
    traceback = command("tag", "articles.jsonl", *flags, "--debug").stderr
    assert f"{DAMAGES[how].__module__}.{DAMAGES[how].__name__}: " in traceback


@pytest.mark.usefixtures("article")
def test_a_child_process_reports_why_its_models_cannot_be_used(command: Command, tmp_path: Path) -> None:
    """Models that are loaded in a child process end `tag` with the same sentence."""
    flags = ("--set", f"models.topic={damage(tmp_path, 'another kind')}")

    from_child = command("tag", "articles.jsonl", *flags)
    alone = command("tag", "articles.jsonl", *flags, "--set", "worker.isolation=thread")

    assert_failed(from_child, WRONG_USAGE, "topic")
    assert from_child.stderr == alone.stderr


@pytest.mark.parametrize("how", ["missing", "another kind"])
def test_no_worker_starts_with_a_model_that_cannot_be_used(closed_address: str, tmp_path: Path, how: str) -> None:
    """Such a file ends a worker before it connects to its broker: one sentence, exit 2, no traceback."""
    settings = [f"models.topic={damage(tmp_path, how)}", "logs.format=text"]
    flags = [word for setting in settings for word in ("--set", setting)]
    run = subprocess.run(
        [sys.executable, "-m", "streams.cli", "worker", "--broker", closed_address, "--port", "0", *flags],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert run.returncode == WRONG_USAGE
    assert "topic" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert closed_address not in run.stderr
