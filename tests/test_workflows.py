"""The GitHub workflows: what they run exists, and they may do no more than they must."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def _jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return jobs


def _make_targets(workflow: Path) -> set[str]:
    """Return the targets that a workflow's steps run, those of a matrix among them."""
    jobs = _jobs(workflow).values()
    lines = [step.get("run", "") for job in jobs for step in job["steps"]]
    matrix = [target for job in jobs for target in job.get("strategy", {}).get("matrix", {}).get("target", [])]
    words = " ".join([line.removeprefix("make ") for line in lines if line.startswith("make ")] + matrix).split()
    return {word for word in words if re.fullmatch(r"[a-z0-9-]+", word)}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned(workflow: Path) -> None:
    """An action is named by a commit, with the exact release beside it."""
    used = re.findall(r"uses: (.+)$", workflow.read_text(encoding="utf-8"), re.MULTILINE)

    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_an_action_has_one_version() -> None:
    """All workflows use the same release of an action."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    used = set(re.findall(r"uses: ([\w/-]+)@(.+)$", text, re.MULTILINE))

    assert len(used) == len({name for name, _ in used})


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_what_the_makefile_has(workflow: Path) -> None:
    """A make target that a workflow runs stands in the Makefile."""
    targets = _make_targets(workflow)

    assert targets
    assert targets - TARGETS == set()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_jobs_have_the_least_rights(workflow: Path) -> None:
    """A workflow has no right by itself, a job reads the repository at most, and only publishing gets a token."""
    assert yaml.safe_load(workflow.read_text(encoding="utf-8"))["permissions"] == {}
    for name, job in _jobs(workflow).items():
        publishes = (workflow.stem, name) == ("release", "publish")
        assert job["permissions"] == ({"id-token": "write"} if publishes else {"contents": "read"}), name
        assert job["timeout-minutes"] <= 120


def test_pushes_cover_what_make_test_covers() -> None:
    """The jobs of a push run all parts of `make test`, and the tests with coverage."""
    parts = re.findall(r"^test: ([a-z ]+?) ##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert {*parts[0].split(), "coverage"} - {"tests"} <= _make_targets(ROOT / ".github/workflows/test.yml")


def test_long_runs_are_not_in_ci() -> None:
    """`make test-long` takes hours: neither a workflow nor .ci/run starts it."""
    assert "test-long" not in set().union(*map(_make_targets, WORKFLOWS))
    assert not re.search(r"^make test-long", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
