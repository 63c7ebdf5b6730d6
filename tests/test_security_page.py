"""The threat model names a test for what protects, and says what does not."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def _tests_named() -> list[str]:
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE)))


@pytest.mark.parametrize("name", _tests_named())
def test_every_test_that_the_threat_model_names_exists(name: str) -> None:
    """What SECURITY.md says is shown by a test that is there."""
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))

    assert not function or function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_threat_is_shown_by_a_test() -> None:
    """Each row of the threat model names at least one test, and each adversary what is not protected."""
    model = PAGE.partition("## Who could do harm")[2].partition("\n## ")[0]
    rows = [
        line for line in model.splitlines() if line.startswith("| ") and "---" not in line and "it could" not in line
    ]

    assert rows
    assert [row for row in rows if "`tests/" not in row] == []
    assert model.count("\n### ") == model.count("**Not protected.**")
